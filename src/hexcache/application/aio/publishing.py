"""Telling the other caches what changed.

Rule: a message goes out after the shared tier accepted the change (or owes it), carries no value, and its loss is
counted, never raised: the receivers' lifetimes bound what it costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from hexcache.application.core import Core
from hexcache.domain.errors import StoreError
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation


class AsyncPublisher:
    """The bus of one cache, or none."""

    def __init__(self, core: Core, bus: AsyncBus | None) -> None:
        self._core = core
        self._bus = bus
        self._end: Callable[[], None] | None = None
        self.silent = bus is not None

    async def listen(self) -> None:
        """Begin to hear from the others."""
        if self._bus is not None and self.silent:
            self.silent = False
            self._end = await self._bus.subscribe(self._core.root, self._core.on_invalidation)

    async def keys(self, names: Iterable[str]) -> None:
        """These entries changed."""
        if self._bus is not None:
            for name in names:
                await self._tell("key", name)

    async def namespace(self, path: str) -> None:
        """This namespace was cleared."""
        await self._tell("namespace", path)

    async def tags(self, tags: Iterable[str], *, soft: bool) -> None:
        """These tags changed."""
        for tag in tags:
            await self._tell("tag", tag, soft=soft)

    async def _tell(
        self, kind: Literal["key", "tag", "namespace", "epoch"], subject: str, *, soft: bool = False
    ) -> None:
        if self._bus is None:
            return
        core = self._core
        message = Invalidation(core.node, next(core.seq), kind, subject, soft)
        try:
            await self._bus.publish(core.root, message)
        except StoreError:
            core.stats.bus_errors += 1

    async def aclose(self) -> None:
        """Hear nothing more. The bus itself belongs to whoever opened it."""
        if self._end is not None:
            self._end()
            self._end = None
