# Generated from src/hexcache/ports/aio/cache.py by tools/unasync.py. Do not edit.
"""The driving port: what a service may ask of a cache.

Rule: ``Cache`` and ``Cache`` have the same names and signatures; only ``await``, ``async with``, ``async for`` and
``close`` differ. ``get_nowait`` never waits in either world. Inbound adapters know this port and nothing behind it.

Outcomes common to all calls:

* bad arguments raise their typed error (``InvalidKey``, ``InvalidLifetime``, ``InvalidTag``, ``UnsupportedValue``)
  before anything is changed; a closed cache raises ``CacheClosed``.
* a tier's failure never fails a read that another tier or the loader can serve. It is counted, told to the observers
  and visible in ``stats()``. A write that a tier did not take says so in its :class:`WriteReport` and is repaired
  behind the caller's back. With ``strict=True`` in the policy a read raises the tier's ``StoreError`` and a write
  raises ``IncompleteWrite``.
* cancelling a caller cancels nobody else: a load that others wait for goes on and is stored.
* a read that begins after a write, a delete or an invalidation returned never gives what was there before.
"""

from __future__ import annotations

from collections.abc import Iterator, Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from hexcache.domain.lifetime import UNSET, TtlLike, Unset
from hexcache.domain.lookup import EntryView
from hexcache.domain.report import CloseReport, WriteReport
from hexcache.ports.sync.counting import CountingPort
from hexcache.ports.sync.skills import LinkMethod
from hexcache.ports.hit_path import HitPath, Reader

V = TypeVar("V")
D = TypeVar("D")


class CachePort(CountingPort, Protocol[V]):
    """A cache over several tiers, or a namespace of one."""

    def get_nowait(self, key: str, default: D, /) -> V | D:
        """What the nearest memory tier has, fresh and far from its refresh; never waits, in neither world.

        Returns:
            The value, or ``default`` whenever a second look is needed (``get`` takes it).
        """
        ...

    def hit_path(self, reader: Reader, /) -> HitPath:
        """The look-up behind ``get_nowait``, for decorators; ``reader`` is told when the cache is closed.

        Raises:
            CacheClosed: it is closed already.
        """
        ...

    def get(self, key: str, default: D | None = None) -> V | D | None:
        """The fresh value, from the nearest tier that has one.

        Returns:
            The value (``None`` may be one), or ``default`` on a miss, on a negative result, and when the value is
            stale.
        """
        ...

    def get_entry(self, key: str) -> EntryView[V] | None:
        """The value with its age, remaining life, tier, tags and version; also when it is stale or a negative result.

        Returns:
            None when no tier has anything that is still alive.
        """
        ...

    def get_many(self, keys: Iterable[str]) -> dict[str, V]:
        """The fresh values of several keys, one batch a tier; what is not there is not in the answer."""
        ...

    def set(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store a value in every tier, deepest first.

        Args:
            key: which entry.
            value: anything that the codec takes.
            ttl: freshness; left out: the default; ``None``: never ends.
            stale_ttl: extra life as stale after ``ttl``; left out: the default.
            tags: what :meth:`invalidate_tags` may name later.

        Returns:
            What each tier did.
        """
        ...

    def set_many(
        self,
        values: Mapping[str, V],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store several values, one batch a tier; nothing is stored if one of them cannot be encoded."""
        ...

    def add(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store a value only if there is no fresh one; True when it was stored.

        The deepest tier with conditional writes decides; of several callers exactly one gets True.

        Raises:
            StoreError: the deciding tier failed; whether the value was stored is then unknown.
            IncompleteWrite: under ``strict``, the value was stored, but another tier did not take it.
        """
        ...

    def get_or_set(
        self,
        key: str,
        loader: Callable[..., Any],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
        max_age: TtlLike | Unset = UNSET,
        default: Any = None,
        with_entry: bool = False,
    ) -> Any:
        """The value, loaded if need be: one load a key, however many callers wait in either world.

        Args:
            key: which entry.
            loader: called without arguments on a miss. It returns the value, or one of ``Loaded``, ``Missing``,
                ``NotModified``, ``DoNotStore``.
            ttl: freshness of a loaded value; left out: the default.
            stale_ttl: its extra life as stale; left out: the default.
            tags: its tags.
            max_age: a stored value of this age or older is loaded anew, even if it is fresh; 0: always.
            default: what a negative result (``Missing``) gives.
            with_entry: call ``loader(previous)`` with the stale ``EntryView`` (or None), for conditional requests.

        Returns:
            Hit: the value. Stale: as the policy says, at once with a refresh behind, or only if the load fails.
            Miss: what the loader returned.

        Raises:
            LoadTimeout: the load did not end within the policy's ``load_timeout``; the next caller starts anew.
            WrongWorld: the loader belongs to the other world.
            Exception: the loader's own error, unwrapped and shared by all who waited, unless a stale value covers it.
        """
        ...

    def get_or_set_many(
        self,
        keys: Iterable[str],
        loader: Callable[[list[str]], Mapping[str, Any]],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
        default: Any = None,
    ) -> dict[str, Any]:
        """The values of several keys; one loader call for those that are missing and that nobody else is loading.

        Args:
            keys: which entries; duplicates are asked once.
            loader: takes the missing keys, returns key -> value (or ``Loaded``, ``Missing``, ``DoNotStore``, or an
                exception for that key alone). A key left out counts as ``Missing``; one not asked for is ignored.
            ttl: freshness of loaded values.
            stale_ttl: their extra life as stale.
            tags: their tags.
            default: what a negative result gives.

        Returns:
            key -> value for every key, in the order asked.

        Raises:
            ExceptionGroup: some keys failed and no stale value covers them; the others were stored all the same.
        """
        ...

    def delete(self, key: str) -> WriteReport:
        """Remove an entry from every tier, deepest first; loads in flight are not stored.

        Returns:
            What each tier did; ``found`` tells whether some tier had a live entry.
        """
        ...

    def delete_many(self, keys: Iterable[str]) -> WriteReport:
        """Remove several entries, one batch a tier."""
        ...

    def touch(self, key: str, ttl: TtlLike | Unset = UNSET) -> bool:
        """Give a live entry a new ttl from now on; False when there is none.

        Raises:
            IncompleteWrite: under ``strict``, a tier that holds the entry kept the life that it had there.
        """
        ...

    def ttl(self, key: str) -> float | None:
        """Seconds of freshness left (0 when stale, ``inf`` without end), None when there is no entry."""
        ...

    def has(self, key: str) -> bool:
        """Whether ``get`` would find a value."""
        ...

    def clear(self) -> WriteReport:
        """Remove every entry of this namespace and those below it, from every tier; never anything else."""
        ...

    def keys(self) -> Iterator[str]:
        """The keys of this namespace that some tier holds, in no order, each once.

        Raises:
            Unsupported: a tier cannot list.
        """
        ...

    def invalidate_tags(self, *tags: str) -> WriteReport:
        """Never serve again what was stored with one of these tags, in this namespace; costs one write a tag."""
        ...

    def expire_tags(self, *tags: str) -> WriteReport:
        """Make what was stored with one of these tags stale from now on."""
        ...

    def namespace(self, name: str, **defaults: Any) -> CachePort[V]:
        """A view with a prefix of its own (nested below this one) and, if given, other policy values.

        Raises:
            InvalidNamespace: the name has another form.
            InvalidSetting: not a policy value, or one that the whole cache has.
        """
        ...

    def flush(self) -> int:
        """Try every queued repair now and wait for work behind; returns how many changes are still owed."""
        ...

    def health(self) -> dict[str, Any]:
        """A real round trip to every tier: ``{tier: {"ok", "seconds", "error", "breaker"}}``; never raises.

        Where an identity may lack rights each is tried with an object of its own: ``"rights"`` holds ``read``,
        ``write``, ``delete``, ``list`` and ``sign``, each with the reason why it is missing, empty where it is there.
        """
        ...

    def presign(self, key: str, expires: TtlLike, *, method: LinkMethod = "GET") -> str:
        """A link to what the nearest tier that can sign stores for a key, for those who have no credentials.

        The link gives what is stored: the tier's frame and the envelope, not the value. Whether there is an entry is
        not asked; what is put through a link is foreign to the cache, which misses and replaces it.

        Args:
            key: which entry.
            expires: how long the link is good; the vendors allow seven days at most.
            method: what the link allows.

        Raises:
            Unsupported: no tier can sign; says which could.
            InvalidLifetime: ``expires`` is no duration, or has no end.
            StoreError: the tier could not be asked.
        """
        ...

    def explain(self, key: str) -> dict[str, Any]:
        """What each tier holds for a key and why it would or would not be served; for people, changes nothing."""
        ...

    def oldest(self, n: int) -> list[str]:
        """The ``n`` keys of this namespace that die soonest in the nearest memory tier, soonest first; never waits.

        Raises:
            Unsupported: there is no memory tier; what other tiers hold is not kept in that order.
        """
        ...

    def stats(self) -> dict[str, Any]:
        """Counters since the cache was opened, in all and for each tier."""
        ...

    def close(self) -> CloseReport:
        """Wait for work behind, at most ``close_timeout``, then close what was opened.

        What is still owed to a tier is tried once more on the way. Of a namespace it closes the whole cache. A call
        that is cancelled leaves a cache that answers nothing more and may be closed again.

        Returns:
            What was left: loads and repairs given up, changes that a tier never took, tiers that could not be closed.
            Closing again changes nothing and returns the same.
        """
        ...
