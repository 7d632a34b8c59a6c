"""The ports that may wait, in the awaited world; ``ports/sync`` is generated from here."""
