"""The use cases of one cache in one world, wired together.

Rule: this is the only place where the use cases meet; the face of the cache and its namespaces share one assembly.
"""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from hexcache.application.aio.amending import AsyncAmender
from hexcache.application.aio.batching import AsyncBatchReader
from hexcache.application.aio.bulk import AsyncBulk
from hexcache.application.aio.clearing import AsyncClearing
from hexcache.application.aio.counting import AsyncCounting
from hexcache.application.aio.deferral import deferral_of
from hexcache.application.aio.direct import AsyncDirect
from hexcache.application.aio.filling import AsyncFiller
from hexcache.application.aio.inspection import AsyncInspection
from hexcache.application.aio.leasing import AsyncLeasing
from hexcache.application.aio.loading import AsyncLoading
from hexcache.application.aio.obtaining import AsyncObtaining
from hexcache.application.aio.primitives import Crew, within
from hexcache.application.aio.publishing import AsyncPublisher
from hexcache.application.aio.reading import AsyncReader
from hexcache.application.aio.signing import AsyncSigning
from hexcache.application.aio.tags import AsyncTags
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.aio.upkeep import AsyncUpkeep
from hexcache.application.aio.writing import AsyncWriter
from hexcache.application.core import Core
from hexcache.domain.report import CloseReport
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.ports.aio.lease import AsyncLeaseKeeper
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.codec import RecordCodec
from hexcache.ports.observer import LoadEvent, TierEvent


class Face(Protocol):
    """A cache or a namespace of one, whose hit path must end with the assembly."""

    def shut(self) -> None:
        """Answer nothing more."""
        ...


class AsyncAssembly:
    """A cache's use cases over its stores.

    Args:
        core: what both worlds share.
        stores: a store and its codec for each of ``core.states``, in the same order.
        counter: the authoritative store for counters; None if no tier can count.
        bus: tells other caches of invalidations; None without.
        leases: keeps leases of loads, where ``core.leases`` says; None without.
        counter_deadline: longest call of the counter, seconds.
        counter_bounded: the counter's calls end by themselves within their deadline.
        bus_deadline: longest call of the bus, seconds.
        bus_owned: the bus ends with the assembly.
    """

    def __init__(
        self,
        core: Core,
        stores: Sequence[tuple[AsyncStore, RecordCodec]] = (),
        *,
        counter: AsyncCounter | None = None,
        bus: AsyncBus | None = None,
        leases: AsyncLeaseKeeper | None = None,
        counter_deadline: float = 1.0,
        counter_bounded: bool = False,
        bus_deadline: float = 1.0,
        bus_owned: bool = False,
    ) -> None:
        self.core = core
        self.crew = Crew()
        self.repairing = Crew()
        self.keeping = Crew()
        self.publisher = AsyncPublisher(core, bus, bus_deadline, owned=bus_owned)
        self.tiers = tuple(
            AsyncTier(
                store,
                codec,
                state,
                strict=core.policy.strict,
                deferral=deferral_of(core, store, state, self.publisher),
            )
            for (store, codec), state in zip(stores, core.states, strict=True)
        )
        self.tags = AsyncTags(core, self.tiers)
        self.reader = AsyncReader(core, self.tiers, self.tags)
        alone = len(self.tiers) == 1 and not core.memory
        self.direct = AsyncDirect(core, self.tiers[0], self.tags) if alone else None
        self.loading = AsyncLoading(core, self.reader, self.tags, self.crew)
        self.leasing = self._leasing(leases)
        self.obtaining = AsyncObtaining(core, self.reader, self.loading, self.leasing)
        self.filler = AsyncFiller(core, self.obtaining, self.crew)
        self.writer = AsyncWriter(core, self.tiers, self.publisher)
        self.clearing = AsyncClearing(core, self.tiers, self.publisher)
        self.amender = AsyncAmender(core, self.tiers, self.reader, self.writer, self.tags, self.publisher)
        self.batches = AsyncBatchReader(core, self.tiers, self.reader, self.tags)
        self.bulk = AsyncBulk(core, self.reader, self.batches, self.filler, self.loading)
        self.upkeep = AsyncUpkeep(core, self.tiers, self.publisher, self.repairing)
        for tier in self.tiers:
            tier.nudge = self.upkeep.nudge
        self.counting = AsyncCounting(core, counter, counter_deadline, bounded=counter_bounded)
        self.inspection = AsyncInspection(core, self.tiers, self.publisher)
        self.signing = AsyncSigning(self.tiers)
        self.faces: weakref.WeakSet[Face] = weakref.WeakSet()
        self.closed = False
        self.ended: CloseReport | None = None
        for crew in (self.crew, self.repairing, self.keeping):
            core.crews.add(crew)

    def _leasing(self, keeper: AsyncLeaseKeeper | None) -> AsyncLeasing | None:
        slot = self.core.leases
        if keeper is None or slot is None:
            return None
        tier = self.tiers[slot.position - len(self.core.memory)]
        return AsyncLeasing(self.core, tier, keeper, slot.state, self.crew, self.keeping)

    async def flush(self) -> int:
        """Wait for work behind, bring what is pending, then try every repair now.

        Returns:
            How many changes are still pending or owed.
        """
        most = self.core.policy.close_timeout
        await self.crew.rest(most)
        pending = [await tier.deferral.flush(most) for tier in self.tiers if tier.deferral is not None]
        return sum(pending) + await self.upkeep.flush()

    async def aclose(self) -> CloseReport:
        """Drain work behind and write buffers, try what is owed once more, and close stores and counter.

        Whatever fails on the way keeps nothing else from it.

        Each of these steps takes at most ``close_timeout``. Observers are told of what was left.

        Returns:
            What was left; once it has ended, the same again.
        """
        if self.ended is not None:
            return self.ended
        core, most = self.core, self.core.policy.close_timeout
        self.closed = self.upkeep.closed = True
        for face in list(self.faces):
            face.shut()
        abandoned = await self.crew.drain(most) + await self.repairing.drain(most)
        closings: list[tuple[str, Callable[[], Awaitable[None]]]] = []
        if self.leasing is not None:
            self.leasing.end()
            await self.keeping.drain(most)
            closings.append(("leases", self.leasing.aclose))
        with suppress(TimeoutError):
            await within(most, False, self.upkeep.flush)
        left = {tier.name: await tier.deferral.drain(most) for tier in self.tiers if tier.deferral is not None}
        # What has just landed is still told to others, so stores that defer end before the bus.
        closings += [(tier.name, tier.store.aclose) for tier in self.tiers if tier.deferral is not None]
        closings.append(("bus", self.publisher.aclose))
        closings += [(tier.name, tier.store.aclose) for tier in self.tiers if tier.deferral is None]
        closings.append(("counter", self.counting.aclose))
        unclosed = [name for name, close in closings if not await self._end(name, close)]
        if abandoned:
            core.tell_load(LoadEvent("abandoned", f"{abandoned} loads or repairs had not ended when the cache closed"))
        for tier in self.tiers:
            if owed := len(tier.state.repairs):
                core.tell_tier(TierEvent(tier.name, "repair_queued", "close", "still owed", owed))
        owed = sum(len(tier.state.repairs) for tier in self.tiers)
        pending = sum(
            left[tier.name] if tier.name in unclosed else tier.deferral.lost
            for tier in self.tiers
            if tier.deferral is not None
        )
        if self.ended is None:  # two may close at once
            self.ended = CloseReport(abandoned, owed, tuple(unclosed), pending)
        return self.ended

    async def _end(self, name: str, close: Callable[[], Awaitable[None]]) -> bool:
        """Close one thing and say whether it was closed; its failure is told and keeps nothing else open."""
        try:
            await within(self.core.policy.close_timeout, False, close)
        except Exception as exc:  # noqa: BLE001 - see above
            self.core.tell_tier(TierEvent(name, "failure", "close", type(exc).__name__))
            return False
        return True
