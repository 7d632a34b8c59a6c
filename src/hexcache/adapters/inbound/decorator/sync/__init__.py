# Generated from src/hexcache/adapters/inbound/decorator/aio/__init__.py by tools/unasync.py. Do not edit.
"""The decorator for coroutine functions; the one for plain functions is generated from it."""
