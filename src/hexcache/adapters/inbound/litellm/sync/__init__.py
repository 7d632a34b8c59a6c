# Generated from src/hexcache/adapters/inbound/litellm/aio/__init__.py by tools/unasync.py. Do not edit.
"""The operations behind the methods, written once for both worlds."""
