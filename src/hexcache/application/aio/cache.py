"""The cache as callers hold it: look-ups, changes, counts, and a look at itself.

Rule: nothing is decided here; each call checks its arguments and goes to the use case that it names. The calls'
contracts stand in :mod:`hexcache.ports.aio.cache`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Self

from hexcache.application.aio.changes import AsyncChanges
from hexcache.application.aio.counts import AsyncCounts
from hexcache.application.aio.face import V
from hexcache.application.aio.lookups import AsyncLookups
from hexcache.application.aio.mapping import mapping_of
from hexcache.domain.key import address_of, check_path
from hexcache.domain.lifetime import TtlLike
from hexcache.domain.report import CloseReport
from hexcache.ports.aio.skills import LinkMethod


class AsyncCache(AsyncLookups[V], AsyncChanges[V], AsyncCounts[V]):
    """A cache over several tiers, or a namespace of one. See the driving port for what each call does.

    Args:
        assembly: the use cases, shared by all namespaces.
        path: the namespace; empty for the root.
        policy: defaults of this namespace.
    """

    async def keys(self) -> AsyncIterator[str]:
        """The keys of this namespace that some tier holds."""
        self._open()
        async for key in self._use.inspection.keys(self._path):
            yield key

    def namespace(self, name: str, **defaults: Any) -> Self:
        """A view with a prefix of its own, nested below this one."""
        self._open()
        self._core.guard_root()
        path = f"{self._path}/{check_path(name)}" if self._path else check_path(name)
        return type(self)(self._use, check_path(path), self.policy.for_namespace(**defaults))

    def as_mapping(self) -> Any:
        """This namespace as a ``MutableMapping``, in the blocking world; raises ``WrongWorld`` in the other."""
        return mapping_of(self)

    async def flush(self) -> int:
        """Wait for work behind, then try every queued repair; returns how many changes are still owed."""
        await self._ready()
        return await self._use.flush()

    async def health(self) -> dict[str, Any]:
        """A real round trip to every tier."""
        self._open()
        return await self._use.inspection.health()

    async def explain(self, key: str) -> dict[str, Any]:
        """What each tier holds for a key, and why it would or would not be served."""
        return await self._use.inspection.explain(await self._begin(key))

    async def presign(self, key: str, expires: TtlLike, *, method: LinkMethod = "GET") -> str:
        """A link to what the nearest tier that can sign stores for a key."""
        address = address_of(self._core.root, await self._begin(key))
        return await self._use.signing.link(address, expires, method)

    def oldest(self, n: int) -> list[str]:
        """The keys of this namespace that die soonest in the nearest memory tier."""
        self._open()
        return self._use.inspection.oldest(self._path, n)

    def stats(self) -> dict[str, Any]:
        """Counters since the cache was opened, in all and for each tier."""
        return self._use.inspection.stats()

    async def aclose(self) -> CloseReport:
        """Wait for work behind, then close what was opened. A namespace closes the whole cache."""
        return await self._use.aclose()

    async def __aenter__(self) -> Self:
        self._open()
        await self._use.publisher.listen()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        names = [slot.name for slot in self._core.memory] + [state.name for state in self._core.states]
        state = "closed" if self._use.closed else " > ".join(names) or "no tiers"
        return f"<{type(self).__name__} {self._core.root}{'/' if self._path else ''}{self._path}: {state}>"
