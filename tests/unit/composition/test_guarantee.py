"""The promises of an assembly follow from its tiers."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache import CacheContainer
from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.composition.stores import Stores
from hexcache.ports.capabilities import Capabilities


def promised(*tiers: Any, swapped: Stores | None = None, bus: bool = False) -> str:
    """What a container over these tiers promises."""
    container = CacheContainer()
    container.config.from_dict({"tiers": list(tiers)})
    if swapped is not None:
        container.disk.override(swapped)
    if bus:
        container.bus.override(LocalBus(LocalHub()))
    lines: list[str] = container.guarantee()
    container.shutdown_resources()
    assert lines[0].startswith("in this process: a read that begins after")
    return "\n".join(lines[1:])


def offer(**capabilities: Any) -> Stores:
    """A store that declares this."""
    return Stores(capabilities=Capabilities(**capabilities), blocking=partial(MemoryStore, BlobTable(lambda: 0.0)))


def test_memory_alone_ends_with_the_process() -> None:
    assert promised("memory:").splitlines() == [
        "other processes: none uses these tiers",
        "loads: a key is loaded once for all who wait for it in this process",
        "after the end of the process: nothing is kept",
        "tags: known to this process only",
        "counters and limits: exact in tier memory",
    ]


def test_memory_over_a_shared_disk_says_for_how_long_it_may_be_behind() -> None:
    lines = promised("memory:", "disk:x")
    assert "what one changed in disk this one's memory may serve for up to 60 s" in lines
    assert "kept by disk" in lines
    assert "tags: their states are kept by disk" in lines
    assert "exact in tier disk" in lines
    assert "loads: a key is loaded once for all who wait for it in the processes that share disk, by leases" in lines


@pytest.mark.parametrize(
    ("tiers", "bus", "said"),
    [
        (["disk:x"], False, "what one changed in disk the next reader of any sees"),
        (["memory:?ttl_cap=never", "disk:x"], False, "this one's memory may serve until its ttl ends"),
        (["memory:", "disk:x"], True, "this one's memory forgets when the bus tells it"),
        (["memory:", "disk:x?shared=false"], False, "other processes: none uses these tiers"),
        (["disk:x?read=false"], False, "tier disk: is not read, by configuration"),
        (["disk:x?write=false"], False, "tier disk: is not written, by configuration"),
    ],
)
def test_what_settings_change_is_said(tiers: list[str], bus: bool, said: str) -> None:
    assert said in promised(*tiers, bus=bus)


@pytest.mark.parametrize(
    ("capabilities", "said"),
    [
        ({"conditional_write": False}, "tier disk: cannot write conditionally"),
        ({"conditional_write": False}, "tags: known to this process only"),
        ({"lags": True}, "tier disk: may answer with what was there before the last change"),
        ({"clear": False}, "tier disk: is cleared by listing it"),
        ({"clear": False, "scan": False}, "tier disk: cannot be cleared; use tags"),
        ({"scan": False}, "tier disk: cannot list its keys"),
        ({}, "counters and limits: none, as no tier can count"),
    ],
)
def test_a_weakness_of_a_store_is_said(capabilities: dict[str, bool], said: str) -> None:
    assert said in promised("disk:x", swapped=offer(**capabilities))


def test_a_write_buffer_says_what_may_be_lost_and_what_it_overwrites() -> None:
    lines = promised("memory:", "disk:x?write_buffer.flush_age=2s")
    assert "tier disk: brings writes up to 2 s later, and a process that is killed before loses them" in lines
    assert "tier disk: a change by another process while a write is pending here is overwritten by it\n" in lines
    assert "after the end of the process: kept by disk (what was brought)" in lines
    told = promised("memory:", "disk:x?write_buffer.flush_age=2s", bus=True)
    assert "is overwritten by it, unless the bus tells of it first" in told
    alone = promised("memory:", "memory-store:?write_buffer.enabled=yes")
    assert "brings writes up to 1 s later" in alone
    assert "overwritten" not in alone
    assert "brings writes" not in promised("memory:", "disk:x")


def test_a_store_that_defers_by_itself_is_told_of_too() -> None:
    lines = promised("memory:", "disk:x", swapped=offer(deferred=True, shared=True))
    assert "tier disk: brings writes later, and a process that is killed before loses them" in lines
