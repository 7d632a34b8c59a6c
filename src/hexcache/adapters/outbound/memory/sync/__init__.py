# Generated from src/hexcache/adapters/outbound/memory/aio/__init__.py by tools/unasync.py. Do not edit.
"""The memory adapters of ports that may wait, in the awaited world; ``memory/sync`` is generated from here."""
