# Generated from src/hexcache/adapters/outbound/buffering/aio/__init__.py by tools/unasync.py. Do not edit.
"""The buffered store of the awaited world."""
