# Generated from src/hexcache/adapters/outbound/objects/azure/aio/__init__.py by tools/unasync.py. Do not edit.
"""What waits, written once; its blocking twin is generated."""
