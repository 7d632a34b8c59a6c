"""The counter port: numbers with one authoritative store.

Rule: a counter is never promoted to a nearer tier and never answered from a copy. Every method is atomic per address,
also against other processes where the store is shared.

Failure: ``StoreError``; a counter is never served from elsewhere. Cancellation: as with a store.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from hexcache.domain.errors import CacheError
from hexcache.domain.increment import Increment
from hexcache.domain.rate import Decision, RateRule


class AsyncCounter(Protocol):
    """Counters, limiters and membership sets."""

    async def incr(
        self,
        address: str,
        by: float = 1,
        /,
        *,
        ttl: float | None = None,
        refresh_ttl: bool = False,
        floor: float | None = None,
        operation: str | None = None,
    ) -> float:
        """Add and return the new number; an absent counter starts at 0.

        Args:
            address: which counter.
            by: what to add; negative to subtract. An ``int`` keeps an ``int`` counter whole.
            ttl: seconds of life, set when the counter is created; None for no end.
            refresh_ttl: set the ttl again on every call (a sliding window) instead of on creation only.
            floor: the result is raised to this.
            operation: an id of this very increment; a second call with the same id within the counter's life adds
                nothing and returns the current number, so that a retry after a timeout does not count twice. How many
                ids an adapter remembers, and for how long, it says itself.

        Raises:
            NotANumber: the address holds something else; it is left as it is.
        """
        ...

    async def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        """Make several increments, in one trip where the store is far; an answer each, in the same order.

        Each is one atomic step, made as ``incr`` makes it and in the order given; together they are not one. What goes
        wrong with one keeps no other from being counted.

        Args:
            increments: what to add to which address, with a ttl in seconds; one address may come several times.

        Returns:
            The new number, or in its place the error that ``incr`` would have raised: ``NotANumber``, ``StoreError``.

        Raises:
            InvalidLifetime: a ttl is none; nothing was counted.
            StoreError: the store failed altogether.
        """
        ...

    async def read(self, address: str, /) -> float | None:
        """The number, or None when there is no live counter."""
        ...

    async def ttl(self, address: str, /) -> float | None:
        """Remaining life in seconds, ``inf`` without end, None when there is no live counter or set."""
        ...

    async def remove(self, address: str, /) -> bool:
        """Forget a counter, a limiter's state or a set; True when one was there."""
        ...

    async def spend(self, address: str, rule: RateRule, n: int = 1, /) -> Decision:
        """Ask a limiter for ``n`` units in one atomic step; a refusal spends nothing."""
        ...

    async def add_members(self, address: str, members: Collection[str], /, *, ttl: float | None = None) -> int:
        """Add to a set (the ttl, in seconds, is set on creation); returns how many were new.

        Raises:
            NotANumber: the address holds a counter.
        """
        ...

    async def members(self, address: str, /) -> frozenset[str]:
        """The members of a set; empty when there is none."""
        ...

    async def clear(self, prefix: str, /) -> int:
        """Forget everything whose address begins with ``prefix``; returns how many there were."""
        ...

    async def aclose(self) -> None:
        """Release what this object opened. May be called again."""
        ...
