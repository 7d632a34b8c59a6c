# Generated from tests/unit/composition/aio/test_open.py by tools/unasync.py. Do not edit.
"""Opening a cache: from URLs, settings and objects; what is wrong is said at once, and nothing is reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pydantic
import pytest

import hexcache
from hexcache import Cache
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.adapters.outbound.codecs.plain import JsonSerializer
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.composition.stores import Stores
from hexcache.domain.errors import CacheClosed, InvalidSetting, StoreRejected, UnsupportedValue
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.observer import LoadEvent, TierEvent
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy


@dataclass
class Point:
    """A value with a type."""

    x: int
    y: int = 0


@dataclass
class Spot:
    """A value that its format does not tell from a point."""

    x: int


class Reading(msgspec.Struct, frozen=True):
    """A value with a type of another library."""

    of: str
    value: float


class Order(pydantic.BaseModel):
    """A value with a type of yet another library."""

    number: int
    lines: list[str]


def files_in(path: Path) -> list[Path]:
    return list(path.iterdir())


class TestTiers:
    """Tiers are URLs, settings or objects, nearest first."""

    def test_memory_and_disk(self, tmp_path: Path) -> None:
        for expected in (None, {"x": (1, {2})}):
            with hexcache.open_cache("memory:?max_items=10", f"disk:{tmp_path}/c") as cache:
                assert cache.get("a") == expected
                cache.set("a", {"x": (1, {2})})

    def test_opening_reaches_nothing(self, tmp_path: Path) -> None:
        cache = hexcache.open_cache(f"disk:{tmp_path}/c")
        assert files_in(tmp_path) == []
        cache.close()
        assert files_in(tmp_path) == []

    def test_without_a_word_there_is_memory(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        with hexcache.open_cache() as cache:
            cache.set("a", 1)
            assert "memory" in repr(cache)

    def test_a_file_that_is_there_is_read_unless_tiers_are_named(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "hexcache.toml").write_text('namespace = "shop"\n[environments.test]\nnamespace = "test"\n')
        monkeypatch.chdir(tmp_path)
        said: list[tuple[Any, str]] = [({}, "shop"), ({"environment": "test"}, "test"), ({"namespace": "x"}, "x")]
        for options, root in said:
            with hexcache.open_cache(**options) as cache:
                assert f"{root}: memory" in repr(cache)
        with hexcache.open_cache("memory:") as cache:
            assert "hexcache: memory" in repr(cache)

    def test_variables_apply_to_every_cache(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HEXCACHE_POLICY__TTL", "7s")
        with hexcache.open_cache("memory:") as cache:
            assert cache.policy.ttl == 7.0
        with hexcache.open_cache("memory:", ttl=8) as cache:
            assert cache.policy.ttl == 8.0

    def test_a_store_is_a_tier(self, moved_clock: MovedClock) -> None:
        table = BlobTable(moved_clock.wall)
        store = MemoryStore(table)
        with hexcache.open_cache("memory:", store, clocks=moved_clock.clocks) as cache:
            cache.set("a", 1)
            assert list(cache.stats()["tiers"]) == ["memory", MemoryStore.__name__.lower()]
        with hexcache.open_cache(MemoryStore(table), clocks=moved_clock.clocks) as cache:
            assert cache.get("a") == 1

    def test_a_memory_tier_is_a_tier(self, moved_clock: MovedClock) -> None:
        tier = InMemoryTier(moved_clock.monotonic, max_items=1)
        with hexcache.open_cache(tier, clocks=moved_clock.clocks) as cache:
            cache.set("a", 1)
            cache.set("b", 2)
            assert len(tier) == 1

    def test_two_objects_of_one_kind_have_two_names(self, moved_clock: MovedClock) -> None:
        tiers = [MemoryStore(BlobTable(moved_clock.wall)) for _ in range(2)]
        with hexcache.open_cache(*tiers) as cache:
            first, second = cache.stats()["tiers"]
            assert second == f"{first}2"

    def test_an_offer_without_a_store_of_this_world_is_refused(self) -> None:
        offer = Stores(capabilities=Capabilities())
        with pytest.raises(InvalidSetting, match=r"tier 'stores' has no (awaited|blocking) store"):
            hexcache.open_cache(offer)

    @pytest.mark.parametrize("tier", [3, None, b"memory:", object(), InMemoryTier, ["memory:"]])
    def test_what_is_no_tier_is_refused(self, tier: Any) -> None:
        with pytest.raises(InvalidSetting, match="accepted: a URL, a store, a memory tier, or Stores"):
            hexcache.open_cache(tier)


class TestOptions:
    """Arguments have the last word; what cannot be used is named."""

    def test_the_policy_is_keyword_arguments(self) -> None:
        with hexcache.open_cache("memory:", ttl="2h", stale_ttl=0, load_timeout=None) as cache:
            assert (cache.policy.ttl, cache.policy.stale_ttl) == (7200.0, 0.0)
            assert cache.policy.load_timeout == float("inf")

    def test_a_preset_brings_its_ttl_unless_one_is_said(self) -> None:
        with hexcache.open_cache("memory:?preset=litellm") as cache:
            assert cache.policy.ttl == 600.0
        with hexcache.open_cache("memory:?preset=litellm", ttl=5) as cache:
            assert cache.policy.ttl == 5.0

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            ({"tll": 5}, r"policy\.tll is no setting.*did you mean ttl"),
            ({"ttl": 0}, r"policy\.ttl is 0"),
            ({"namespace": "a b"}, "namespace is 'a b'"),
            ({"environment": "prod"}, "environment is 'prod'"),
            ({"settings": 5}, "settings is a int"),
            ({"refresh_backoff": 9, "refresh_backoff_max": 3}, "first <= most"),
            ({"settings": {"policy": {"tll": 1}}}, r"policy\.tll"),
        ],
    )
    def test_an_option_that_cannot_be_used_is_named(self, options: dict[str, Any], said: str) -> None:
        with pytest.raises(InvalidSetting, match=said):
            hexcache.open_cache("memory:", **options)

    def test_clocks_and_chance_are_those_that_are_given(self, moved_clock: MovedClock) -> None:
        entropy = SeededEntropy()
        with hexcache.open_cache(
            "memory:", "memory-store:", clocks=moved_clock.clocks, entropy=entropy, ttl=10, jitter=0
        ) as cache:
            cache.set("a", 1)
            moved_clock.advance(9.5)
            assert cache.get("a") == 1
            moved_clock.advance(0.5)
            assert cache.get("a") is None

    def test_observers_are_told_of_failures(self) -> None:
        told: list[TierEvent] = []

        class Listener:
            def on_tier(self, event: TierEvent, /) -> None:
                told.append(event)

            def on_load(self, event: LoadEvent, /) -> None: ...

        class Full(MemoryStore):
            def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
                raise StoreRejected("full")

        store = Full(BlobTable(lambda: 0.0))
        settings: dict[str, Any] = {"observers": []}
        with hexcache.open_cache(store, observers=[Listener()], settings=settings) as cache:
            report = cache.set("a", 1)
            assert not report.degraded
        assert [(event.tier, event.kind, event.operation) for event in told] == [("full", "rejected", "put")]

    def test_two_caches_hear_of_each_other_by_a_bus(self, moved_clock: MovedClock) -> None:
        hub, table = LocalHub(), BlobTable(moved_clock.wall)

        def opened() -> Cache[Any]:
            return hexcache.open_cache(
                "memory:", MemoryStore(table), bus=LocalBus(hub), clocks=moved_clock.clocks
            )

        with opened() as one, opened() as other:
            one.set("a", 1)
            assert other.get("a") == 1
            one.set("a", 2)
            assert other.get("a") == 2

    def test_a_namespace_is_a_cache_of_the_same_kind(self) -> None:
        with hexcache.open_cache("memory:") as cache:
            orders = cache.namespace("orders", ttl=5)
            assert type(orders) is type(cache)
            decorated = orders.cached()(_double)
            assert decorated(4) == 8
            assert orders.get(decorated.key_for(4)) == 8

    def test_a_namespace_loads_no_longer_than_tombstones_last(self) -> None:
        with hexcache.open_cache("memory:", "memory-store:", load_timeout=10) as cache:
            assert cache.namespace("quick", load_timeout=5).policy.load_timeout == 5.0
            with pytest.raises(InvalidSetting, match=r"load_timeout of a namespace is 11 s; accepted .* 10 s"):
                cache.namespace("slow", load_timeout=11)
        with hexcache.open_cache("memory:", load_timeout=10) as cache:
            assert cache.namespace("slow", load_timeout=11).policy.load_timeout == 11.0


def _double(number: int) -> int:
    return 2 * number


class TestTypes:
    """One type of values, decoded as that type."""

    @pytest.mark.parametrize(
        "value",
        [Point(1, 2), Reading("tea", 1.5), Order(number=1, lines=["a"]), 7, "text"],
        ids=lambda v: type(v).__name__,
    )
    def test_a_value_comes_back_as_its_type(self, value: Any) -> None:
        with hexcache.open_cache("memory:", "memory-store:", value_type=type(value)) as cache:
            cache.set("a", value)
            cache._core.drop("a")
            for _ in range(2):
                back: Any = cache.get("a")
                assert back == value
                assert type(back) is type(value)

    def test_another_type_is_refused_and_nothing_is_lost(self) -> None:
        with hexcache.open_cache("memory:", value_type=Point) as cache:
            cache.set("a", Point(1))
            with pytest.raises(UnsupportedValue):
                cache.set("a", "text")  # type: ignore[arg-type]  # the point of the test
            assert cache.get("a") == Point(1)

    def test_a_type_may_be_kept_as_json(self, moved_clock: MovedClock) -> None:
        settings = {"codec": {"serializer": "json"}}
        table = BlobTable(moved_clock.wall)
        with hexcache.open_cache(
            MemoryStore(table), value_type=Point, settings=settings, clocks=moved_clock.clocks
        ) as cache:
            cache.set("a", Point(1))
            assert cache.get("a") == Point(1)
        found: Any = table.read("hexcache:a")
        assert b'{"x":1,"y":0}' in found.blob

    def test_raw_values_have_no_type(self) -> None:
        with pytest.raises(InvalidSetting, match="raw"):
            hexcache.open_cache("memory:", value_type=Point, settings={"codec": {"serializer": "raw"}})

    def test_a_type_that_cannot_be_decoded_is_refused(self) -> None:
        kind: Any = Point | Spot
        with pytest.raises(InvalidSetting, match="accepted: types that msgspec can decode"):
            hexcache.open_cache("memory:", value_type=kind)

    def test_a_serializer_may_be_given(self) -> None:
        with hexcache.open_cache("memory:", serializer=JsonSerializer()) as cache:
            with pytest.raises(UnsupportedValue):
                cache.set("a", (1, 2))


class TestClosing:
    """A closed cache says so, and closing twice is once."""

    def test_a_closed_cache_answers_nothing(self) -> None:
        cache = hexcache.open_cache("memory:", "memory-store:")
        cache.set("a", 1)
        cache.close()
        cache.close()
        with pytest.raises(CacheClosed):
            cache.get("a")
        with pytest.raises(CacheClosed):
            cache.set("a", 1)

    def test_a_closed_cache_is_not_entered(self) -> None:
        cache = hexcache.open_cache("memory:")
        cache.close()
        with pytest.raises(CacheClosed):
            with cache:
                pass


def test_a_remaining_life_is_the_value_s_and_not_the_nearest_tier_s(tmp_path: Path) -> None:
    with hexcache.open_cache("memory:?ttl_cap=10", f"disk:{tmp_path}") as cache:
        cache.set("k", 1, ttl=1000)
        left = cache.ttl("k")
        assert left is not None
        assert left > 900
        cache.set("for ever", 1, ttl=None)
        assert cache.ttl("for ever") == float("inf")
