"""Secret keys with ids, so that they can be rotated.

Rule: an id picks a key and nothing else. Keys are never shown: not in a repr, not in an error.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from hexcache.domain.errors import InvalidSetting, Undecryptable

Keys: TypeAlias = Mapping[str, bytes] | Sequence[bytes]
"""Keys by id; or keys in order of preference, whose ids are derived from them."""

_LONGEST_ID: Final = 64


class KeyRing:
    """The keys of one algorithm: the active one writes, all of them read.

    Attributes:
        keys: each key by the bytes of its id.
        active: the id of the key that writes.
    """

    __slots__ = ("active", "keys")

    def __init__(self, keys: Keys, active: str | None, sizes: range) -> None:
        """Check and keep the keys.

        Args:
            keys: a mapping from id to key, or a sequence of keys of which the first is active.
            active: which id writes; may be left out for a sequence or a single key.
            sizes: the key sizes that the algorithm accepts, bytes.

        Raises:
            InvalidSetting: no keys, a key or id that is not one, or no way to tell which key is active.
        """
        named = _by_id(keys)
        for key_id, key in named.items():
            _check(key_id, key, sizes)
        if active is None and (len(named) == 1 or not isinstance(keys, Mapping)):
            active = next(iter(named))
        if active not in named:
            raise InvalidSetting(f"active is {active!r}; accepted: one of the key ids {', '.join(map(repr, named))}")
        self.keys = {key_id.encode(): key for key_id, key in named.items()}
        self.active = active.encode()

    def __repr__(self) -> str:
        return f"keys={[key_id.decode() for key_id in self.keys]}, active={self.active.decode()!r}"


def split_id(data: bytes) -> tuple[bytes, int]:
    """The key id at the front of ``data``, and where it ends.

    Raises:
        Undecryptable: ``data`` is too short to hold one.
    """
    end = 1 + data[0] if data else 1
    if len(data) < end:
        raise Undecryptable("too short")
    return data[1:end], end


def with_id(key_id: bytes) -> bytes:
    """A key id as it is written: one byte of length, then the id."""
    return bytes([len(key_id)]) + key_id


def _by_id(keys: Keys) -> dict[str, bytes]:
    if isinstance(keys, (str, bytes, bytearray, memoryview)) or not isinstance(keys, (Mapping, Sequence)) or not keys:
        raise InvalidSetting("keys: accepted are a mapping from id to key or a list of keys, with at least one")
    if isinstance(keys, Mapping):
        return dict(keys)
    named: dict[str, bytes] = {}
    for key in keys:
        if type(key) is not bytes:
            raise InvalidSetting(f"a key is bytes, not {type(key).__name__}")
        # a pseudo-random function of the key: says nothing about it, stays the same wherever it stands in the list
        named[hmac.new(key, b"hexcache key id", hashlib.sha256).hexdigest()[:16]] = key
    return named


def _check(key_id: object, key: object, sizes: range) -> None:
    if (
        type(key_id) is not str
        or not key_id.isascii()
        or not key_id.isprintable()
        or not 0 < len(key_id) <= _LONGEST_ID
    ):
        raise InvalidSetting(f"key id {key_id!r}: accepted are 1 to {_LONGEST_ID} printable ASCII characters")
    if type(key) is not bytes:
        raise InvalidSetting(f"key {key_id!r} is {type(key).__name__}; accepted: bytes")
    if len(key) not in sizes:
        accepted = ", ".join(map(str, sizes)) if len(sizes) <= 3 else f"at least {sizes.start}"  # noqa: PLR2004
        raise InvalidSetting(f"key {key_id!r} has {len(key)} bytes; accepted: {accepted}")
