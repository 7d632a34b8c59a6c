"""The use cases in the awaited world; ``application/sync`` is generated from here."""
