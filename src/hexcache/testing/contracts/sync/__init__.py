# Generated from src/hexcache/testing/contracts/aio/__init__.py by tools/unasync.py. Do not edit.
"""Contracts of the ports that wait."""
