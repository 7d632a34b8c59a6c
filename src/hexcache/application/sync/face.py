# Generated from src/hexcache/application/aio/face.py by tools/unasync.py. Do not edit.
"""What every call of a cache begins with: names, checks, stamps, and the way to the use cases.

Rule: arguments are checked before anything is changed and before anything is waited for; a closed cache says so first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, NoReturn, TypeVar

from hexcache.application.sync.assembly import Assembly
from hexcache.application.sync.loading import Want
from hexcache.application.sync.writing import Change
from hexcache.application.policy import CachePolicy
from hexcache.application.sealing import Stamp
from hexcache.domain.entry import MISSING, Entry
from hexcache.domain.errors import CacheClosed, InvalidKey, StoreError, WrongWorld
from hexcache.domain.fill import ReadRule, Serve
from hexcache.domain.key import SEPARATOR, address_prefix, check_key, name_prefix
from hexcache.domain.lifetime import NEVER, Lifetime, TtlLike, Unset
from hexcache.domain.lookup import Candidate
from hexcache.domain.tag import check_tags
from hexcache.ports.hit_path import HitPath, Reader

V = TypeVar("V")

FRESH_ONLY = ReadRule("never", NEVER, 0.0)
ANYTHING_ALIVE = ReadRule("if_error", NEVER, 0.0)


class Face(Generic[V]):
    """One namespace of a cache, without calls.

    Args:
        assembly: the use cases, shared by all namespaces.
        path: the namespace; empty for the root.
        policy: defaults of this namespace.
    """

    def __init__(self, assembly: Assembly, path: str = "", policy: CachePolicy | None = None) -> None:
        core = assembly.core
        self._use = assembly
        self._core = core
        self._stats = core.stats
        self._path = path
        self._prefix = name_prefix(path)
        self._addresses = address_prefix(core.root, path)
        self.policy = core.policy if policy is None else policy
        # With a max_age every look-up must ask the entry's age, which the hit path does not.
        self._quick = bool(core.memory) and self.policy.max_age == NEVER
        self._hit = self._look_up()
        assembly.faces.add(self)
        core.faces.add(self)

    def _look_up(self) -> Callable[[str], Entry | None]:
        """The hit path for keys of this namespace."""
        core, prefix = self._core, self._prefix
        if not self._quick:
            return _nothing
        hit = core.memory[0].tier.get
        if prefix:
            return lambda key: hit(prefix + key)
        if core.namespaced:
            foreign = str.startswith  # of str itself, so that whatever is no str is a TypeError
            return lambda key: None if foreign(key, SEPARATOR) else hit(key)
        return hit

    def guard_root(self) -> None:
        """Look at keys of the root before looking them up, as there are names of namespaces in the same memory."""
        if not self._use.closed:
            self._hit = self._look_up()

    def hit_path(self, reader: Reader, /) -> HitPath:
        """The nearest memory tier's look-up itself; ``reader`` is told when the cache is closed."""
        self._open()
        self._use.faces.add(reader)
        return HitPath(self._core.memory[0].tier.get if self._quick else _nothing, self._prefix, self._stats)

    def shut(self) -> None:
        """End the hit path: the assembly was closed."""
        self._hit = _closed

    def _open(self) -> None:
        if self._use.closed:
            raise CacheClosed("this cache is closed; open another one")

    def _ready(self) -> None:
        """The cache is open and hears the others."""
        self._open()
        if self._use.publisher.silent:
            self._use.publisher.listen()

    def _begin(self, key: str) -> str:
        use = self._use
        if use.closed:
            self._open()
        name = self._prefix + check_key(key)
        if use.publisher.silent:
            use.publisher.listen()
        return name

    def _several(self, keys: Iterable[str]) -> Sequence[str]:
        """The keys of a call that takes several."""
        self._open()
        if isinstance(keys, str):
            raise InvalidKey("keys are several: write [key] for a single one")
        if not isinstance(keys, Iterable):
            raise InvalidKey(f"keys are an iterable of str, not {type(keys).__name__}")
        return keys if isinstance(keys, (list, tuple)) else tuple(keys)

    def _begin_many(self, keys: Iterable[str]) -> dict[str, str]:
        """Key by name, duplicates once, in the order given."""
        keys = self._several(keys)
        names = {self._prefix + check_key(key): key for key in keys}
        self._ready()
        return names

    def _find(self, name: str, rule: ReadRule) -> tuple[Candidate, object] | None:
        """What some tier has, counted as a hit or a miss."""
        reader, stats = self._use.reader, self._stats
        passage = reader.passage(name)
        step = reader.walk(passage, rule)
        if isinstance(step, Serve):
            reader.fill(passage, step.candidate)
            candidate = step.candidate
            stats.hits += 1
        elif step.state.stale is not None:
            candidate = step.state.stale
            stats.stale_hits += 1
        else:
            stats.misses += 1
            return None
        stats.negative_hits += bool(candidate.entry.kind & MISSING)
        return candidate, reader.open(passage, candidate)

    def _scoped(self, tags: Iterable[str]) -> tuple[str, ...]:
        if tags == ():
            return ()
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

    def _changes(
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
        deps = self._use.tags.current(scoped)
        if deps is None:
            raise StoreError("the state of a tag cannot be read, so that a value stored with it could not be trusted")
        return {name: Change(one, self._stamp(life, deps)) for name, one in sealed.items()}


_EMPTY: dict[str, Entry] = {}
_nothing = _EMPTY.get
"""The hit path where there is none; a dictionary says so without a frame."""


def _closed(_: str) -> NoReturn:
    raise CacheClosed("this cache is closed; open another one")
