"""The envelope: records to blobs and back.

Rule: a blob is the record of one address under one configuration or it is nothing. The stages and their order come from
the configuration; a blob that other stages wrote is a miss, not an invitation to use them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from hexcache.adapters.outbound.codecs.wire import open_blob, seal, write_head
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.record import Record
from hexcache.ports.codec import Transform


class Envelope:
    """Writes and reads format 1 (see :mod:`hexcache.adapters.outbound.codecs.wire`).

    The payload passes through ``transforms`` in order when written and in reverse when read. Each of them is given the
    whole head (address, deadlines, version, tags, format, and a digest of the pipeline) as its context, so that with
    signing or encryption a blob that was moved to another key or namespace, or whose deadlines were edited, does not
    authenticate.

    Args:
        transforms: the stages, such as ``(ZstdCompression(), AesGcm(keys))``: what shrinks comes before what encrypts.
        payload_format: the serializer's name. Blobs of another serializer are then misses instead of guesses.

    Raises:
        InvalidSetting: a stage that is not a transform, or the same stage twice.
    """

    __slots__ = ("_backwards", "_pipeline", "_transforms", "_undo")

    def __init__(self, transforms: Sequence[Transform] = (), *, payload_format: str = "") -> None:
        for stage in transforms:
            if not (hasattr(stage, "apply") and hasattr(stage, "revert") and hasattr(stage, "name")):
                raise InvalidSetting(f"transforms: a {type(stage).__name__} is not a transform (name, apply, revert)")
        names = [stage.name for stage in transforms]
        if len(set(names)) != len(names):
            raise InvalidSetting(f"transforms: {', '.join(names)}: each stage at most once")
        self._transforms = tuple(transforms)
        self._backwards = self._transforms[::-1]
        self._undo = self._revert if self._backwards else None
        spelled = "\0".join([payload_format, *names]).encode()
        self._pipeline = int.from_bytes(hashlib.blake2b(spelled, digest_size=4).digest(), "big")

    def encode(self, address: str, record: Record, /) -> bytes:
        """The blob to store at ``address``.

        Raises:
            CodecError: the record does not fit the format's limits.
        """
        head = write_head(address, record, self._pipeline)
        payload = record.payload
        for stage in self._transforms:
            payload = stage.apply(payload, head)
        return seal(head, payload)

    def decode(self, address: str, blob: bytes, /) -> Record:
        """The record that was encoded for this very address.

        Raises:
            Undecodable: anything else, whatever the bytes are.
        """
        return open_blob(address, blob, self._pipeline, self._undo)

    def _revert(self, payload: bytes, head: bytes) -> bytes:
        for stage in self._backwards:
            payload = stage.revert(payload, head)
        return payload

    def __repr__(self) -> str:
        return f"Envelope({', '.join(map(repr, self._transforms))})"
