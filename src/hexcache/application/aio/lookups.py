"""Looking up and loading: the hit path, and the way to everything slower.

Rule: a hit in the nearest memory tier takes no lock, waits for nothing and builds nothing; arguments are checked on the
way to anything slower. The calls' contracts stand in :mod:`hexcache.ports.aio.cache`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from hexcache.application.aio.face import ANYTHING_ALIVE, FRESH_ONLY, AsyncFace, V
from hexcache.application.views import view_of
from hexcache.domain.entry import MISSING, Entry
from hexcache.domain.fill import Serve
from hexcache.domain.key import check_key
from hexcache.domain.lifetime import UNSET, TtlLike, Unset
from hexcache.domain.lookup import MISS, EntryView

D = TypeVar("D")


class AsyncLookups(AsyncFace[V]):
    """The calls that give values."""

    def get_nowait(self, key: str, default: D, /) -> V | D:
        """What the nearest memory tier has, without a second look; else ``default``."""
        try:
            entry = self._hit(key)
        except TypeError:
            check_key(key)
            raise
        if entry is None:
            return default
        if not entry.kind:
            self._stats.memory_hits += 1
            return entry.value  # type: ignore[return-value]  # a V went in under this name
        value = self._second_look(entry, default)
        return default if value is MISS else value  # type: ignore[return-value]

    async def get(self, key: str, default: D | None = None) -> V | D | None:
        """The fresh value, or ``default``."""
        try:
            entry = self._hit(key)
        except TypeError:
            entry = None
        if entry is not None and not entry.kind:
            self._stats.memory_hits += 1
            return entry.value  # type: ignore[return-value]
        return await self._get(key, entry, default)  # type: ignore[no-any-return]  # a V went in under this name

    async def _get(self, key: str, entry: Entry | None, default: object) -> Any:
        if entry is not None:
            value = self._second_look(entry, default)
            if value is not MISS:
                return value
        name = await self._begin(key)
        if self._use.direct is not None:
            return await self._use.direct.get(name, self._addresses + key, default)
        found = await self._find(name, FRESH_ONLY)
        if found is None or found[0].entry.kind & MISSING:
            return default
        return found[1]

    async def get_entry(self, key: str) -> EntryView[V] | None:
        """The value with what is known about it; also a stale one and a negative result."""
        found = await self._find(await self._begin(key), ANYTHING_ALIVE)
        return None if found is None else view_of(self._core, *found)

    async def get_many(self, keys: Iterable[str]) -> dict[str, V]:
        """The fresh values of several keys; what is not there is not in the answer."""
        asked = self._several(keys)
        found, rest = self._hits(asked)
        if not rest:
            return found
        names = await self._begin_many(rest)
        values = await self._use.batches.get(names, FRESH_ONLY)
        for name, key in names.items():
            found[key] = values.get(name, MISS)  # type: ignore[assignment]  # taken out below if it is no value
        return {key: found[key] for key in asked if found[key] is not MISS}

    def _hits(self, keys: Sequence[str]) -> tuple[dict[str, V], list[str]]:
        """What the hit path gives, and the keys that need more; a key that it knows needs no check."""
        hit = self._hit
        found: dict[str, V] = {}
        rest: list[str] = []
        for key in keys:
            try:
                entry = hit(key)
            except TypeError:
                entry = None
            if entry is None or entry.kind:
                rest.append(key)
            else:
                found[key] = entry.value  # type: ignore[assignment]  # a V went in under this name
        self._stats.memory_hits += len(found)
        return found, rest

    async def get_or_set(
        self,
        key: str,
        loader: Callable[..., Awaitable[Any]],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
        max_age: TtlLike | Unset = UNSET,
        default: Any = None,
        with_entry: bool = False,
    ) -> Any:
        """The value, loaded if need be: one load a key."""
        try:
            entry = self._hit(key)
        except TypeError:
            entry = None
        if entry is not None and not entry.kind and max_age is UNSET:
            self._stats.memory_hits += 1
            return entry.value
        name = await self._begin(key)
        rule = self.policy.read_rule(max_age)
        want = self._want(loader, ttl, stale_ttl, tags, rule, default=default, with_entry=with_entry)
        return await self._use.filler.value(name, want)

    async def get_or_set_many(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Awaitable[Mapping[str, Any]]],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
        default: Any = None,
    ) -> dict[str, Any]:
        """The values of several keys; one loader call for those that are missing."""
        asked = self._several(keys)
        hits, rest = self._hits(asked)
        found: dict[str, Any] = {**hits}
        if not rest:
            return found
        names = await self._begin_many(rest)
        want = self._want(loader, ttl, stale_ttl, tags, self.policy.read_rule(), default=default, with_entry=False)
        values = await self._use.bulk.get_or_set(names, loader, want)
        found |= {key: values[name] for name, key in names.items()}
        return {key: found[key] for key in asked}

    async def ttl(self, key: str) -> float | None:
        """Seconds of freshness left, None when there is no entry.

        Every tier is asked, since a nearer one may hold the value for a shorter time than it lives.
        """
        reader = self._use.reader
        passage = reader.passage(await self._begin(key))
        found = await reader.survey(passage)
        if found is None:
            return None
        wall, version = self._core.clocks.wall(), found.entry.version
        same = [record for record, _ in passage.found.values() if record.version == version]
        lives = [min(record.fresh_until - wall, record.fresh_until - record.created) for record in same]
        return max(0.0, found.entry.fresh_until - self._core.now(), *lives)

    async def has(self, key: str) -> bool:
        """Whether ``get`` would find a value."""
        reader = self._use.reader
        passage = reader.passage(await self._begin(key))
        step = await reader.walk(passage, FRESH_ONLY)
        if not isinstance(step, Serve):
            return False
        await reader.fill(passage, step.candidate)
        return not step.candidate.entry.kind & MISSING

    def _second_look(self, entry: Entry, default: object) -> object:
        """The value of an entry that is not plain, as far as nothing has to be waited for; else MISS."""
        if not self._core.vouches(entry) or self._core.now() >= entry.fresh_until:
            return MISS
        self._stats.memory_hits += 1
        if entry.kind & MISSING:
            self._stats.negative_hits += 1
            return default
        return self._core.sealer.open(entry)
