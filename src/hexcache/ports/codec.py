"""Codec stages: value -> payload -> transformed payload -> blob, and back.

Rule: every algorithm is fixed by configuration and none by the data; reading foreign, broken or forged bytes ends in
``Undecodable`` and in nothing else.
"""

from __future__ import annotations

from typing import Protocol

from hexcache.domain.record import Record


class Serializer(Protocol):
    """Values to payloads and back. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """A short name that is stored nowhere but shown in ``explain``."""
        ...

    def dumps(self, value: object, /) -> bytes:
        """Serialise a value.

        Raises:
            UnsupportedValue: some part would not come back equal and of the same type; names the path to it.
        """
        ...

    def loads(self, payload: bytes, /) -> object:
        """A fresh value, owned by the caller.

        Raises:
            Undecodable: these are not bytes that ``dumps`` wrote.
        """
        ...

    def shares(self, value: object, /) -> bool:
        """Whether ``value`` is immutable through and through and ``loads(dumps(value))`` equals it in value and type.

        Such a value may be handed to every caller as it is. Never fails: what cannot be told is not shared.
        """
        ...


class Transform(Protocol):
    """A reversible stage on payloads: compression, encryption, signing. Safe to call from several threads."""

    @property
    def name(self) -> str:
        """A short name, shown in ``explain``."""
        ...

    def apply(self, data: bytes, context: bytes, /) -> bytes:
        """Transform; ``context`` is what the result is bound to (address and header) where the stage authenticates."""
        ...

    def revert(self, data: bytes, context: bytes, /) -> bytes:
        """Undo ``apply`` with an equal context.

        Raises:
            Undecodable: not the output of ``apply`` under the configured algorithm, keys and context.
        """
        ...


class RecordCodec(Protocol):
    """Records to blobs and back: the envelope. Safe to call from several threads."""

    def encode(self, address: str, record: Record, /) -> bytes:
        """The blob to store at ``address``.

        Raises:
            CodecError: the record does not fit the format's limits.
        """
        ...

    def decode(self, address: str, blob: bytes, /) -> Record:
        """The record that was encoded for this very address.

        Raises:
            Undecodable: anything else, whatever the bytes are.
        """
        ...
