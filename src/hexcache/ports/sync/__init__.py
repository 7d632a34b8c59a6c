# Generated from src/hexcache/ports/aio/__init__.py by tools/unasync.py. Do not edit.
