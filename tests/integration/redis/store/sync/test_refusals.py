# Generated from tests/integration/redis/store/aio/test_refusals.py by tools/unasync.py. Do not edit.
"""A server that refuses: nothing older is served on, misses are still told, and what it lets through goes on."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.composition.open import open_cache
from hexcache.composition.parts import MemoryPart, StorePart
from hexcache.composition.tier_settings import StoreTierSettings, TierSettings
from hexcache.domain.errors import StoreRejected, StoreUnchanged
from hexcache.ports.finding import Absent, Found
from tests.contract.sync.primitives import offer
from tests.docs.pages import DOCS
from tests.integration.redis.store.sync.bench import NEVER, Bench
from tests.integration.redis.store.sync.primitives import client_at, link_over

NO_MEMORY = "OOM|OutOfMemory"
"""As the server says it, or as a client does."""


def full(bench: Bench) -> None:
    """From now on there is no memory left."""
    bench.ask("CONFIG", "SET", "maxmemory", 1)


def roomy(bench: Bench) -> None:
    """From now on there is."""
    bench.ask("CONFIG", "SET", "maxmemory", 0)


def test_a_refused_write_leaves_nothing_older(private_bench: Bench) -> None:
    store = private_bench.store
    store.put("kit:a", b"older", dead_at=NEVER)
    token = private_bench.token("kit:a")
    full(private_bench)
    with pytest.raises(StoreRejected, match=NO_MEMORY):
        store.put("kit:a", b"newer", dead_at=NEVER)
    roomy(private_bench)
    assert private_bench.blob("kit:a") is None
    assert private_bench.loses("kit:a", token)


def test_a_refused_bulk_write_leaves_nothing_older(private_bench: Bench) -> None:
    store = private_bench.store
    store.put_many({"kit:a": (b"older", NEVER), "kit:b": (b"untouched", NEVER)})
    full(private_bench)
    refused = store.put_many({"kit:a": (b"newer", NEVER), "kit:c": (b"newer", NEVER)})
    assert set(refused) == {"kit:a", "kit:c"}
    assert all(re.search(NO_MEMORY, reason) for reason in refused.values())
    roomy(private_bench)
    findings = store.get_many(["kit:a", "kit:b", "kit:c"])
    assert [address for address, found in findings.items() if isinstance(found, Found)] == ["kit:b"]


def test_a_refused_conditional_write_leaves_nothing_older(private_bench: Bench) -> None:
    private_bench.store.put("kit:a", b"older", dead_at=NEVER)
    token = private_bench.token("kit:a")
    full(private_bench)
    with pytest.raises(StoreRejected, match=NO_MEMORY):
        private_bench.store.put_if("kit:a", b"newer", dead_at=NEVER, token=token)
    roomy(private_bench)
    assert private_bench.blob("kit:a") is None


def test_a_full_server_is_read_and_deleted_from(private_bench: Bench) -> None:
    store = private_bench.store
    store.put_many({"kit:a": (b"there", NEVER), "kit:b": (b"there", NEVER)})
    token = private_bench.token("kit:a")
    full(private_bench)
    assert private_bench.blob("kit:a") == b"there"
    assert isinstance((store.get_many(["kit:a", "kit:c"]))["kit:c"], Absent)
    assert store.put_if("kit:a", b"newer", dead_at=NEVER, token=b"anothers") is False
    assert store.delete("kit:a") is True
    assert store.clear("kit:") == 1
    roomy(private_bench)
    assert private_bench.loses("kit:a", token)


def test_a_miss_on_a_full_server_says_so_when_it_is_to_be_filled(private_bench: Bench) -> None:
    full(private_bench)
    single = private_bench.store.get("kit:a")
    many = (private_bench.store.get_many(["kit:a"]))["kit:a"]
    roomy(private_bench)
    for finding in (single, many):
        assert isinstance(finding, Absent)
        with pytest.raises(StoreRejected, match="placeholder"):
            private_bench.store.put_if("kit:a", b"late", dead_at=NEVER, token=finding.token)


def test_a_server_that_keeps_what_was_to_be_replaced_is_in_doubt(private_bench: Bench) -> None:
    store = private_bench.store
    store.put("kit:a", b"older", dead_at=NEVER)
    private_bench.ask("CONFIG", "SET", "min-replicas-to-write", 1)
    with pytest.raises(StoreUnchanged, match="stays"):
        store.put("kit:a", b"newer", dead_at=NEVER)
    with pytest.raises(StoreUnchanged, match="stays"):
        store.put_many({"kit:a": (b"newer", NEVER)})
    with pytest.raises(StoreRejected):
        store.delete("kit:a")
    assert private_bench.blob("kit:a") == b"older", "it is not told as gone"
    assert isinstance(store.get("kit:b"), Absent)


def acting_as(bench: Bench, *rules: str) -> str:
    """The URL of a user with these rights."""
    bench.ask("ACL", "SETUSER", "limited", "reset", "on", ">secret", "~*", *rules)
    return f"redis://limited:secret@{bench.server.host}:{bench.server.port}/0"


def limited(bench: Bench, link: object) -> RedisStore:
    return bench.open(link)  # type: ignore[arg-type]  # the link of this world


def test_who_may_only_read_is_told_hits_and_misses(private_bench: Bench) -> None:
    private_bench.store.put("kit:a", b"there", dead_at=NEVER)
    with client_at(acting_as(private_bench, "+@read", "+@connection")) as client:
        store = limited(private_bench, link_over(client))
        assert isinstance(store.get("kit:a"), Found)
        assert isinstance(store.get("kit:b"), Absent)
        assert set(store.get_many(["kit:a", "kit:b"])) == {"kit:a", "kit:b"}
        with pytest.raises(StoreUnchanged):
            store.put("kit:a", b"newer", dead_at=NEVER)
        with pytest.raises(StoreRejected):
            store.put_if("kit:a", b"newer", dead_at=NEVER, token=private_bench.token("kit:a"))


@pytest.mark.parametrize("rules", [("+@connection",), ("+@all", "-get", "-mget", "-getrange")])
def test_what_may_not_be_read_is_neither_told_nor_overwritten(
    private_bench: Bench, rules: tuple[str, ...]
) -> None:
    private_bench.store.put("kit:a", b"there", dead_at=NEVER)
    token = private_bench.token("kit:a")
    with client_at(acting_as(private_bench, *rules)) as client:
        store = limited(private_bench, link_over(client))
        with pytest.raises(StoreRejected):
            store.get("kit:a")
        with pytest.raises(StoreRejected):
            store.get_many(["kit:a"])
        with pytest.raises(StoreRejected):
            store.put_if("kit:a", b"newer", dead_at=NEVER, token=token)
        with pytest.raises(StoreRejected):
            store.delete("kit:a")
        with pytest.raises(StoreRejected):
            store.ttl("kit:a")
    assert private_bench.blob("kit:a") == b"there"


def test_the_rights_that_the_documentation_names_are_enough(private_bench: Bench) -> None:
    names = ("get", "mget", "getrange", "set", "unlink", "scan", "ping", "evalsha", "eval", "script|load")
    assert "`, `".join(names[:8]) in (DOCS / "concepts/redis-tier.md").read_text("utf-8").replace("\n", " ")
    url = acting_as(private_bench, "+@connection", *(f"+{name}" for name in names))
    with client_at(url) as client:
        store = limited(private_bench, link_over(client))
        token = (store.get("kit:a")).token
        assert store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
        assert set(store.get_many(["kit:a", "kit:b"])) == {"kit:a", "kit:b"}
        store.put("kit:b", b"blob", dead_at=NEVER)
        assert store.put_many({"kit:c": (b"blob", 1e12)}) == {}
        assert store.delete("kit:a") is True
        assert store.delete_many(["kit:b"]) == 1
        assert [address for address in store.scan("")] == ["kit:c"]
        assert store.clear("") == 1
        assert store.ttl("kit:c") is None
        store.ping()


def test_what_a_full_server_does_not_take_is_kept_in_memory(private_bench: Bench) -> None:
    calls = 0

    def load() -> str:
        nonlocal calls
        calls += 1
        return "loaded"

    clock = private_bench.clock
    memory = MemoryPart(TierSettings(scheme="memory", ttl_cap=NEVER), InMemoryTier(clock.monotonic), None)
    tier = StorePart(StoreTierSettings(scheme="given", name="redis", deadline=20.0), offer(private_bench.store, None))
    full(private_bench)
    tiers: list[Any] = [memory, tier]
    with open_cache(*tiers, namespace="kit", clocks=clock.clocks) as cache:
        for _ in range(3):
            assert cache.get_or_set("k", load) == "loaded"
        assert calls == 1
        roomy(private_bench)
        assert private_bench.blob("kit:k") is None
