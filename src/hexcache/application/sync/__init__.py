# Generated from src/hexcache/application/aio/__init__.py by tools/unasync.py. Do not edit.
"""The use cases in the awaited world; ``application/sync`` is generated from here."""
