"""The counting half of the driving port: counters, limiters and sets of one namespace.

Rule: each is kept in one authoritative store, lives apart from the entries (``get`` does not see it, ``clear`` leaves
it), and is never answered from a copy: if that store fails, the call fails with a ``StoreError``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from hexcache.domain.increment import Increment
from hexcache.domain.lifetime import TtlLike, Unset
from hexcache.domain.rate import Decision, RateRule


class AsyncLimiter(Protocol):
    """A limiter of one subject."""

    async def acquire(self, n: int = 1, /) -> Decision:
        """Ask for ``n`` units in one atomic step; a refusal spends nothing. Raises StoreError when the store fails."""
        ...


class AsyncCountingPort(Protocol):
    """What a cache counts. Every call raises ``Unsupported`` where no tier can count."""

    async def incr(
        self,
        key: str,
        by: float = 1,
        *,
        ttl: TtlLike | Unset = None,
        refresh_ttl: bool = False,
        floor: float | None = None,
        operation: str | None = None,
    ) -> float:
        """Add to a counter and return the new number. See the counter port for the arguments.

        Raises:
            NotANumber: the counter holds something else.
            StoreError: the store failed. Whether the increment was counted is then unknown, and repeating the call is
                safe only with an ``operation``.
        """
        ...

    async def incr_many(self, increments: Iterable[Increment]) -> list[float]:
        """Make several increments in one trip and return the new numbers in the order asked.

        Each is made as by ``incr``; one that fails keeps no other from being counted.

        Raises:
            NotANumber, InvalidKey, InvalidLifetime: one of them is not usable; nothing was counted.
            ExceptionGroup: some failed; it holds the error of each, and the others were counted.
            StoreError: the store failed altogether.
        """
        ...

    async def decr(
        self,
        key: str,
        by: float = 1,
        *,
        ttl: TtlLike | Unset = None,
        floor: float | None = None,
        operation: str | None = None,
    ) -> float:
        """Subtract from a counter and return the new number."""
        ...

    async def count(self, key: str) -> float | None:
        """The number of a counter, left as it is; None when there is no live one."""
        ...

    async def reset_count(self, key: str) -> bool:
        """Forget a counter or a set; True when one was there."""
        ...

    def limiter(self, key: str, rule: RateRule) -> AsyncLimiter:
        """A limiter for ``key`` by ``FixedWindow``, ``SlidingWindow`` or ``Gcra``; its state is in the counter's store.

        Raises:
            Unsupported: no tier can count.
        """
        ...

    async def add_members(self, key: str, members: Collection[str], *, ttl: TtlLike | Unset = None) -> int:
        """Add to a set, which lives ``ttl`` from its creation; returns how many were new.

        Raises:
            NotANumber: there is a counter of this name.
        """
        ...

    async def members(self, key: str) -> frozenset[str]:
        """The members of a set; empty when there is none."""
        ...
