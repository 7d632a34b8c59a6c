"""The buffered store of the awaited world."""
