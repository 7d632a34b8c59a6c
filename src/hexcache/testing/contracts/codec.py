"""The contracts of the three codec ports under one roof."""

from __future__ import annotations

from hexcache.testing.contracts.record_codec import RecordCodecContract
from hexcache.testing.contracts.serializer import SerializerContract
from hexcache.testing.contracts.transform import TransformContract

__all__ = ["RecordCodecContract", "SerializerContract", "TransformContract"]
