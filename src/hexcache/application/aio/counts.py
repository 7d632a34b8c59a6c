"""The calls that count: what a caller says, checked and handed to the authoritative store.

Rule: everything that can be refused is refused before the store is asked. The calls' contracts stand in
:mod:`hexcache.ports.aio.counting`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from hexcache.application.aio.counting import AsyncRateLimiter
from hexcache.application.aio.face import AsyncFace, V
from hexcache.domain.errors import CacheError, InvalidSetting
from hexcache.domain.increment import Increment
from hexcache.domain.key import check_key
from hexcache.domain.lifetime import NEVER, TtlLike, Unset, parse_ttl
from hexcache.domain.rate import RateRule


class AsyncCounts(AsyncFace[V]):
    """Counters, limiters and sets of one namespace."""

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
        """Add to a counter and return the new number."""
        self._open()
        counting = self._use.counting
        counting.check(by=by, floor=floor)
        counting.check_operation(operation)
        return await counting.ask(
            counting.counter().incr,
            self._at(key),
            by,
            ttl=self._seconds(ttl),
            refresh_ttl=refresh_ttl,
            floor=floor,
            operation=operation,
        )

    async def incr_many(self, increments: Iterable[Increment]) -> list[float]:
        """Make several increments in one trip and return the new numbers."""
        self._open()
        counting = self._use.counting
        counter = counting.counter()
        told = await counting.ask(counter.incr_many, [self._addressed(each) for each in increments])
        failed = [answer for answer in told if isinstance(answer, CacheError)]
        if failed:
            raise ExceptionGroup(f"{len(failed)} of {len(told)} increments were not made", failed)
        return [answer for answer in told if not isinstance(answer, CacheError)]

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
        self._use.counting.check(by=by)
        return await self.incr(key, -by, ttl=ttl, floor=floor, operation=operation)

    async def count(self, key: str) -> float | None:
        """The number of a counter, left as it is."""
        self._open()
        counting = self._use.counting
        return await counting.ask(counting.counter().read, self._at(key))

    async def reset_count(self, key: str) -> bool:
        """Forget a counter or a set."""
        self._open()
        counting = self._use.counting
        return await counting.ask(counting.counter().remove, self._at(key))

    def limiter(self, key: str, rule: RateRule) -> AsyncRateLimiter:
        """A limiter for ``key``."""
        self._open()
        return self._use.counting.limiter(self._path, check_key(key), rule)

    async def add_members(self, key: str, members: Collection[str], *, ttl: TtlLike | Unset = None) -> int:
        """Add to a set and return how many were new."""
        self._open()
        counting = self._use.counting
        names = counting.check_members(members)
        return await counting.ask(counting.counter().add_members, self._at(key), names, ttl=self._seconds(ttl))

    async def members(self, key: str) -> frozenset[str]:
        """The members of a set."""
        self._open()
        counting = self._use.counting
        return await counting.ask(counting.counter().members, self._at(key))

    def _at(self, key: str) -> str:
        return self._use.counting.address(self._path, check_key(key))

    def _seconds(self, ttl: TtlLike | Unset) -> float | None:
        seconds = self.policy.ttl if isinstance(ttl, Unset) else parse_ttl(ttl)
        return None if seconds == NEVER else seconds

    def _addressed(self, increment: Increment) -> Increment:
        if not isinstance(increment, Increment):
            raise InvalidSetting(f"an increment is a {type(increment).__name__}; accepted: Increment(key, by, ...)")
        self._use.counting.check(by=increment.by, floor=increment.floor)
        self._use.counting.check_operation(increment.operation)
        return replace(increment, counter=self._at(increment.counter), ttl=self._seconds(increment.ttl))
