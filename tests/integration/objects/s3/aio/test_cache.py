"""A cache on S3 as a service sees it: lifetimes, deletes, names, rights, and readers that are opened later."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Any

import pytest

import hexcache
from hexcache import AsyncCache
from hexcache.domain.errors import StoreRejected
from hexcache.domain.lookup import MISS
from hexcache.testing.aio.primitives import AsyncGate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.cache_ground import AsyncOrigin
from hexcache.testing.contracts.aio.primitives import MARKS, together
from tests.integration.objects.aio.primitives import fetch
from tests.integration.objects.s3.aio.fleet import AsyncFleet
from tests.integration.objects.s3.urls import tier
from tests.servers.s3 import Identity, S3Server

pytestmark = MARKS
ODD_KEYS = (
    "a", "A", "a:b", "a/b", "a//b", "a\\b", ".", "..", "../b", "a/../b", "a%2Fb", "a b", "a+b", "\u00e9", "e\u0301",
    "\u65e5\u672c", "\U0001f600", "k" * 1000, "k" * 999 + "K", "\u00e9" * 500,
)  # fmt: skip
CALM: dict[str, Any] = {"jitter": 0.0, "beta": 0.0}


def opened(*tiers: Any, clock: MovedClock | None = None, **policy: Any) -> AsyncCache[Any]:
    """A cache; on moved time if there is a clock."""
    clocks = None if clock is None else clock.clocks
    options: dict[str, Any] = {"namespace": "ns", **CALM, **policy}
    return hexcache.open_async_cache(settings={"tiers": list(tiers)}, clocks=clocks, **options)


async def test_an_entry_ends_at_its_deadline_for_readers_that_are_opened_later_too(
    any_s3: S3Server, s3_prefix: str
) -> None:
    clock, own = MovedClock(), tier(any_s3, s3_prefix)
    async with opened(own, clock=clock) as writer:
        assert (await writer.set("k", "value", ttl=60)).complete
    clock.advance(59)
    async with opened("memory:", own, clock=clock) as reader:
        view = await reader.get_entry("k")
        assert view is not None
        assert view.value == "value"
        assert view.ttl == pytest.approx(1, abs=0.01)
    clock.advance(1)
    async with opened("memory:", own, clock=clock) as reader:
        assert await reader.get("k", MISS) is MISS
        assert await reader.get_many(["k"]) == {}


async def test_a_slow_load_does_not_bring_back_what_was_deleted_meanwhile(any_s3: S3Server, s3_prefix: str) -> None:
    """Nothing there, a load begins, another process writes and deletes, nothing is there again: the load must lose."""
    own, gate = tier(any_s3, s3_prefix), AsyncGate()

    async def load() -> str:
        await gate.passage()
        return "old"

    async with opened("memory:", own) as slow, opened("memory:", own) as other:

        async def meanwhile() -> None:
            await gate.entered()
            await other.set("k", "new")
            await other.delete("k")
            gate.release()

        answers: list[object] = await together([partial(slow.get_or_set, "k", load), meanwhile])
        assert answers[0] == "old"
        async with opened(own) as later:
            assert await later.get("k", MISS) is MISS
        assert await other.get("k", MISS) is MISS


async def test_odd_keys_never_meet_and_always_come_back(any_s3: S3Server, s3_prefix: str) -> None:
    own = tier(any_s3, s3_prefix)
    async with opened(own) as cache:
        for number, key in enumerate(ODD_KEYS):
            assert (await cache.set(key, number)).complete
    async with opened(own) as cache:
        for number, key in enumerate(ODD_KEYS):
            assert await cache.get(key) == number, f"{key!r} holds what was put elsewhere"
        for number, key in enumerate(ODD_KEYS):
            if number % 2:
                await cache.delete(key)
        left = {key: number for number, key in enumerate(ODD_KEYS) if not number % 2}
        assert await cache.get_many(ODD_KEYS) == left


async def test_clear_takes_a_namespace_and_leaves_the_bucket(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix)
    with closing(seaweed.client()) as client:
        client.put_object(Bucket=seaweed.bucket, Key=s3_prefix + "foreign", Body=b"theirs")
        async with opened(own) as cache, opened(own, namespace="other") as other:
            for number in range(20):
                await cache.set(f"k{number}", number)
            await other.set("k", "theirs")
            assert (await cache.clear()).complete
            assert await cache.get_many([f"k{number}" for number in range(20)]) == {}
            assert await other.get("k") == "theirs"
        assert client.get_object(Bucket=seaweed.bucket, Key=s3_prefix + "foreign")["Body"].read() == b"theirs"


async def test_a_foreign_object_at_a_name_is_a_miss_that_can_be_replaced(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix)
    async with opened(own) as cache:
        await cache.set("k", "ours")
        with closing(seaweed.client()) as client:
            (line,) = client.list_objects_v2(Bucket=seaweed.bucket, Prefix=s3_prefix)["Contents"]
            client.put_object(Bucket=seaweed.bucket, Key=line["Key"], Body=b"theirs")
        assert await cache.get("k", MISS) is MISS
        assert await cache.get_or_set("k", AsyncOrigin("again")) == "again"
        assert await cache.get("k") == "again"


@pytest.mark.parametrize(
    "identity", [Identity("nobody", "nothing"), Identity("hexcache-admin", "wrong")], ids=["id", "key"]
)
async def test_wrong_keys_are_seen_and_the_loader_serves(seaweed: S3Server, s3_prefix: str, identity: Identity) -> None:
    own = tier(seaweed, s3_prefix, identity=identity)
    async with opened("memory:", own) as cache:
        assert await cache.get_or_set("k", AsyncOrigin("loaded")) == "loaded"
        assert await cache.get("k") == "loaded"
        health = await cache.health()
        assert health["s3"]["ok"] is False
        assert cache.stats()["tiers"]["s3"]["rejected"] > 0
    async with opened(own, strict=True) as cache:
        with pytest.raises(StoreRejected, match=r"s3: (InvalidAccessKeyId|SignatureDoesNotMatch)"):
            await cache.get("k")


async def test_a_reader_reads_what_is_there_and_its_refused_writes_are_seen(seaweed: S3Server, s3_prefix: str) -> None:
    async with opened(tier(seaweed, s3_prefix)) as writer:
        await writer.set("k", "value")
    async with opened("memory:", tier(seaweed, s3_prefix, identity=seaweed.reader)) as reader:
        assert await reader.get("k") == "value"
        assert await reader.get("absent", MISS) is MISS
        assert await reader.get_or_set("absent", AsyncOrigin("loaded")) == "loaded"
        report = await reader.set("k", "other")
        assert not report.complete
        assert "s3:DeleteObject" in str(report)
        assert await reader.get("k") == "other", "what the tier did not take is not answered with what it had before"
        assert reader.stats()["tiers"]["s3"]["rejected"] > 0
    async with opened(tier(seaweed, s3_prefix)) as cache:
        assert await cache.get("k") == "value"


async def test_a_missing_bucket_is_seen_and_the_loader_serves(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix) | {"url": "s3://nobody-made-this"}
    async with opened("memory:", own) as cache:
        assert await cache.get_or_set("k", AsyncOrigin("loaded")) == "loaded"
        assert (await cache.health())["s3"]["ok"] is False
    async with opened(own, strict=True) as cache:
        with pytest.raises(StoreRejected, match="NoSuchBucket"):
            await cache.get("k")


async def test_litellm_s_settings_make_the_same_tier(seaweed: S3Server, s3_prefix: str) -> None:
    theirs = {
        "scheme": "s3",
        "s3_bucket_name": seaweed.bucket,
        "s3_region_name": "us-east-1",
        "s3_endpoint_url": seaweed.url,
        "s3_aws_access_key_id": seaweed.admin.access_key,
        "s3_aws_secret_access_key": seaweed.admin.secret_key,
        "s3_path": s3_prefix,
        "addressing": "path",
        "deadline": 60.0,
        "read_timeout": 30.0,
    }
    async with opened(theirs) as cache:
        assert (await cache.set("k", "value")).complete
    async with opened(tier(seaweed, s3_prefix)) as cache:
        assert await cache.get("k") == "value"


async def test_one_of_sixteen_that_missed_together_stores_what_it_loaded(seaweed: S3Server, s3_prefix: str) -> None:
    """Sixteen caches miss the same key, so that all hold one token; each loads another value."""
    own = tier(seaweed, s3_prefix)
    loaded = AsyncGate()

    async def load(number: int) -> int:
        await loaded.passage()
        return number

    async with AsyncFleet(16, lambda: opened(own)) as fleet:
        for cache in fleet.caches:
            await cache.get("another")  # has its client then, which takes longer than the race

        async def release() -> None:
            await loaded.entered(16)
            loaded.release()

        calls: list[Any] = [
            partial(cache.get_or_set, "k", partial(load, number)) for number, cache in enumerate(fleet.caches)
        ]
        answers: list[object] = await together([*calls, release])
        assert answers[:16] == list(range(16))
        stored = await fleet.caches[0].get("k")
        assert stored in range(16)
        for cache in fleet.caches:
            assert await cache.get("k") == stored


async def test_a_link_gives_what_is_stored_and_nothing_else(seaweed: S3Server, s3_prefix: str) -> None:
    async with opened("memory:", tier(seaweed, s3_prefix)) as cache:
        await cache.set("k", "a value to be found")
        link = await cache.presign("k", "10m")
        answer = await fetch(link, headers={}, trust=None)
        assert answer.accepted
        assert b"a value to be found" in answer.body
        assert not (await fetch(link[:-1] + ("0" if link[-1] != "0" else "1"), headers={}, trust=None)).accepted


async def test_health_tells_which_rights_are_missing(seaweed: S3Server, s3_prefix: str) -> None:
    async with opened(tier(seaweed, s3_prefix)) as cache:
        rights = (await cache.health())["s3"]["rights"]
        assert set(rights.values()) == {""}
    async with opened(tier(seaweed, s3_prefix, identity=seaweed.reader)) as cache:
        rights = (await cache.health())["s3"]["rights"]
        assert "s3:PutObject" in rights["write"]
        assert rights["list"] == ""
