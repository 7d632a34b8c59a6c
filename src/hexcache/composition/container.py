"""The dependency-injection container: a cache as part of a larger service.

Rule: every piece is a provider that a service or its tests may override; nothing is opened before the resources are
initialised, and what was opened is closed in the reverse order.

A service embeds it as a sub-container::

    class Service(containers.DeclarativeContainer):
        config = providers.Configuration()
        caching = providers.Container(CacheContainer, config=config.cache)
        reports = providers.Factory(Reports, cache=caching.cache)

and its test swaps the disk tier for memory in two lines::

    with service.caching.disk.override("memory-store:"):
        service.init_resources()

A tier's provider may be overridden with a URL, a store of the world in which the cache is opened, a memory tier, or
:class:`~hexcache.composition.stores.Stores`. Tiers whose names are none of ``memory``, ``disk`` and ``redis`` have
their providers in ``tiers``: ``service.caching.tiers.set_providers(edge=providers.Object("memory:"))``.

A service whose values are all of one type says so: ``providers.Container(CacheContainer, config=config.cache,
value_type=providers.Object(Report))``.

In an awaited service the same calls are awaited: ``await service.init_resources()`` and
``await service.caching.async_cache()``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, contextmanager
from typing import Any

from dependency_injector import containers, providers

from hexcache.adapters.outbound.clock.system import system_clocks, system_entropy
from hexcache.composition.assemble import heart_of, observers_of, surroundings
from hexcache.composition.build import Heart, check_world, make_async_cache, make_cache
from hexcache.composition.codec import serializer_of
from hexcache.composition.faces import AsyncCache, Cache
from hexcache.composition.given import part_from
from hexcache.composition.guarantee import guarantee_of
from hexcache.composition.loading import load_settings
from hexcache.composition.parts import Part, part_of
from hexcache.composition.resources import BlockingResource, LoopResource
from hexcache.composition.settings import CacheSettings
from hexcache.composition.surroundings import Surroundings
from hexcache.domain.errors import InvalidSetting
from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.codec import Serializer
from hexcache.ports.observer import Observer
from hexcache.ports.sync.bus import Bus


def _settings(table: Mapping[str, Any] | None, environment: str | None) -> CacheSettings:
    """Settings from the container's configuration; an empty one stands for the file that is found."""
    return load_settings(table or None, environment)


def _serializer(settings: CacheSettings, value_type: type | None) -> Serializer:
    return serializer_of(settings.codec, value_type)


def _tier(name: str, settings: CacheSettings, around: Surroundings) -> Part:
    """The tier of that name, as the settings say.

    Raises:
        InvalidSetting: they name no such tier.
    """
    for tier in settings.tiers:
        if tier.name == name:
            return part_of(tier, around)
    raise InvalidSetting(f"no tier is called {name!r}; tiers here: {', '.join(tier.name for tier in settings.tiers)}")


def _parts(settings: CacheSettings, around: Surroundings, tiers: providers.Aggregate[Any]) -> list[Part]:
    """The tiers, each from its provider if it has one."""
    known = tiers.providers
    named = {tier.name for tier in settings.tiers}
    for name, provider in known.items():
        if provider.overridden and name not in named:
            raise InvalidSetting(
                f"the provider of tier {name!r} is overridden, but no tier is called so; "
                f"tiers here: {', '.join(sorted(named))}"
            )
    return [
        part_from(known[tier.name](), tier, around) if tier.name in known else part_of(tier, around)
        for tier in settings.tiers
    ]


def _core(
    settings: CacheSettings,
    around: Surroundings,
    tiers: providers.Aggregate[Any],
    serializer: Serializer,
    observers: Sequence[Observer],
    bus: Bus | None,
    async_bus: AsyncBus | None,
) -> Iterator[Heart]:
    """What the caches of both worlds share, from its first use to the end of the resources."""
    yield heart_of(
        settings,
        _parts(settings, around, tiers),
        around,
        serializer=serializer,
        bus=bus is not None or async_bus is not None,
        carried=bus is None or async_bus is None,
        observers=observers,
    )


def _cache(heart: Heart, bus: Bus | None) -> AbstractContextManager[Cache[Any]]:
    check_world(heart, "blocking")
    return _opened(heart, bus)


@contextmanager
def _opened(heart: Heart, bus: Bus | None) -> Iterator[Cache[Any]]:
    with make_cache(heart, bus) as cache:
        yield cache


def _async_cache(heart: Heart, bus: AsyncBus | None) -> AbstractAsyncContextManager[AsyncCache[Any]]:
    check_world(heart, "awaited")
    return _async_opened(heart, bus)


@asynccontextmanager
async def _async_opened(heart: Heart, bus: AsyncBus | None) -> AsyncIterator[AsyncCache[Any]]:
    async with make_async_cache(heart, bus) as cache:
        yield cache


class CacheContainer(containers.DeclarativeContainer):
    """A cache and its pieces as providers.

    Attributes:
        config: the settings as a table (``from_dict``, ``from_yaml``, a parent's configuration); empty for
            ``hexcache.toml`` if there is one. ``HEXCACHE_*`` variables apply on top.
        environment: which environment's table applies; None for what variable or settings say.
        settings: the checked settings.
        clocks, entropy, serializer, observers: the parts that are not tiers.
        value_type: the type of every value, as ``open_cache`` takes it; None unless overridden. It decides which
            serializer is made; a serializer that is handed in knows its own.
        bus, async_bus: tell other caches of changes, and are closed by whoever made them; None, as they are unless
            overridden, for the bus that the settings say.
        memory, disk, redis: the tiers of these names. A tier is only made if the settings name it.
        tiers: all providers of tiers by name.
        core: what the caches of both worlds share: memory tiers, loads in flight, fences.
        cache: the cache for threads.
        async_cache: the cache for tasks; initialising resources opens it where an event loop runs.
        guarantee: what this assembly promises, as sentences.
    """

    config = providers.Configuration()
    environment: providers.Object[str | None] = providers.Object(None)
    settings = providers.Singleton(_settings, config, environment)
    clocks = providers.Singleton(system_clocks)
    entropy = providers.Singleton(system_entropy)
    value_type: providers.Object[type | None] = providers.Object(None)
    serializer = providers.Singleton(_serializer, settings, value_type)
    observers = providers.Singleton(observers_of, settings, clocks)
    bus: providers.Object[Bus | None] = providers.Object(None)
    async_bus: providers.Object[AsyncBus | None] = providers.Object(None)
    surroundings = providers.Singleton(surroundings, settings, clocks, entropy)
    memory = providers.Factory(_tier, "memory", settings, surroundings)
    disk = providers.Factory(_tier, "disk", settings, surroundings)
    redis = providers.Factory(_tier, "redis", settings, surroundings)
    tiers = providers.Aggregate(memory=memory, disk=disk, redis=redis)
    core = providers.Resource(_core, settings, surroundings, tiers.provider, serializer, observers, bus, async_bus)
    cache = BlockingResource(_cache, core, bus)
    async_cache = LoopResource(_async_cache, core, async_bus)
    guarantee = providers.Callable(guarantee_of, core)
