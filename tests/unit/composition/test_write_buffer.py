"""The section ``write_buffer``: off unless it stands there, checked when settings are read, and one buffer a tier."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

import hexcache
from hexcache import CacheContainer
from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.composition.assemble import surroundings
from hexcache.composition.buffer_settings import WriteBufferSettings
from hexcache.composition.given import part_from
from hexcache.composition.loading import load_settings
from hexcache.composition.parts import StorePart, part_of
from hexcache.composition.stores import Stores
from hexcache.composition.tier_settings import MemoryStoreTierSettings, StoreTierSettings
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.report import Effect
from hexcache.ports.capabilities import Capabilities

ON: dict[str, Any] = {"write_buffer": {"flush_age": "1h"}}


def tier(*tiers: Any) -> Any:
    """The last of these tiers' settings."""
    return load_settings({"tiers": list(tiers)}, variables={}).tiers[-1]


def part(settings: StoreTierSettings) -> StorePart:
    made = part_of(settings, surroundings(load_settings({}, variables={})))
    assert isinstance(made, StorePart)
    return made


def test_the_section_has_the_rules_values_and_defaults() -> None:
    assert WriteBufferSettings().rule() == BufferRule()
    assert set(WriteBufferSettings.model_fields) - {"enabled", "deadline"} == set(BufferRule.__dataclass_fields__)


def test_without_the_section_there_is_no_buffer() -> None:
    plain = part(tier("memory-store:"))
    assert plain.stores.behind is None
    assert not plain.stores.capabilities.deferred
    assert plain.stores.blocking is not None
    assert isinstance(plain.stores.blocking(), MemoryStore)


@pytest.mark.parametrize(
    "said",
    [
        {"scheme": "memory-store", "write_buffer": {}},
        {"scheme": "memory-store", "write_buffer": {"flush_size": 100}},
        "memory-store:?write_buffer.enabled=yes",
        "memory-store:?write_buffer.flush_age=2s",
    ],
)
def test_the_section_is_enough_in_a_table_and_in_a_url(said: Any) -> None:
    buffered = part(tier(said))
    assert buffered.stores.capabilities.deferred
    assert buffered.stores.behind is not None
    assert buffered.stores.blocking is not None
    assert buffered.stores.awaited is not None
    assert isinstance(buffered.stores.blocking(), BufferedStore)
    assert isinstance(buffered.stores.awaited(), AsyncBufferedStore)
    assert buffered.counters is not None
    assert buffered.leases is not None


def test_an_environment_switches_it_off() -> None:
    table = {
        "tiers": [{"scheme": "memory-store", "name": "far", **ON}],
        "environments": {"test": {"tiers": {"far": {"write_buffer": {"enabled": False}}}}},
    }
    settings = load_settings(table, "test", variables={}).tiers[0]
    assert isinstance(settings, MemoryStoreTierSettings)
    assert part(settings).stores.behind is None


def test_every_value_is_taken_over() -> None:
    said = (
        "memory-store:?deadline=3s&write_buffer.max_items=50&write_buffer.max_bytes=1MiB&write_buffer.flush_size=20"
        "&write_buffer.flush_bytes=64KiB&write_buffer.flush_age=250ms&write_buffer.overflow=refuse"
        "&write_buffer.retry=1s&write_buffer.retry_max=8s"
    )
    made = part(tier(said)).stores
    assert made.blocking is not None
    store: Any = made.blocking()
    assert store.ledger.rule == BufferRule(
        max_items=50, max_bytes=1024**2, flush_size=20, flush_bytes=65_536, flush_age=0.25, overflow="refuse",
        retry=1.0, retry_max=8.0,
    )  # fmt: skip
    assert store._deadline == 3.0


def test_a_flush_may_have_a_deadline_of_its_own() -> None:
    made = part(tier("memory-store:?deadline=3s&write_buffer.deadline=30s")).stores
    assert made.awaited is not None
    store: Any = made.awaited()
    assert store._deadline == 30.0


def test_what_is_left_out_fits_what_is_said() -> None:
    rule = WriteBufferSettings(max_items=10, max_bytes=1_000, retry_max=0.05).rule()
    assert (rule.flush_size, rule.flush_bytes, rule.retry) == (10, 1_000, 0.05)


@pytest.mark.parametrize(
    ("said", "match"),
    [
        ({"max_items": 10, "flush_size": 11}, r"write_buffer.*flush_size is 11; accepted: at most 10 \(max_items\)"),
        ({"max_bytes": "1KiB", "flush_bytes": "2KiB"}, r"flush_bytes is 2048; accepted: at most 1024"),
        ({"flush_size": 0}, "flush_size"),
        ({"overflow": "drop"}, r"overflow.*'drop'"),
        ({"flush_age": "soon"}, "flush_age"),
        ({"redis_flush_size": 100}, "redis_flush_size"),
    ],
)
def test_what_cannot_be_kept_is_refused_when_settings_are_read(said: dict[str, Any], match: str) -> None:
    with pytest.raises(InvalidSetting, match=match):
        tier({"scheme": "memory-store", "write_buffer": said})


def test_a_memory_tier_has_none() -> None:
    with pytest.raises(InvalidSetting, match="write_buffer"):
        tier({"scheme": "memory", **ON})


def test_a_store_that_is_handed_in_for_the_tier_is_buffered_as_the_tier_was() -> None:
    around = surroundings(load_settings({}, variables={}))
    table = BlobTable(around.clocks.wall)
    for given in (MemoryStore(table), Stores(capabilities=Capabilities(), blocking=lambda: MemoryStore(table))):
        made = part_from(given, tier({"scheme": "memory-store", **ON}), around)
        assert isinstance(made, StorePart)
        assert made.stores.capabilities.deferred
        assert made.stores.awaited is None
        assert made.stores.blocking is not None
        assert isinstance(made.stores.blocking(), BufferedStore)


def test_both_worlds_of_a_container_share_what_is_pending(tmp_path: Path) -> None:
    container: Any = CacheContainer()
    container.config.from_dict({"tiers": [{"scheme": "disk", "directory": str(tmp_path), **ON}], "observers": []})
    blocking = container.cache()

    async def awaited() -> None:
        other = await container.async_cache()
        blocking.set("a", 1)
        blocking.set("b", 2)
        assert await other.get("a") == 1
        await other.delete("a")
        assert blocking.get("a") is None
        await container.shutdown_resources()

    asyncio.run(awaited())
    with hexcache.open_cache(f"disk:{tmp_path}") as later:
        assert (later.get("a"), later.get("b")) == (None, 2)


def test_a_cache_tells_that_its_writes_are_brought_later(tmp_path: Path) -> None:
    with hexcache.open_cache("memory:", f"disk:{tmp_path}?write_buffer.flush_age=1h") as cache:
        report = cache.set("k", 1)
        assert report.outcomes[0].effect is Effect.BUFFERED
        assert cache.stats()["tiers"]["disk"]["buffer"]["entries"] == 1
        with hexcache.open_cache(f"disk:{tmp_path}") as other:
            assert other.get("k") is None
            assert cache.flush() == 0
            assert other.get("k") == 1
        cache.set("k", 2)
    with hexcache.open_cache(f"disk:{tmp_path}") as later:
        assert later.get("k") == 2
