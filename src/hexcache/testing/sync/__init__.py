# Generated from src/hexcache/testing/aio/__init__.py by tools/unasync.py. Do not edit.
"""The kit's waiting parts."""
