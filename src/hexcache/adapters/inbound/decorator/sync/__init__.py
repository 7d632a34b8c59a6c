# Generated from src/hexcache/adapters/inbound/decorator/aio/__init__.py by tools/unasync.py. Do not edit.
"""Wrapping functions in the awaited world; ``sync`` is generated from here."""
