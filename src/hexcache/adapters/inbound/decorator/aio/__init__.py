"""Wrapping functions in the awaited world; ``sync`` is generated from here."""
