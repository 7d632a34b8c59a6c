"""``open_cache`` and ``open_async_cache``: a cache in one call.

Rule: opening reaches nothing; the first call that needs a tier connects to it. Arguments have the last word, then
``HEXCACHE_*`` variables, then the settings that are named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, TypeVar, Unpack, overload

from hexcache.composition.assemble import heart_of, observers_of, parts_of, surroundings
from hexcache.composition.build import Heart, make_async_cache, make_cache
from hexcache.composition.faces import AsyncCache, Cache
from hexcache.composition.given import placeholder
from hexcache.composition.loading import SettingsSource, load_settings
from hexcache.composition.policy_settings import PolicyOptions
from hexcache.composition.stores import Stores
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.clock import Clocks
from hexcache.ports.codec import Serializer
from hexcache.ports.entropy import Entropy
from hexcache.ports.memory_tier import MemoryTier
from hexcache.ports.observer import Observer
from hexcache.ports.sync.bus import Bus
from hexcache.ports.sync.store import Store

V = TypeVar("V")

TierLike: TypeAlias = str | MemoryTier | Store | Stores
"""A tier for ``open_cache``: a URL, or an object."""

AsyncTierLike: TypeAlias = str | MemoryTier | AsyncStore | Stores
"""A tier for ``open_async_cache``: a URL, or an object."""


class OpenOptions(PolicyOptions, total=False):
    """Keyword arguments of both functions, beside those of their own world.

    ``settings``: a table, the path of a TOML file, or a ``CacheSettings``; without it and without tiers
    ``hexcache.toml`` is read, if there is one. ``environment``: which table of the settings applies. ``namespace``: the
    root namespace. ``serializer``: instead of the one that the settings name. ``clocks``, ``entropy``: instead of the
    machine's. ``observers``: who is told of failures, beside those that the settings name. The rest is the policy:
    what a call gets where it does not say.
    """

    settings: SettingsSource
    environment: str | None
    namespace: str | None
    serializer: Serializer | None
    clocks: Clocks | None
    entropy: Entropy | None
    observers: Sequence[Observer]


@overload
def open_cache(
    *tiers: TierLike, value_type: type[V], bus: Bus | None = None, **options: Unpack[OpenOptions]
) -> Cache[V]: ...
@overload
def open_cache(
    *tiers: TierLike, value_type: None = None, bus: Bus | None = None, **options: Unpack[OpenOptions]
) -> Cache[Any]: ...
def open_cache(
    *tiers: TierLike, value_type: type[Any] | None = None, bus: Bus | None = None, **options: Unpack[OpenOptions]
) -> Cache[Any]:
    """Open a cache for threads.

    Use it in a ``with`` statement, or call ``close`` at the end. Nothing is connected before it is needed.

    Args:
        *tiers: nearest first: URLs such as ``"memory:?max_items=10000"`` and ``"disk:.cache"``, or objects: stores,
            memory tiers. They are used in place of the tiers that the settings name, and closed with the cache.
        value_type: the type of every value: a dataclass, a ``msgspec.Struct``, a pydantic model, or whatever msgspec
            decodes. Left out, values of many types may be mixed, and come back as they were.
        bus: tells other caches of changes, in place of the one that the settings say. It is not closed with the cache.
        **options: see :class:`OpenOptions`.

    Returns:
        The cache.

    Raises:
        InvalidSetting: something that was said cannot be used; names it, its value and what is accepted.
        MissingExtra: a tier or a codec needs a package that is not installed.
    """
    return make_cache(_heart(tiers, value_type, told=bus is not None, options=options), bus)


@overload
def open_async_cache(
    *tiers: AsyncTierLike, value_type: type[V], bus: AsyncBus | None = None, **options: Unpack[OpenOptions]
) -> AsyncCache[V]: ...
@overload
def open_async_cache(
    *tiers: AsyncTierLike, value_type: None = None, bus: AsyncBus | None = None, **options: Unpack[OpenOptions]
) -> AsyncCache[Any]: ...
def open_async_cache(
    *tiers: AsyncTierLike,
    value_type: type[Any] | None = None,
    bus: AsyncBus | None = None,
    **options: Unpack[OpenOptions],
) -> AsyncCache[Any]:
    """Open a cache for tasks.

    Use it in an ``async with`` statement, or await ``aclose`` at the end. Nothing is connected before it is needed, so
    that no event loop has to run yet. Arguments, result and errors are those of :func:`open_cache`.
    """
    return make_async_cache(_heart(tiers, value_type, told=bus is not None, options=options), bus)


def _heart(tiers: Sequence[object], value_type: type[Any] | None, *, told: bool, options: OpenOptions) -> Heart:
    overrides: dict[str, Any] = {}
    namespace = options.get("namespace")
    if namespace is not None:
        overrides["namespace"] = namespace
    if tiers:
        overrides["tiers"] = [placeholder(tier) for tier in tiers]
    policy = {name: value for name, value in options.items() if name not in _OWN}
    if policy:
        overrides["policy"] = policy
    settings = load_settings(
        options.get("settings"), options.get("environment"), overrides=overrides, find_file=not tiers
    )
    around = surroundings(settings, options.get("clocks"), options.get("entropy"))
    given = {settings.tiers[place].name: tier for place, tier in enumerate(tiers) if not isinstance(tier, str)}
    return heart_of(
        settings,
        parts_of(settings, around, given),
        around,
        serializer=options.get("serializer"),
        value_type=value_type,
        bus=told,
        carried=not told,
        observers=(*observers_of(settings, around.clocks), *options.get("observers", ())),
    )


_OWN = OpenOptions.__annotations__.keys() - PolicyOptions.__annotations__.keys()
