"""The container: opened and closed in order, in either world, alone or inside a service, with any piece swapped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import containers, providers

from hexcache import AsyncCache, Cache, CacheContainer, CloseReport
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.adapters.outbound.codecs.plain import JsonSerializer
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.composition.parts import memory_stores
from hexcache.domain.errors import CacheClosed, InvalidSetting, UnsupportedValue
from hexcache.testing.clock import MovedClock
from hexcache.testing.overrides import ProviderOverrides


class Reports:
    """Something of a service that holds a cache."""

    def __init__(self, cache: Cache[Any]) -> None:
        self.cache = cache


class Service(containers.DeclarativeContainer):
    """A service with a cache inside."""

    config = providers.Configuration()
    caching = providers.Container(CacheContainer, config=config.cache)
    reports = providers.Factory(Reports, cache=caching.cache)


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Any]:
    """Makes a container over memory and disk."""

    def made(**settings: Any) -> Any:
        container = CacheContainer()
        container.config.from_dict({"tiers": ["memory:", f"disk:{tmp_path}/c"], "observers": [], **settings})
        return container

    return made


class TestBlocking:
    """A service without an event loop."""

    def test_resources_are_opened_and_closed(self, make: Any, tmp_path: Path) -> None:
        container = make()
        assert container.init_resources() is None
        cache = container.cache()
        assert container.cache() is cache
        cache.set("a", 1)
        assert cache.health()["disk"]["ok"]
        container.shutdown_resources()
        with pytest.raises(CacheClosed):
            cache.get("a")

    def test_a_service_that_closes_the_cache_itself_learns_what_was_left(self, make: Any) -> None:
        container = make()
        container.init_resources()
        cache = container.cache()
        assert cache.close() == CloseReport()
        container.shutdown_resources()
        assert cache.close().clean

    def test_they_can_be_opened_again(self, make: Any) -> None:
        container = make()
        for expected in (None, 1):
            container.init_resources()
            assert container.cache().get("a") == expected
            container.cache().set("a", 1)
            container.shutdown_resources()

    def test_nothing_is_reached_before_it_is_needed(self, make: Any, tmp_path: Path) -> None:
        container = make()
        container.init_resources()
        assert list(tmp_path.iterdir()) == []
        container.shutdown_resources()

    def test_the_awaited_cache_is_left_alone(self, make: Any) -> None:
        container = make()
        container.init_resources()
        assert not container.async_cache.initialized
        container.shutdown_resources()


class TestAwaited:
    """A service with an event loop: the same calls, awaited."""

    async def test_resources_are_opened_and_closed(self, make: Any) -> None:
        container = make()
        await container.init_resources()
        cache = await container.async_cache()
        assert isinstance(cache, AsyncCache)
        assert await container.async_cache() is cache
        await cache.set("a", 1)
        await container.shutdown_resources()
        with pytest.raises(CacheClosed):
            await cache.get("a")

    async def test_they_can_be_opened_again(self, make: Any) -> None:
        container = make()
        for expected in (None, 1):
            await container.init_resources()
            cache = await container.async_cache()
            assert await cache.get("a") == expected
            await cache.set("a", 1)
            await container.shutdown_resources()

    async def test_both_worlds_share_memory_and_loads(self, make: Any) -> None:
        container = make(tiers=["memory:", "memory-store:"])
        await container.init_resources()
        waiting, blocking = await container.async_cache(), container.cache()
        await waiting.set("a", [1])
        assert blocking.get_nowait("a", None) == [1]
        loads = 0
        gate = asyncio.Event()

        async def load() -> int:
            nonlocal loads
            loads += 1
            await gate.wait()
            return 7

        task = asyncio.create_task(waiting.get_or_set("b", load))
        await asyncio.sleep(0)
        thread = asyncio.create_task(asyncio.to_thread(blocking.get_or_set, "b", lambda: 8))
        while not waiting.stats()["joined"]:  # noqa: ASYNC110 - nobody tells of a thread that boards a flight
            await asyncio.sleep(0)
        gate.set()
        assert [await task, await thread, loads] == [7, 7, 1]
        blocking.delete("a")
        assert await waiting.get("a") is None
        await container.shutdown_resources()

    async def test_closing_one_world_leaves_the_other(self, make: Any) -> None:
        container = make(tiers=["memory:", "memory-store:"])
        await container.init_resources()
        waiting, blocking = await container.async_cache(), container.cache()
        blocking.set("a", 1)
        blocking.close()
        assert await waiting.get("a") == 1
        assert (await waiting.health())["memory_store"]["ok"]
        await container.shutdown_resources()


class TestInsideAService:
    """A sub-container of a larger one."""

    def test_a_service_embeds_it(self, tmp_path: Path) -> None:
        service = Service()
        service.config.from_dict({"cache": {"tiers": ["memory:", f"disk:{tmp_path}/c"]}})
        service.init_resources()
        service.reports().cache.set("a", 1)
        assert service.reports().cache is service.caching.cache()
        service.shutdown_resources()
        assert (tmp_path / "c").is_dir()

    def test_its_test_swaps_the_disk_in_two_lines(self, tmp_path: Path) -> None:
        service = Service()
        service.config.from_dict({"cache": {"tiers": ["memory:", f"disk:{tmp_path}/c"]}})
        with service.caching.disk.override("memory-store:"):
            service.init_resources()
            service.reports().cache.set("a", 1)
            assert service.reports().cache.get("a") == 1
            service.shutdown_resources()
        assert list(tmp_path.iterdir()) == []

    def test_two_services_share_nothing(self) -> None:
        services = [Service(), Service()]
        for service in services:
            service.config.from_dict({"cache": {"tiers": ["memory:"]}})
            service.init_resources()
        services[0].reports().cache.set("a", 1)
        assert services[1].reports().cache.get("a") is None
        for service in services:
            service.shutdown_resources()

    def test_the_environment_is_chosen_by_the_service(self) -> None:
        service = Service()
        service.config.from_dict({"cache": {"environments": {"test": {"namespace": "tested"}}}})
        service.caching.environment.override("test")
        assert service.caching.settings().namespace == "tested"

    def test_without_a_configuration_the_defaults_apply(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        service = Service()
        service.init_resources()
        assert "hexcache: memory" in repr(service.caching.cache())
        service.shutdown_resources()

    def test_a_mistyped_setting_is_named(self) -> None:
        service = Service()
        service.config.from_dict({"cache": {"tires": ["memory:"]}})
        with pytest.raises(InvalidSetting, match=r"tires is no setting.*did you mean tiers\?"):
            service.init_resources()


@dataclass
class Point:
    """A value with a type."""

    x: int


class Typed(containers.DeclarativeContainer):
    """A service whose cached values are all of one type."""

    config = providers.Configuration()
    caching = providers.Container(CacheContainer, config=config.cache, value_type=providers.Object(Point))


class TestValueType:
    """A container for values of one type."""

    def test_values_come_back_as_that_type_from_the_disk(self, make: Any, tmp_path: Path) -> None:
        for _ in range(2):
            container = make(tiers=[f"disk:{tmp_path}/c"])
            container.value_type.override(Point)
            container.init_resources()
            with pytest.raises(UnsupportedValue):
                container.cache().set("a", "no point")
            assert container.cache().get_or_set("a", lambda: Point(1)) == Point(1)
            container.shutdown_resources()

    async def test_a_service_says_it_where_it_embeds_the_container(self) -> None:
        service: Any = Typed()
        service.config.from_dict({"cache": {"tiers": ["memory-store:"]}})
        await service.init_resources()
        cache = await service.caching.async_cache()
        await cache.set("a", Point(1))
        assert await cache.get("a") == Point(1)
        with pytest.raises(UnsupportedValue):
            await cache.set("b", {"x": 1})
        await service.shutdown_resources()

    def test_without_one_values_may_be_mixed(self, make: Any) -> None:
        container = make(tiers=["memory-store:"])
        assert container.value_type() is None
        container.init_resources()
        container.cache().set_many({"a": 1, "b": "text"})
        assert container.cache().get_many(["a", "b"]) == {"a": 1, "b": "text"}
        container.shutdown_resources()

    def test_a_serializer_that_is_handed_in_knows_its_own_types(self, make: Any) -> None:
        container = make(tiers=["memory-store:"])
        container.value_type.override(Point)
        container.serializer.override(providers.Object(JsonSerializer()))
        container.init_resources()
        container.cache().set("a", {"x": 1})
        assert container.cache().get("a") == {"x": 1}
        container.shutdown_resources()

    def test_a_type_that_the_settings_cannot_keep_is_refused_when_the_cache_is_opened(self, make: Any) -> None:
        container = make(codec={"serializer": "raw"})
        container.value_type.override(Point)
        with pytest.raises(InvalidSetting, match="leave value_type out"):
            container.init_resources()


class TestOverrides:
    """Every provider can be swapped."""

    @pytest.mark.parametrize(
        "given",
        [
            "memory-store:",
            "memory:?max_items=3",
            MemoryStore(BlobTable(lambda: 0.0)),
            InMemoryTier(lambda: 0.0),
        ],
        ids=["url of a store", "url of memory", "store", "memory tier"],
    )
    def test_a_tier_is_swapped_by_what_can_be_a_tier(
        self, make: Any, tmp_path: Path, provider_overrides: ProviderOverrides, given: object
    ) -> None:
        container = make()
        provider_overrides.use(container.disk, given)
        container.init_resources()
        container.cache().set("a", 1)
        assert list(container.cache().stats()["tiers"]) == ["memory", "disk"]
        container.shutdown_resources()
        assert list(tmp_path.iterdir()) == []

    async def test_a_store_of_one_world_opens_that_world_only(self, make: Any) -> None:
        container = make()
        with container.disk.override(AsyncMemoryStore(BlobTable(lambda: 0.0))):
            await container.init_resources()
            assert not container.cache.initialized
            with pytest.raises(InvalidSetting, match=r"tier 'disk' has no blocking store.*an AsyncCache"):
                container.cache()
            assert await (await container.async_cache()).get("a") is None
            await container.shutdown_resources()

    async def test_a_blocking_store_in_a_loop_opens_the_blocking_world_only(self, make: Any) -> None:
        container = make()
        with container.disk.override(MemoryStore(BlobTable(lambda: 0.0))):
            container.init_resources()
            assert not container.async_cache.initialized
            assert container.cache().get("a") is None
            with pytest.raises(InvalidSetting, match=r"tier 'disk' has no awaited store.*a Cache"):
                container.async_cache()
            container.shutdown_resources()

    def test_what_is_no_tier_is_refused(self, make: Any) -> None:
        container = make()
        with container.disk.override(3), pytest.raises(InvalidSetting, match="tier 'disk' is given as int; accepted"):
            container.init_resources()

    def test_a_url_does_not_rename_the_tier_that_it_replaces(self, make: Any) -> None:
        container = make()
        with (
            container.disk.override("memory-store:?name=far"),
            pytest.raises(InvalidSetting, match="tier 'disk' is given as a URL with another name, 'far'"),
        ):
            container.init_resources()

    def test_an_offer_of_stores_opens_both_worlds(self, make: Any, moved_clock: MovedClock) -> None:
        container = make()
        with container.disk.override(memory_stores(moved_clock.clocks)):
            container.init_resources()
            container.cache().set("a", 1)
            assert container.cache().health()["disk"]["ok"]
            container.shutdown_resources()

    def test_a_tier_that_is_not_there_cannot_be_swapped_unnoticed(self, make: Any) -> None:
        container = make(tiers=["memory:"])
        with container.disk.override("memory:"), pytest.raises(InvalidSetting, match=r"no tier is called so.*: memory"):
            container.init_resources()

    def test_a_tier_of_another_name_has_its_provider_among_the_tiers(self, make: Any, tmp_path: Path) -> None:
        container = make(tiers=["memory:", f"disk:{tmp_path}/c?name=far"])
        container.tiers.set_providers(far=providers.Object("memory-store:"))
        container.init_resources()
        container.cache().set("a", 1)
        container.shutdown_resources()
        assert list(tmp_path.iterdir()) == []

    def test_a_tiers_own_provider_says_when_it_is_not_there(self, make: Any) -> None:
        with pytest.raises(InvalidSetting, match="no tier is called 'disk'; tiers here: memory"):
            make(tiers=["memory:"]).disk()

    def test_a_swapped_tier_keeps_its_settings(self, make: Any) -> None:
        container = make(tiers=[{"scheme": "disk", "directory": "unused", "max_value_bytes": 10}])
        with container.disk.override(MemoryStore(BlobTable(lambda: 0.0))):
            container.init_resources()
            report = container.cache().set("a", "x" * 100)
            assert [outcome.effect.value for outcome in report.outcomes] == ["refused"]
            container.shutdown_resources()

    def test_clocks_serializer_bus_and_settings_are_swapped(self, make: Any, moved_clock: MovedClock) -> None:
        container = make(tiers=["memory:", "memory-store:"], policy={"ttl": 10, "jitter": 0})
        container.clocks.override(moved_clock.clocks)
        container.serializer.override(providers.Factory(JsonSerializer))
        container.bus.override(LocalBus(LocalHub()))
        container.init_resources()
        cache = container.cache()
        cache.set("a", 1)
        with pytest.raises(UnsupportedValue):
            cache.set("b", (1,))
        moved_clock.advance(10)
        assert cache.get("a") is None
        container.shutdown_resources()

    def test_overrides_end_with_their_test(self, make: Any) -> None:
        container = make()
        with ProviderOverrides() as overrides:
            overrides.use(container.disk, "memory-store:")
            assert container.disk() == "memory-store:"
        assert container.disk() != "memory-store:"
