"""Tokens of writes that the store has not allotted one to.

Rule: a token of ours names one accepted write and no other, also after a fork, and is never taken for one of the
store's. Once the write has landed, its token still fits for as long as the store holds that very blob; what is
remembered of it is bounded, and what was forgotten fits nothing.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Final

from hexcache.ports.finding import Token

MAX_REMEMBERED: Final = 10_000
"""Landed writes whose tokens were handed out and still fit."""


class OwnTokens:
    """Spells and reads the tokens of one buffer.

    Args:
        nonce: what no other buffer's tokens, and no store's, begin with.
    """

    __slots__ = ("_prefix",)

    def __init__(self, nonce: str) -> None:
        self._prefix = f"buffered:{nonce}:"

    def of(self, number: int) -> str:
        """The token of a write."""
        return f"{self._prefix}{number}"

    def number(self, token: Token) -> int | None:
        """The write that a token names; None for a token that is not ours."""
        if not isinstance(token, str) or not token.startswith(self._prefix):
            return None
        return int(token[len(self._prefix) :])


class LandedWrites:
    """Writes that were shown while they were pending and have landed since. The caller provides mutual exclusion."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, bytes]] = OrderedDict()

    def remember(self, address: str, number: int, blob: bytes) -> None:
        """A write landed."""
        self._known[address] = (number, digest(blob))
        self._known.move_to_end(address)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, address: str) -> None:
        """The address changed."""
        self._known.pop(address, None)

    def forget_below(self, prefix: str) -> None:
        """Addresses that begin with ``prefix`` changed."""
        for address in [address for address in self._known if address.startswith(prefix)]:
            del self._known[address]

    def expected(self, address: str, number: int) -> bytes | None:
        """What the store must hold for the token of that write to fit; None when it fits nothing."""
        known = self._known.get(address)
        return known[1] if known is not None and known[0] == number else None


def digest(blob: bytes) -> bytes:
    """What stands for a blob."""
    return hashlib.blake2b(blob, digest_size=16).digest()
