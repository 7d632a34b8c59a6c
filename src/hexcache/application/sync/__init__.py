# Generated from src/hexcache/application/aio/__init__.py by tools/unasync.py. Do not edit.
