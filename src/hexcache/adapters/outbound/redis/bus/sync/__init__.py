# Generated from src/hexcache/adapters/outbound/redis/bus/aio/__init__.py by tools/unasync.py. Do not edit.
"""The awaited world; its blocking twin is generated."""
