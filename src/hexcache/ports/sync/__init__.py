# Generated from src/hexcache/ports/aio/__init__.py by tools/unasync.py. Do not edit.
"""The ports that may wait, in the awaited world; ``ports/sync`` is generated from here."""
