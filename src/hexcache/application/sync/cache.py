# Generated from src/hexcache/application/aio/cache.py by tools/unasync.py. Do not edit.
"""The cache as callers hold it: look-ups, changes, counts, and a look at itself.

Rule: nothing is decided here; each call checks its arguments and goes to the use case that it names. The calls'
contracts stand in :mod:`hexcache.ports.sync.cache`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Self

from hexcache.application.sync.changes import Changes
from hexcache.application.sync.counts import Counts
from hexcache.application.sync.face import V
from hexcache.application.sync.lookups import Lookups
from hexcache.application.sync.mapping import mapping_of
from hexcache.domain.key import address_of, check_path
from hexcache.domain.lifetime import TtlLike
from hexcache.domain.report import CloseReport
from hexcache.ports.sync.skills import LinkMethod


class Cache(Lookups[V], Changes[V], Counts[V]):
    """A cache over several tiers, or a namespace of one. See the driving port for what each call does.

    Args:
        assembly: the use cases, shared by all namespaces.
        path: the namespace; empty for the root.
        policy: defaults of this namespace.
    """

    def keys(self) -> Iterator[str]:
        """The keys of this namespace that some tier holds."""
        self._open()
        for key in self._use.inspection.keys(self._path):
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

    def flush(self) -> int:
        """Wait for work behind, then try every queued repair; returns how many changes are still owed."""
        self._ready()
        return self._use.flush()

    def health(self) -> dict[str, Any]:
        """A real round trip to every tier."""
        self._open()
        return self._use.inspection.health()

    def explain(self, key: str) -> dict[str, Any]:
        """What each tier holds for a key, and why it would or would not be served."""
        return self._use.inspection.explain(self._begin(key))

    def presign(self, key: str, expires: TtlLike, *, method: LinkMethod = "GET") -> str:
        """A link to what the nearest tier that can sign stores for a key."""
        address = address_of(self._core.root, self._begin(key))
        return self._use.signing.link(address, expires, method)

    def oldest(self, n: int) -> list[str]:
        """The keys of this namespace that die soonest in the nearest memory tier."""
        self._open()
        return self._use.inspection.oldest(self._path, n)

    def stats(self) -> dict[str, Any]:
        """Counters since the cache was opened, in all and for each tier."""
        return self._use.inspection.stats()

    def close(self) -> CloseReport:
        """Wait for work behind, then close what was opened. A namespace closes the whole cache."""
        return self._use.close()

    def __enter__(self) -> Self:
        self._open()
        self._use.publisher.listen()
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def __repr__(self) -> str:
        names = [slot.name for slot in self._core.memory] + [state.name for state in self._core.states]
        state = "closed" if self._use.closed else " > ".join(names) or "no tiers"
        return f"<{type(self).__name__} {self._core.root}{'/' if self._path else ''}{self._path}: {state}>"
