"""Which bus a cache has: what settings and tiers say, in either world, unless one is handed in."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

import hexcache
from hexcache import CacheContainer
from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalBus, LocalHub
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.composition.loading import load_settings
from hexcache.composition.stores import Buses, BusRequest, Stores
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import NEVER
from hexcache.ports.capabilities import Capabilities


class Offer:
    """A shared store that carries messages.

    Attributes:
        requests: with what each bus was made.
        made: the buses.
    """

    def __init__(self, *, blocking: bool = True, awaited: bool = True) -> None:
        self.hub = LocalHub()
        self.requests: list[BusRequest] = []
        self.made: list[Any] = []
        table = BlobTable(lambda: 0.0)
        self.stores = Stores(
            capabilities=Capabilities(shared=True),
            blocking=partial(MemoryStore, table),
            awaited=partial(AsyncMemoryStore, table),
            buses=Buses(
                blocking=partial(self.make, LocalBus) if blocking else None,
                awaited=partial(self.make, AsyncLocalBus) if awaited else None,
            ),
        )

    def make(self, kind: Any, request: BusRequest) -> Any:
        self.requests.append(request)
        self.made.append(kind(self.hub))
        return self.made[-1]


def caps(cache: Any) -> tuple[float, float]:
    """The cap of the memory tier while others are heard, and while they are not."""
    (slot,) = cache._core.memory
    return slot.cap(told=True), slot.cap(told=False)


class TestChoice:
    """What the settings say."""

    def test_a_tier_that_can_carry_a_bus_does(self) -> None:
        offer = Offer()
        with hexcache.open_cache("memory:", offer.stores) as one, hexcache.open_cache("memory:", offer.stores) as two:
            one.set("k", "old")
            assert two.get("k") == "old"
            one.set("k", "new")
            assert two.get("k") == "new"
            assert caps(one) == (NEVER, 60.0)
            assert caps(two) == (NEVER, 60.0)
            assert one.stats()["bus"]["hears"]
        assert offer.requests == [BusRequest(heartbeat=1.0, missed=3, grace=60.0)] * 2

    async def test_so_it_does_for_tasks(self) -> None:
        offer = Offer()
        async with (
            hexcache.open_async_cache("memory:", offer.stores) as one,
            hexcache.open_async_cache("memory:", offer.stores) as two,
        ):
            await one.set("k", "old")
            assert await two.get("k") == "old"
            await one.set("k", "new")
            assert await two.get("k") == "new"
        assert len(offer.made) == 2

    def test_it_is_made_as_the_settings_say(self) -> None:
        offer = Offer()
        settings = {"bus": {"heartbeat": "2s", "missed": 5, "grace": "30s"}}
        expected = {"memory:": 30.0, "memory:?ttl_cap=10s": 10.0, "memory:?ttl_cap=never": NEVER}
        for url, grace in expected.items():
            with hexcache.open_cache(url, offer.stores, settings=settings) as cache:
                assert caps(cache)[1] == grace
        hexcache.open_cache(offer.stores, settings=settings).close()
        assert offer.requests == [
            BusRequest(heartbeat=2.0, missed=5, grace=grace) for grace in (*expected.values(), 30.0)
        ]

    def test_a_store_whose_reads_may_lag_keeps_memory_capped_whatever_is_told(self) -> None:
        offer = Offer()
        lagging = replace(offer.stores, capabilities=replace(offer.stores.capabilities, lags=True))
        with hexcache.open_cache("memory:", lagging) as cache:
            assert caps(cache) == (60.0, 60.0)
            assert cache.stats()["bus"]["hears"]

    @pytest.mark.parametrize(("replicas", "cap"), [("true", 60.0), ("false", NEVER)])
    def test_so_do_reads_from_replicas_of_a_redis(self, replicas: str, cap: float) -> None:
        url = f"redis+sentinel://localhost/?service=primary&replica_reads={replicas}"
        cache = hexcache.open_cache("memory:", url)
        assert caps(cache) == (cap, 60.0)

    def test_the_grace_holds_without_a_bus_too(self) -> None:
        with hexcache.open_cache("memory:", Offer().stores, settings={"bus": {"over": "none", "grace": 5}}) as cache:
            assert caps(cache) == (5.0, 5.0)

    def test_the_deepest_tier_that_can_carries_it_unless_another_is_named(self) -> None:
        first, second = Offer(), Offer()
        tiers: list[Stores | str] = [first.stores, second.stores, "memory-store:"]
        hexcache.open_cache(*tiers).close()
        assert (len(first.made), len(second.made)) == (0, 1)
        hexcache.open_cache(*tiers, settings={"bus": "stores"}).close()
        assert (len(first.made), len(second.made)) == (1, 1)

    @pytest.mark.parametrize("said", ["none", "local"])
    def test_memory_before_a_store_that_others_share_is_capped_without_a_bus_that_reaches_them(self, said: str) -> None:
        offer = Offer()
        with hexcache.open_cache("memory:", offer.stores, settings={"bus": said}) as cache:
            assert caps(cache) == (60.0, 60.0)
            assert offer.made == []
            assert (cache.stats()["bus"] is None) == (said == "none")

    def test_caches_of_one_process_hear_each_other_by_the_local_bus_if_they_share_a_namespace(self) -> None:
        settings = {"bus": "local"}
        stores = Offer().stores
        with (
            hexcache.open_cache("memory:", stores, settings=settings, namespace="a") as one,
            hexcache.open_cache("memory:", stores, settings=settings, namespace="a") as two,
            hexcache.open_cache("memory:", settings=settings, namespace="b") as other,
        ):
            two.set("k", "old")
            other.set("k", "theirs")
            one.set("k", "new")
            assert two.get("k") == "new"
            assert other.get("k") == "theirs"
        with hexcache.open_cache("memory:", stores, settings=settings, namespace="a") as late:
            assert late.stats()["bus"]["heard"] == 0

    def test_one_that_is_handed_in_stands_in_its_place_and_is_not_closed(self) -> None:
        offer, hub = Offer(), LocalHub()
        handed, got = LocalBus(hub), []  # type: ignore[var-annotated]  # messages
        LocalBus(hub).subscribe("hexcache", got.append)
        cache = hexcache.open_cache("memory:", offer.stores, bus=handed, settings={"bus": "none"})
        cache.set("k", 1)
        cache.close()
        assert (len(got), offer.made) == (1, [])

    def test_a_bus_that_was_made_is_closed_with_its_cache(self) -> None:
        offer = Offer()
        with hexcache.open_cache("memory:", offer.stores) as cache:
            cache.set("k", 1)
            assert offer.made[0].hears("hexcache")
        assert not offer.made[0].hears("hexcache")


class TestRefusals:
    """What cannot be."""

    @pytest.mark.parametrize(
        ("bus", "said"),
        [
            ("redis", "bus.over is 'redis'; accepted: none, local, auto, memory"),
            ({"over": "memory"}, r"bus.over is 'memory'; accepted: none, local, auto \(no other tier"),
            ({"heartbeat": 0}, "bus.heartbeat is 0"),
            ({"heartbeat": "2m"}, "bus.heartbeat is 120.0: accepted: .* 60"),
            ({"missed": 1}, "bus.missed is 1"),
            ({"grace": 0}, "bus.grace is 0"),
            ({"beat": 1}, "bus.beat is no setting.*accepted: grace, heartbeat, missed, over"),
            (5, "bus is 5"),
        ],
    )
    def test_a_setting_that_cannot_be_used_is_named(self, bus: Any, said: str) -> None:
        with pytest.raises(InvalidSetting, match=said):
            hexcache.open_cache("memory:", settings={"bus": bus})

    def test_a_tier_whose_bus_is_of_the_other_world_is_refused_by_name_and_passed_over_otherwise(self) -> None:
        offer = Offer(blocking=False)
        with hexcache.open_cache("memory:", offer.stores) as cache:
            cache.set("k", 1)
            assert cache.stats()["bus"] is None
            entry = cache._core.memory[0].tier.peek("k")
            assert entry is not None
            assert entry.dead_at - cache._core.now() <= 60.0
        with pytest.raises(InvalidSetting, match="tier 'stores' has no blocking bus; it can only be used by an Async"):
            hexcache.open_cache("memory:", offer.stores, settings={"bus": "stores"})


class TestSources:
    """Ways to write it."""

    @pytest.mark.parametrize(
        ("table", "variables", "over", "heartbeat"),
        [
            ({}, {}, "auto", 1.0),
            ({"bus": "local"}, {}, "local", 1.0),
            ({"bus": {"over": "local", "heartbeat": 2}}, {}, "local", 2.0),
            ({}, {"HEXCACHE_BUS": "none"}, "none", 1.0),
            ({"bus": "local"}, {"HEXCACHE_BUS__HEARTBEAT": "3s"}, "local", 3.0),
            ({"bus": {"heartbeat": 2}}, {"HEXCACHE_BUS": "local"}, "local", 2.0),
            ({"bus": "none", "environments": {"test": {"bus": {"heartbeat": 4}}}}, {}, "none", 4.0),
        ],
    )
    def test_a_word_is_as_good_as_a_table(
        self, table: dict[str, Any], variables: dict[str, str], over: str, heartbeat: float
    ) -> None:
        settings = load_settings(table, "test", variables)
        assert (settings.bus.over, settings.bus.heartbeat) == (over, heartbeat)


class TestContainer:
    """The same in a service."""

    def container(self, offer: Offer, **settings: Any) -> Any:
        container = CacheContainer()
        container.config.from_dict({"tiers": ["memory:", "disk:x"], "observers": [], **settings})
        container.disk.override(offer.stores)
        return container

    async def test_both_worlds_have_their_bus_and_end_it(self) -> None:
        offer = Offer()
        container = self.container(offer)
        for round_ in (1, 2):
            await container.init_resources()
            waiting, blocking = await container.async_cache(), container.cache()
            await waiting.set("k", 1)
            blocking.set("k", 2)
            assert len(offer.made) == 2 * round_
            assert all(bus.hears("hexcache") for bus in offer.made[-2:])
            await container.shutdown_resources()
            assert not any(bus.hears("hexcache") for bus in offer.made)

    async def test_a_provider_that_is_overridden_stands_in_its_place(self) -> None:
        offer, hub = Offer(), LocalHub()
        container = self.container(offer)
        container.bus.override(LocalBus(hub))
        await container.init_resources()
        container.cache().set("k", 1)
        assert [type(bus) for bus in offer.made] == [AsyncLocalBus]
        await container.shutdown_resources()

    def test_what_it_promises_is_said(self) -> None:
        def promised(offer: Offer, **settings: Any) -> str:
            container = self.container(offer, **settings)
            lines: list[str] = container.guarantee()
            container.shutdown_resources()
            return "\n".join(lines)

        said = promised(Offer(), bus={"heartbeat": 2})
        assert "what one changed in disk this one's memory forgets when the bus tells it" in said
        assert "the bus: over disk; what it loses is noticed within 2 s" in said
        assert "while nothing is heard, memory may serve what it has for up to 60 s" in said
        said = promised(Offer(), bus="local")
        assert "what one changed in disk this one's memory may serve for up to 60 s" in said
        assert "the bus: between the caches of this process" in said
        assert "the bus" not in promised(Offer(), bus="none")
        endless = promised(Offer(), tiers=["memory:?ttl_cap=never", "disk:x"])
        assert "memory may serve what it has until its ttl ends" in endless
        assert "memory may serve" not in promised(Offer(), tiers=["disk:x"])
