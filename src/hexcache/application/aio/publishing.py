"""Telling the other caches what changed, and hearing it from them.

Rule: a message goes out after the shared tier accepted the change (or owes it) and carries no value. One that may not
have reached everybody is counted and never raised; the bus is told of it, and will tell the others that everything is
doubtful. The bus holds nobody up for longer than its deadline. What was read before the subscription stood is forgotten
when it stands, and while the others are not heard memory tiers keep things for a short time only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, Literal, TypeVar

from hexcache.application.aio.primitives import within
from hexcache.application.core import BUS, Core
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation
from hexcache.ports.observer import TierEvent

T = TypeVar("T")

RETRY_AFTER = 1.0
"""Seconds for which a bus that failed is left alone: no subscription is tried, and messages count as lost at once."""

AT_ONCE = 512
"""Messages of one call to the bus, which has its deadline for them."""


class AsyncPublisher:
    """The bus of one cache, or none.

    Attributes:
        silent: the others are not heard yet; whoever begins a call listens first.
    """

    def __init__(self, core: Core, bus: AsyncBus | None, deadline: float, *, owned: bool = False) -> None:
        self._core = core
        self._bus = bus
        self._deadline = deadline
        self._owned = owned
        self._end: Callable[[], None] | None = None
        self._retry_at = self._rests_until = float("-inf")
        self._failing = False
        self.silent = bus is not None
        core.crews.add(self)
        if bus is not None:
            core.ears.append(self)

    @property
    def connected(self) -> bool:
        """Whether there is a bus."""
        return self._bus is not None

    def hears(self) -> bool:
        """Whether changes by others are heard now."""
        return self._end is not None and self._bus is not None and self._bus.hears(self._core.root)

    def stats(self) -> dict[str, Any] | None:
        """The bus's counters and state; None without one."""
        if self._bus is None:
            return None
        return {**self._bus.stats(), "hears": self.hears()}

    async def listen(self) -> None:
        """Begin to hear from the others; a bus that fails is asked again later, and the caller goes on without."""
        core = self._core
        if self._bus is None or not self.silent or core.now() < self._retry_at:
            return
        self._retry_at = core.now() + RETRY_AFTER
        end = await self._ask(self._bus.subscribe, core.root, core.on_invalidation)
        if end is None:
            core.stats.bus_errors += 1
            return
        self.silent = False
        self._end = end
        core.tags.doubt_all()
        core.drop_within("")

    async def keys(self, names: Iterable[str]) -> None:
        """These entries changed."""
        await self._tell("key", names)

    async def namespace(self, path: str) -> None:
        """This namespace was cleared."""
        await self._tell("namespace", (path,))

    async def tags(self, tags: Iterable[str], *, soft: bool) -> None:
        """These tags changed."""
        await self._tell("tag", tags, soft=soft)

    async def everything(self) -> None:
        """A tier lost track of what changed: nothing that it shares is to be believed."""
        await self._tell("epoch", ("",))

    async def _tell(
        self, kind: Literal["key", "tag", "namespace", "epoch"], subjects: Iterable[str], *, soft: bool = False
    ) -> None:
        core, bus = self._core, self._bus
        if bus is None:
            return
        messages = [Invalidation(core.node, next(core.seq), kind, subject, soft) for subject in subjects]
        for first in range(0, len(messages), AT_ONCE):
            some = messages[first : first + AT_ONCE]
            if await self._ask(_published, bus, core.root, some) is None:
                core.stats.bus_errors += len(some)
                with suppress(Exception):  # a bus that breaks its contract costs freshness, not the caller's change
                    bus.lost(core.root)

    async def _ask(self, call: Callable[..., Awaitable[T]], *args: object) -> T | None:
        """Ask the bus within its deadline; None when it failed or rests."""
        core, bounded = self._core, self._bus is not None and self._bus.bounded_calls
        if core.now() >= self._rests_until:
            try:
                answer = await within(self._deadline, bounded, call, *args)
            except Exception as exc:  # noqa: BLE001 - see above
                self._rests_until = core.now() + RETRY_AFTER
                self._failing = True
                core.tell_tier(TierEvent(BUS, "failure", reason=type(exc).__name__))
            else:
                if self._failing:
                    self._failing = False
                    core.tell_tier(TierEvent(BUS, "recovered"))
                return answer
        return None

    async def aclose(self) -> None:
        """Hear nothing more. A bus that was handed in belongs to whoever opened it; an own one is closed."""
        if self in self._core.ears:
            self._core.ears.remove(self)
        if self._end is not None:
            self._end()
            self._end = None
        if self._owned and self._bus is not None:
            await self._bus.aclose()

    def reset_after_fork(self) -> None:
        """Listen anew: what hears the others lives in the parent."""
        self._end = None
        self._retry_at = self._rests_until = float("-inf")
        self.silent = self._bus is not None


async def _published(bus: AsyncBus, topic: str, messages: list[Invalidation]) -> bool:
    await bus.publish(topic, *messages)
    return True
