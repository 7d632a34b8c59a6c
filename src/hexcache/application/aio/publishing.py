"""Telling the other caches what changed, and hearing it from them.

Rule: a message goes out after the shared tier accepted the change (or owes it), carries no value, and its loss is
counted, never raised: the receivers' lifetimes bound what it costs. The bus holds nobody up for longer than its
deadline. What was read before the subscription stood is forgotten when it stands.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from typing import Literal, TypeVar

from hexcache.application.aio.primitives import within
from hexcache.application.core import Core
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation

T = TypeVar("T")

RETRY_AFTER = 1.0
"""Seconds for which a bus that failed is left alone: no subscription is tried, and messages count as lost at once."""


class AsyncPublisher:
    """The bus of one cache, or none.

    Attributes:
        silent: the others are not heard yet; whoever begins a call listens first.
    """

    def __init__(self, core: Core, bus: AsyncBus | None, deadline: float) -> None:
        self._core = core
        self._bus = bus
        self._deadline = deadline
        self._end: Callable[[], None] | None = None
        self._retry_at = self._rests_until = float("-inf")
        self.silent = bus is not None
        core.crews.add(self)

    @property
    def connected(self) -> bool:
        """Whether there is a bus."""
        return self._bus is not None

    async def listen(self) -> None:
        """Begin to hear from the others; a bus that fails is asked again later, and the caller goes on without."""
        core = self._core
        if self._bus is None or not self.silent or core.now() < self._retry_at:
            return
        self._retry_at = core.now() + RETRY_AFTER
        end = await self._ask(self._bus.subscribe, core.root, core.on_invalidation)
        if end is None:
            return
        self.silent = False
        self._end = end
        core.tags.doubt_all()
        core.drop_within("")

    async def keys(self, names: Iterable[str]) -> None:
        """These entries changed."""
        if self._bus is not None:
            for name in names:
                await self._tell(self._bus, "key", name)

    async def namespace(self, path: str) -> None:
        """This namespace was cleared."""
        if self._bus is not None:
            await self._tell(self._bus, "namespace", path)

    async def tags(self, tags: Iterable[str], *, soft: bool) -> None:
        """These tags changed."""
        if self._bus is not None:
            for tag in tags:
                await self._tell(self._bus, "tag", tag, soft=soft)

    async def everything(self) -> None:
        """A tier lost track of what changed: nothing that it shares is to be believed."""
        if self._bus is not None:
            await self._tell(self._bus, "epoch", "")

    async def _tell(
        self, bus: AsyncBus, kind: Literal["key", "tag", "namespace", "epoch"], subject: str, *, soft: bool = False
    ) -> None:
        core = self._core
        await self._ask(bus.publish, core.root, Invalidation(core.node, next(core.seq), kind, subject, soft))

    async def _ask(self, call: Callable[..., Awaitable[T]], *args: object) -> T | None:
        """Ask the bus within its deadline; None when it failed or rests, which is counted."""
        core = self._core
        if core.now() >= self._rests_until:
            try:
                return await within(self._deadline, False, call, *args)
            except Exception:  # noqa: BLE001 - a bus that breaks its contract costs freshness, not the caller's change
                self._rests_until = core.now() + RETRY_AFTER
        core.stats.bus_errors += 1
        return None

    async def aclose(self) -> None:
        """Hear nothing more. The bus itself belongs to whoever opened it."""
        if self._end is not None:
            self._end()
            self._end = None

    def reset_after_fork(self) -> None:
        """Listen anew: what hears the others lives in the parent."""
        self._end = None
        self._retry_at = self._rests_until = float("-inf")
        self.silent = self._bus is not None
