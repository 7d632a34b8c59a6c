"""Which key of a server an address has, and the other way round.

Rule: a key is the prefix and the address in UTF-8, byte for byte, so that different addresses never meet; keys that
other parts use begin with the prefix and a control character, as no address does, and are never touched.
"""

from __future__ import annotations

import re

from hexcache.domain.errors import StoreRejected
from hexcache.domain.key import SEPARATOR

_GLOB = re.compile(rb"[*?\[\]\\]")


class StoreKeys:
    """The addresses of one store."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._bytes = prefix.encode()
        self._reserved = self._bytes + SEPARATOR.encode()

    def key(self, address: str) -> bytes:
        """The key of an address.

        Raises:
            StoreRejected: the address is no valid Unicode.
        """
        try:
            return (self._prefix + address).encode()
        except UnicodeEncodeError as exc:
            raise StoreRejected("redis: an address is valid Unicode; this one holds a lone surrogate") from exc

    def address(self, key: bytes) -> str | None:
        """The address that a key below the prefix stands for; None for a key that no address has."""
        if key.startswith(self._reserved):
            return None
        try:
            return key[len(self._bytes) :].decode()
        except UnicodeDecodeError:
            return None

    def pattern(self, prefix: str) -> bytes:
        """The glob pattern of the keys whose addresses begin with ``prefix``, taken literally."""
        return _GLOB.sub(rb"\\\g<0>", self.key(prefix)) + b"*"
