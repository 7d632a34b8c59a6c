"""The memory adapters of ports that may wait, in the awaited world; ``memory/sync`` is generated from here."""
