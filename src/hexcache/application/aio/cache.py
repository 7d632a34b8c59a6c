"""The face of a cache: the hit path, and the way to every use case.

Rule: a hit in the nearest memory tier takes no lock, waits for nothing and builds nothing; arguments are checked on the
way to anything slower. The calls' contracts stand in :mod:`hexcache.ports.aio.cache`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Generic, NoReturn, Self, TypeVar

from hexcache.application.aio.assembly import AsyncAssembly
from hexcache.application.aio.counting import AsyncRateLimiter
from hexcache.application.aio.filling import Want
from hexcache.application.aio.mapping import mapping_of
from hexcache.application.aio.writing import Change
from hexcache.application.policy import CachePolicy
from hexcache.application.sealing import Stamp
from hexcache.application.views import view_of
from hexcache.domain.entry import MISSING, Entry
from hexcache.domain.errors import CacheClosed, InvalidKey, StoreError, WrongWorld
from hexcache.domain.fill import Load, ReadRule, Serve
from hexcache.domain.key import check_key, check_path, name_prefix
from hexcache.domain.lifetime import NEVER, UNSET, Lifetime, TtlLike, Unset, parse_ttl
from hexcache.domain.lookup import MISS, Candidate, EntryView
from hexcache.domain.rate import RateRule
from hexcache.domain.report import WriteReport
from hexcache.domain.tag import check_tags

V = TypeVar("V")
D = TypeVar("D")

FRESH_ONLY = ReadRule("never", NEVER, 0.0)
ANYTHING_ALIVE = ReadRule("if_error", NEVER, 0.0)


class AsyncCache(Generic[V]):
    """A cache over several tiers, or a namespace of one. See the driving port for what each call does.

    Args:
        assembly: the use cases, shared by all namespaces.
        path: the namespace; empty for the root.
        policy: defaults of this namespace.
    """

    def __init__(self, assembly: AsyncAssembly, path: str = "", policy: CachePolicy | None = None) -> None:
        core = assembly.core
        self._use = assembly
        self._core = core
        self._stats = core.stats
        self._path = path
        self._prefix = prefix = name_prefix(path)
        self.policy = core.policy if policy is None else policy
        self._any_age = self.policy.max_age == NEVER
        self._hit: Callable[[str], Entry | None] = _nothing
        if core.memory:
            hit = core.memory[0].tier.get
            self._hit = hit if not prefix else lambda key: hit(prefix + key)
        assembly.faces.add(self)

    def get_nowait(self, key: str, default: D, /) -> V | D:
        """What the nearest memory tier has, without a second look; else ``default``."""
        entry = self._quick(key)
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

    async def _get(self, key: str, entry: Entry | None, default: D | None) -> Any:
        name = await self._begin(key)
        if entry is not None:
            value = self._second_look(entry, default)
            if value is not MISS:
                return value
        found = await self._find(name, FRESH_ONLY)
        if found is None:
            self._stats.misses += 1
            return default
        self._stats.hits += 1
        candidate, value = found
        if candidate.entry.kind & MISSING:
            self._stats.negative_hits += 1
            return default
        return value

    async def _find(self, name: str, rule: ReadRule) -> tuple[Candidate, object] | None:
        passage = self._use.reader.passage(name)
        step = await self._use.reader.walk(passage, rule)
        if isinstance(step, Load):
            if step.state.stale is None:
                return None
            step = Serve(step.state.stale, stale=True)
        else:
            await self._use.reader.fill(passage, step.candidate)
        return step.candidate, self._use.reader.open(passage, step.candidate)

    async def get_entry(self, key: str) -> EntryView[V] | None:
        """The value with what is known about it; also a stale one and a negative result."""
        found = await self._find(await self._begin(key), ANYTHING_ALIVE)
        if found is None:
            self._stats.misses += 1
            return None
        return view_of(self._core, *found)

    async def get_many(self, keys: Iterable[str]) -> dict[str, V]:
        """The fresh values of several keys; what is not there is not in the answer."""
        names = await self._begin_many(keys)
        values = await self._use.bulk.get(list(names), FRESH_ONLY)
        return {key: values[name] for name, key in names.items() if values.get(name, MISS) is not MISS}  # type: ignore[misc]

    async def set(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store a value in every tier, deepest first."""
        name = await self._begin(key)
        changes = await self._changes({name: value}, ttl, stale_ttl, tags)
        return await self._use.writer.set(changes)

    async def set_many(
        self,
        values: Mapping[str, V],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store several values, one batch a tier."""
        names = await self._begin_many(values)
        if not names:
            return WriteReport(())
        changes = await self._changes({name: values[key] for name, key in names.items()}, ttl, stale_ttl, tags)
        return await self._use.writer.set(changes)

    async def add(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store a value only if there is no fresh one."""
        name = await self._begin(key)
        changes = await self._changes({name: value}, ttl, stale_ttl, tags)
        return await self._use.writer.add(name, changes[name])

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
        if entry is not None and not entry.kind and max_age is UNSET and self._any_age:
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
        names = await self._begin_many(keys)
        want = self._want(loader, ttl, stale_ttl, tags, self.policy.read_rule(), default=default, with_entry=False)
        values = await self._use.bulk.get_or_set(names, loader, want)
        return {key: values[name] for name, key in names.items()}

    async def delete(self, key: str) -> WriteReport:
        """Remove an entry from every tier, deepest first."""
        return await self._use.writer.delete((await self._begin(key),))

    async def delete_many(self, keys: Iterable[str]) -> WriteReport:
        """Remove several entries, one batch a tier."""
        names = await self._begin_many(keys)
        return await self._use.writer.delete(tuple(names)) if names else WriteReport(())

    async def touch(self, key: str, ttl: TtlLike | Unset = UNSET) -> bool:
        """Give a live entry a new ttl from now on."""
        name = await self._begin(key)
        life = self.policy.lifetime(ttl, UNSET)
        found = await self._find(name, ANYTHING_ALIVE)
        if found is None or found[0].entry.kind & MISSING:
            return False
        entry, value = found[0].entry, found[1]
        stamp = self._stamp(life, entry.deps, entry.cost)
        report = await self._use.writer.set({name: Change(self._core.sealer.seal(value), stamp)})
        return any(outcome.ok for outcome in report.outcomes)

    async def ttl(self, key: str) -> float | None:
        """Seconds of freshness left, None when there is no entry."""
        view = await self.get_entry(key)
        return None if view is None else view.ttl

    async def has(self, key: str) -> bool:
        """Whether ``get`` would find a value."""
        found = await self._find(await self._begin(key), FRESH_ONLY)
        return found is not None and not found[0].entry.kind & MISSING

    async def clear(self) -> WriteReport:
        """Remove every entry of this namespace and those below it."""
        self._open()
        return await self._use.writer.clear(self._path)

    async def keys(self) -> AsyncIterator[str]:
        """The keys of this namespace that some tier holds."""
        self._open()
        async for key in self._use.inspection.keys(self._path):
            yield key

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
        seconds = self.policy.ttl if isinstance(ttl, Unset) else parse_ttl(ttl)
        return await counting.ask(
            counting.counter().incr,
            counting.address(self._path, check_key(key)),
            by,
            ttl=None if seconds == NEVER else seconds,
            refresh_ttl=refresh_ttl,
            floor=floor,
            operation=operation,
        )

    async def decr(self, key: str, by: float = 1, *, ttl: TtlLike | Unset = None, floor: float | None = None) -> float:
        """Subtract from a counter and return the new number."""
        return await self.incr(key, -by, ttl=ttl, floor=floor)

    def limiter(self, key: str, rule: RateRule) -> AsyncRateLimiter:
        """A limiter for ``key``."""
        self._open()
        return self._use.counting.limiter(self._path, check_key(key), rule)

    async def invalidate_tags(self, *tags: str) -> WriteReport:
        """Never serve again what was stored with one of these tags."""
        return await self._change_tags(tags, soft=False)

    async def expire_tags(self, *tags: str) -> WriteReport:
        """Make what was stored with one of these tags stale from now on."""
        return await self._change_tags(tags, soft=True)

    async def _change_tags(self, tags: tuple[str, ...], *, soft: bool) -> WriteReport:
        self._open()
        scoped = self._scoped(tags)
        self._stats.invalidations += len(scoped)
        report = await self._use.tags.change(scoped, soft=soft)
        await self._use.publisher.tags(scoped, soft=soft)
        return report

    def namespace(self, name: str, **defaults: Any) -> Self:
        """A view with a prefix of its own, nested below this one."""
        self._open()
        path = f"{self._path}/{check_path(name)}" if self._path else check_path(name)
        return type(self)(self._use, check_path(path), self.policy.changed(**defaults))

    def as_mapping(self) -> Any:
        """This namespace as a ``MutableMapping``, in the blocking world; raises ``WrongWorld`` in the other."""
        return mapping_of(self)

    async def flush(self) -> int:
        """Try every queued repair now; returns how many changes are still owed."""
        self._open()
        return await self._use.upkeep.flush()

    async def health(self) -> dict[str, Any]:
        """A real round trip to every tier."""
        self._open()
        return await self._use.inspection.health()

    async def explain(self, key: str) -> dict[str, Any]:
        """What each tier holds for a key, and why it would or would not be served."""
        return await self._use.inspection.explain(await self._begin(key))

    def stats(self) -> dict[str, Any]:
        """Counters since the cache was opened, in all and for each tier."""
        return self._use.inspection.stats()

    async def aclose(self) -> None:
        """Wait for work behind, then close what was opened. A namespace closes the whole cache."""
        if not self._use.closed:
            await self._use.aclose()

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

    def shut(self) -> None:
        """End the hit path: the assembly was closed."""
        self._hit = _closed

    def _quick(self, key: str) -> Entry | None:
        try:
            return self._hit(key)
        except TypeError:
            check_key(key)
            raise

    def _second_look(self, entry: Entry, default: object) -> object:
        """The value of an entry that is not plain, as far as nothing has to be waited for; else MISS."""
        if not self._core.vouches(entry) or self._core.now() >= entry.fresh_until:
            return MISS
        self._stats.memory_hits += 1
        if entry.kind & MISSING:
            self._stats.negative_hits += 1
            return default
        return self._core.sealer.open(entry)

    def _open(self) -> None:
        if self._use.closed:
            raise CacheClosed("this cache is closed; open another one")

    async def _begin(self, key: str) -> str:
        self._open()
        name = self._prefix + check_key(key)
        if self._use.publisher.silent:
            await self._use.publisher.listen()
        return name

    async def _begin_many(self, keys: Iterable[str]) -> dict[str, str]:
        """Key by name, duplicates once, in the order given."""
        self._open()
        if isinstance(keys, str):
            raise InvalidKey("keys are several: write [key] for a single one")
        names = {self._prefix + check_key(key): key for key in keys}
        if self._use.publisher.silent:
            await self._use.publisher.listen()
        return names

    def _scoped(self, tags: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._prefix + tag for tag in check_tags(tags))

    def _want(
        self,
        loader: Callable[..., Any],
        ttl: TtlLike | Unset,
        stale_ttl: TtlLike | Unset,
        tags: Iterable[str],
        rule: ReadRule,
        *,
        default: object,
        with_entry: bool,
    ) -> Want:
        if not callable(loader):
            raise WrongWorld(f"a loader is a callable, not {type(loader).__name__}; pass the function, do not call it")
        life = self.policy.lifetime(ttl, stale_ttl)
        return Want(loader, life, self._scoped(tags), rule, self.policy, default, with_entry, self._prefix)

    def _stamp(self, life: Lifetime, deps: tuple[tuple[str, bytes], ...], cost: float = 0.0) -> Stamp:
        core = self._core
        jittered = life.jittered(self.policy.jitter, core.entropy.random())
        return Stamp(jittered, core.now(), core.clocks.wall(), cost, core.version(), deps)

    async def _changes(
        self,
        values: Mapping[str, object],
        ttl: TtlLike | Unset,
        stale_ttl: TtlLike | Unset,
        tags: Iterable[str],
    ) -> dict[str, Change]:
        """Everything that can be refused is refused here, before anything is changed."""
        life = self.policy.lifetime(ttl, stale_ttl)
        scoped = self._scoped(tags)
        sealed = {name: self._core.sealer.seal(value) for name, value in values.items()}
        deps = await self._use.tags.current(scoped)
        if deps is None:
            raise StoreError("the state of a tag cannot be read, so that a value stored with it could not be trusted")
        return {name: Change(one, self._stamp(life, deps)) for name, one in sealed.items()}


def _nothing(_: str) -> None:
    return None


def _closed(_: str) -> NoReturn:
    raise CacheClosed("this cache is closed; open another one")
