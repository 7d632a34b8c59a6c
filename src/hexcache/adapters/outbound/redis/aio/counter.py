"""Counters, limiters and sets on a server: an authoritative store for every process that speaks to it.

Rule: a call is one script on one key, so each is one atomic step, on a cluster too. A change carries an id, so that the
same change that arrives twice is made once. The lives of counters and the windows of limiters are measured on the
server's own clock.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.commands import Reply, Script
from hexcache.adapters.outbound.redis.count_scripts import ADD_MEMBERS, INCR, MEMBERS, REMOVE, SEEN
from hexcache.adapters.outbound.redis.count_words import (
    Call,
    CountWords,
    added_told,
    decision_told,
    members_told,
    number_seen,
    number_told,
    ttl_seen,
)
from hexcache.adapters.outbound.redis.rate_scripts import spending
from hexcache.domain.errors import CacheError, NotANumber, StoreError, StoreTimeout, StoreUnavailable
from hexcache.domain.increment import Increment
from hexcache.domain.rate import Decision, RateRule
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy


class AsyncRedisCounter:
    """An :class:`~hexcache.ports.aio.counter.AsyncCounter` on Redis or Valkey, alone, in a cluster or behind Sentinels.

    **A lost answer.** ``incr``, ``incr_many`` and ``spend`` are sent once more when the connection broke or no answer
    came in time, so that such a call takes up to twice the link's deadline. The change is made once all the same: each
    has an id, the caller's ``operation`` or one drawn here, which the key remembers. Ids drawn here are remembered for
    20 seconds (the latest 100 000 of a key), callers' ids for a day (the latest 10 000), none longer than what they
    belong to. If the second attempt fails too, the error is raised, and whether the change was made is unknown; a
    caller with an ``operation`` can repeat the call. Calls that read are repeated once as well. ``add_members``,
    ``remove`` and ``clear`` are not, as what they answer could be wrong: repeating them is safe, their count is not.

    **Time.** Ends and windows are measured on the clock of the server that holds the key, inside the script: machines
    whose clocks differ see one window, and no two machines' clocks are compared. A failover changes the clock to the
    new primary's: what the two differ by is added to or taken from each life, once. With ``wall`` that clock is used
    instead, for tests that move time: every process must then have the same one, and the server only tidies up, a day
    after the end.

    **Numbers** are as exact as in memory: whole numbers of any length up to 1e300, floats to the last bit.

    **What can be lost.** What a primary acknowledged and had not yet copied when it failed; everything, where the
    server persists nothing and restarts; and a counter that the server evicts, so give counters a server with
    ``maxmemory-policy noeviction`` or one that is never full.
    """

    def __init__(self, link: AsyncLink, *, entropy: Entropy, prefix: str = "", wall: Clock | None = None) -> None:
        """Count on a server. Nothing is asked before the first call.

        Args:
            link: speaks to the server; whoever made it closes it.
            entropy: where ids come from.
            prefix: what the keys begin with on the server.
            wall: wall time for tests; None for the server's own.
        """
        self._link = link
        self._words = CountWords(entropy, prefix, wall)
        self._open = True

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
        """Add and return the new number; see the port.

        Raises:
            StoreError: both attempts failed; whether the increment was counted is unknown.
        """
        call = self._words.increment(Increment(address, by, ttl, refresh_ttl, floor, operation))
        return number_told(await self._twice(INCR, call))

    async def incr_many(self, increments: Sequence[Increment], /) -> list[float | CacheError]:
        """Make several increments in one trip, or one to each server of a cluster; see the port.

        Those whose answer was lost are sent once more, in one trip.
        """
        calls: list[Call] = []
        told: list[Reply | Exception] = []
        places: list[int] = []
        for place, each in enumerate(increments):
            told.append(None)
            try:
                calls.append(self._words.increment(each))
                places.append(place)
            except NotANumber as exc:
                told[place] = exc
        for place, reply in zip(places, await self._all_twice(calls), strict=True):
            told[place] = reply
        return [_outcome(one) for one in told]

    async def read(self, address: str, /) -> float | None:
        """The number, or None; see the port."""
        return number_seen(await self._twice(SEEN, self._words.plain(address)))

    async def ttl(self, address: str, /) -> float | None:
        """Remaining life; see the port."""
        return ttl_seen(await self._twice(SEEN, self._words.plain(address)))

    async def remove(self, address: str, /) -> bool:
        """Forget what is at an address; see the port."""
        return bool(await self._opened().run(REMOVE, *self._words.plain(address)))

    async def spend(self, address: str, rule: RateRule, n: int = 1, /) -> Decision:
        """Ask a limiter; see the port. Another rule of the same kind goes on from the state that is there.

        Raises:
            NotANumber: the address holds a counter or a set.
            Unsupported: no rule of :mod:`hexcache.domain.rate`.
            StoreError: both attempts failed; whether units were spent is unknown.
        """
        script = spending(rule)
        return decision_told(await self._twice(script, self._words.spending(address, rule, n)), rule, n)

    async def add_members(self, address: str, members: Collection[str], /, *, ttl: float | None = None) -> int:
        """Add to a set; see the port."""
        call = self._words.addition(address, list(dict.fromkeys(members)), ttl)
        return added_told(await self._opened().run(ADD_MEMBERS, *call))

    async def members(self, address: str, /) -> frozenset[str]:
        """The members of a set; see the port."""
        return members_told(await self._twice(MEMBERS, self._words.plain(address)))

    async def clear(self, prefix: str, /) -> int:
        """Forget by prefix; see the port. Every server is searched, which takes time in proportion to all its keys.

        What is made while the search goes on may stay; a failure leaves a part undone.
        """
        gone = 0
        async for page in self._opened().scan(self._words.pattern(prefix)):
            for reply in await self._opened().run_all(REMOVE, [self._words.at(key) for key in page]):
                if isinstance(reply, Exception):
                    raise reply
                gone += int(reply)
        return gone

    async def aclose(self) -> None:
        """Take no more calls; may be called again. The link is closed by whoever made it."""
        self._open = False

    async def _twice(self, script: Script, call: Call) -> Reply:
        """Run a script that repeating does not change, once more if its answer was lost."""
        link = self._opened()
        try:
            return await link.run(script, *call)
        except (StoreTimeout, StoreUnavailable):
            return await link.run(script, *call)

    async def _all_twice(self, calls: Sequence[Call]) -> list[Reply | Exception]:
        """Make increments, and those whose answer was lost once more.

        Raises:
            StoreError: none was answered.
        """
        told = await self._all(calls)
        again = [place for place, reply in enumerate(told) if isinstance(reply, (StoreTimeout, StoreUnavailable))]
        for place, reply in zip(again, await self._all([calls[place] for place in again]), strict=True):
            told[place] = reply
        if told and all(isinstance(reply, StoreError) for reply in told):
            raise told[0]
        return told

    async def _all(self, calls: Sequence[Call]) -> list[Reply | Exception]:
        link = self._opened()
        if not calls:
            return []
        try:
            return await link.run_all(INCR, calls)
        except StoreError as exc:
            return [exc] * len(calls)

    def _opened(self) -> AsyncLink:
        if not self._open:
            raise StoreUnavailable("this redis counter was closed")
        return self._link


def _outcome(reply: Reply | Exception) -> float | CacheError:
    if isinstance(reply, CacheError):
        return reply
    try:
        return number_told(reply)
    except NotANumber as exc:
        return exc
