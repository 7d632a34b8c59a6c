"""A server that refuses: nothing older is served on, misses are still told, and what it lets through goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.composition.open import open_async_cache
from hexcache.composition.parts import MemoryPart, StorePart
from hexcache.composition.tier_settings import StoreTierSettings, TierSettings
from hexcache.domain.errors import StoreRejected, StoreUnchanged
from hexcache.ports.finding import Absent, Found
from tests.contract.aio.primitives import offer
from tests.docs.pages import DOCS
from tests.integration.redis.store.aio.bench import NEVER, AsyncBench
from tests.integration.redis.store.aio.primitives import client_at, link_over

NO_MEMORY = "OOM|OutOfMemory"
"""As the server says it, or as a client does."""


async def full(bench: AsyncBench) -> None:
    """From now on there is no memory left."""
    await bench.ask("CONFIG", "SET", "maxmemory", 1)


async def roomy(bench: AsyncBench) -> None:
    """From now on there is."""
    await bench.ask("CONFIG", "SET", "maxmemory", 0)


async def test_a_refused_write_leaves_nothing_older(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await store.put("kit:a", b"older", dead_at=NEVER)
    token = await private_bench.token("kit:a")
    await full(private_bench)
    with pytest.raises(StoreRejected, match=NO_MEMORY):
        await store.put("kit:a", b"newer", dead_at=NEVER)
    await roomy(private_bench)
    assert await private_bench.blob("kit:a") is None
    assert await private_bench.loses("kit:a", token)


async def test_a_refused_bulk_write_leaves_nothing_older(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await store.put_many({"kit:a": (b"older", NEVER), "kit:b": (b"untouched", NEVER)})
    await full(private_bench)
    refused = await store.put_many({"kit:a": (b"newer", NEVER), "kit:c": (b"newer", NEVER)})
    assert set(refused) == {"kit:a", "kit:c"}
    assert all(re.search(NO_MEMORY, reason) for reason in refused.values())
    await roomy(private_bench)
    findings = await store.get_many(["kit:a", "kit:b", "kit:c"])
    assert [address for address, found in findings.items() if isinstance(found, Found)] == ["kit:b"]


async def test_a_refused_conditional_write_leaves_nothing_older(private_bench: AsyncBench) -> None:
    await private_bench.store.put("kit:a", b"older", dead_at=NEVER)
    token = await private_bench.token("kit:a")
    await full(private_bench)
    with pytest.raises(StoreRejected, match=NO_MEMORY):
        await private_bench.store.put_if("kit:a", b"newer", dead_at=NEVER, token=token)
    await roomy(private_bench)
    assert await private_bench.blob("kit:a") is None


async def test_a_full_server_is_read_and_deleted_from(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await store.put_many({"kit:a": (b"there", NEVER), "kit:b": (b"there", NEVER)})
    token = await private_bench.token("kit:a")
    await full(private_bench)
    assert await private_bench.blob("kit:a") == b"there"
    assert isinstance((await store.get_many(["kit:a", "kit:c"]))["kit:c"], Absent)
    assert await store.put_if("kit:a", b"newer", dead_at=NEVER, token=b"anothers") is False
    assert await store.delete("kit:a") is True
    assert await store.clear("kit:") == 1
    await roomy(private_bench)
    assert await private_bench.loses("kit:a", token)


async def test_a_miss_on_a_full_server_says_so_when_it_is_to_be_filled(private_bench: AsyncBench) -> None:
    await full(private_bench)
    single = await private_bench.store.get("kit:a")
    many = (await private_bench.store.get_many(["kit:a"]))["kit:a"]
    await roomy(private_bench)
    for finding in (single, many):
        assert isinstance(finding, Absent)
        with pytest.raises(StoreRejected, match="placeholder"):
            await private_bench.store.put_if("kit:a", b"late", dead_at=NEVER, token=finding.token)


async def test_a_server_that_keeps_what_was_to_be_replaced_is_in_doubt(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await store.put("kit:a", b"older", dead_at=NEVER)
    await private_bench.ask("CONFIG", "SET", "min-replicas-to-write", 1)
    with pytest.raises(StoreUnchanged, match="stays"):
        await store.put("kit:a", b"newer", dead_at=NEVER)
    with pytest.raises(StoreUnchanged, match="stays"):
        await store.put_many({"kit:a": (b"newer", NEVER)})
    with pytest.raises(StoreRejected):
        await store.delete("kit:a")
    assert await private_bench.blob("kit:a") == b"older", "it is not told as gone"
    assert isinstance(await store.get("kit:b"), Absent)


async def acting_as(bench: AsyncBench, *rules: str) -> str:
    """The URL of a user with these rights."""
    await bench.ask("ACL", "SETUSER", "limited", "reset", "on", ">secret", "~*", *rules)
    return f"redis://limited:secret@{bench.server.host}:{bench.server.port}/0"


def limited(bench: AsyncBench, link: object) -> AsyncRedisStore:
    return bench.open(link)  # type: ignore[arg-type]  # the link of this world


async def test_who_may_only_read_is_told_hits_and_misses(private_bench: AsyncBench) -> None:
    await private_bench.store.put("kit:a", b"there", dead_at=NEVER)
    async with client_at(await acting_as(private_bench, "+@read", "+@connection")) as client:
        store = limited(private_bench, link_over(client))
        assert isinstance(await store.get("kit:a"), Found)
        assert isinstance(await store.get("kit:b"), Absent)
        assert set(await store.get_many(["kit:a", "kit:b"])) == {"kit:a", "kit:b"}
        with pytest.raises(StoreUnchanged):
            await store.put("kit:a", b"newer", dead_at=NEVER)
        with pytest.raises(StoreRejected):
            await store.put_if("kit:a", b"newer", dead_at=NEVER, token=await private_bench.token("kit:a"))


@pytest.mark.parametrize("rules", [("+@connection",), ("+@all", "-get", "-mget", "-getrange")])
async def test_what_may_not_be_read_is_neither_told_nor_overwritten(
    private_bench: AsyncBench, rules: tuple[str, ...]
) -> None:
    await private_bench.store.put("kit:a", b"there", dead_at=NEVER)
    token = await private_bench.token("kit:a")
    async with client_at(await acting_as(private_bench, *rules)) as client:
        store = limited(private_bench, link_over(client))
        with pytest.raises(StoreRejected):
            await store.get("kit:a")
        with pytest.raises(StoreRejected):
            await store.get_many(["kit:a"])
        with pytest.raises(StoreRejected):
            await store.put_if("kit:a", b"newer", dead_at=NEVER, token=token)
        with pytest.raises(StoreRejected):
            await store.delete("kit:a")
        with pytest.raises(StoreRejected):
            await store.ttl("kit:a")
    assert await private_bench.blob("kit:a") == b"there"


async def test_the_rights_that_the_documentation_names_are_enough(private_bench: AsyncBench) -> None:
    names = ("get", "mget", "getrange", "set", "unlink", "scan", "ping", "evalsha", "eval", "script|load")
    assert "`, `".join(names[:8]) in (DOCS / "concepts/redis-tier.md").read_text("utf-8").replace("\n", " ")
    url = await acting_as(private_bench, "+@connection", *(f"+{name}" for name in names))
    async with client_at(url) as client:
        store = limited(private_bench, link_over(client))
        token = (await store.get("kit:a")).token
        assert await store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
        assert set(await store.get_many(["kit:a", "kit:b"])) == {"kit:a", "kit:b"}
        await store.put("kit:b", b"blob", dead_at=NEVER)
        assert await store.put_many({"kit:c": (b"blob", 1e12)}) == {}
        assert await store.delete("kit:a") is True
        assert await store.delete_many(["kit:b"]) == 1
        assert [address async for address in store.scan("")] == ["kit:c"]
        assert await store.clear("") == 1
        assert await store.ttl("kit:c") is None
        await store.ping()


async def test_what_a_full_server_does_not_take_is_kept_in_memory(private_bench: AsyncBench) -> None:
    calls = 0

    async def load() -> str:
        nonlocal calls
        calls += 1
        return "loaded"

    clock = private_bench.clock
    memory = MemoryPart(TierSettings(scheme="memory", ttl_cap=NEVER), InMemoryTier(clock.monotonic), None)
    tier = StorePart(StoreTierSettings(scheme="given", name="redis", deadline=20.0), offer(private_bench.store, None))
    await full(private_bench)
    tiers: list[Any] = [memory, tier]
    async with open_async_cache(*tiers, namespace="kit", clocks=clock.clocks) as cache:
        for _ in range(3):
            assert await cache.get_or_set("k", load) == "loaded"
        assert calls == 1
        await roomy(private_bench)
        assert await private_bench.blob("kit:k") is None
