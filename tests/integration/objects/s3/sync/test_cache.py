# Generated from tests/integration/objects/s3/aio/test_cache.py by tools/unasync.py. Do not edit.
"""A cache on S3 as a service sees it: lifetimes, deletes, names, rights, and readers that are opened later."""

from __future__ import annotations

from contextlib import closing
from functools import partial
from typing import Any

import pytest

import hexcache
from hexcache import Cache
from hexcache.domain.errors import StoreRejected
from hexcache.domain.lookup import MISS
from hexcache.testing.sync.primitives import Gate
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.cache_ground import Origin
from hexcache.testing.contracts.sync.primitives import MARKS, together
from tests.integration.objects.sync.primitives import fetch
from tests.integration.objects.s3.sync.fleet import Fleet
from tests.integration.objects.s3.urls import tier
from tests.servers.s3 import Identity, S3Server

pytestmark = MARKS
ODD_KEYS = (
    "a", "A", "a:b", "a/b", "a//b", "a\\b", ".", "..", "../b", "a/../b", "a%2Fb", "a b", "a+b", "\u00e9", "e\u0301",
    "\u65e5\u672c", "\U0001f600", "k" * 1000, "k" * 999 + "K", "\u00e9" * 500,
)  # fmt: skip
CALM: dict[str, Any] = {"jitter": 0.0, "beta": 0.0}


def opened(*tiers: Any, clock: MovedClock | None = None, **policy: Any) -> Cache[Any]:
    """A cache; on moved time if there is a clock."""
    clocks = None if clock is None else clock.clocks
    options: dict[str, Any] = {"namespace": "ns", **CALM, **policy}
    return hexcache.open_cache(settings={"tiers": list(tiers)}, clocks=clocks, **options)


def test_an_entry_ends_at_its_deadline_for_readers_that_are_opened_later_too(
    any_s3: S3Server, s3_prefix: str
) -> None:
    clock, own = MovedClock(), tier(any_s3, s3_prefix)
    with opened(own, clock=clock) as writer:
        assert (writer.set("k", "value", ttl=60)).complete
    clock.advance(59)
    with opened("memory:", own, clock=clock) as reader:
        view = reader.get_entry("k")
        assert view is not None
        assert view.value == "value"
        assert view.ttl == pytest.approx(1, abs=0.01)
    clock.advance(1)
    with opened("memory:", own, clock=clock) as reader:
        assert reader.get("k", MISS) is MISS
        assert reader.get_many(["k"]) == {}


def test_a_slow_load_does_not_bring_back_what_was_deleted_meanwhile(any_s3: S3Server, s3_prefix: str) -> None:
    """Nothing there, a load begins, another process writes and deletes, nothing is there again: the load must lose."""
    own, gate = tier(any_s3, s3_prefix), Gate()

    def load() -> str:
        gate.passage()
        return "old"

    with opened("memory:", own) as slow, opened("memory:", own) as other:

        def meanwhile() -> None:
            gate.entered()
            other.set("k", "new")
            other.delete("k")
            gate.release()

        answers: list[object] = together([partial(slow.get_or_set, "k", load), meanwhile])
        assert answers[0] == "old"
        with opened(own) as later:
            assert later.get("k", MISS) is MISS
        assert other.get("k", MISS) is MISS


def test_odd_keys_never_meet_and_always_come_back(any_s3: S3Server, s3_prefix: str) -> None:
    own = tier(any_s3, s3_prefix)
    with opened(own) as cache:
        for number, key in enumerate(ODD_KEYS):
            assert (cache.set(key, number)).complete
    with opened(own) as cache:
        for number, key in enumerate(ODD_KEYS):
            assert cache.get(key) == number, f"{key!r} holds what was put elsewhere"
        for number, key in enumerate(ODD_KEYS):
            if number % 2:
                cache.delete(key)
        left = {key: number for number, key in enumerate(ODD_KEYS) if not number % 2}
        assert cache.get_many(ODD_KEYS) == left


def test_clear_takes_a_namespace_and_leaves_the_bucket(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix)
    with closing(seaweed.client()) as client:
        client.put_object(Bucket=seaweed.bucket, Key=s3_prefix + "foreign", Body=b"theirs")
        with opened(own) as cache, opened(own, namespace="other") as other:
            for number in range(20):
                cache.set(f"k{number}", number)
            other.set("k", "theirs")
            assert (cache.clear()).complete
            assert cache.get_many([f"k{number}" for number in range(20)]) == {}
            assert other.get("k") == "theirs"
        assert client.get_object(Bucket=seaweed.bucket, Key=s3_prefix + "foreign")["Body"].read() == b"theirs"


def test_a_foreign_object_at_a_name_is_a_miss_that_can_be_replaced(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix)
    with opened(own) as cache:
        cache.set("k", "ours")
        with closing(seaweed.client()) as client:
            (line,) = client.list_objects_v2(Bucket=seaweed.bucket, Prefix=s3_prefix)["Contents"]
            client.put_object(Bucket=seaweed.bucket, Key=line["Key"], Body=b"theirs")
        assert cache.get("k", MISS) is MISS
        assert cache.get_or_set("k", Origin("again")) == "again"
        assert cache.get("k") == "again"


@pytest.mark.parametrize(
    "identity", [Identity("nobody", "nothing"), Identity("hexcache-admin", "wrong")], ids=["id", "key"]
)
def test_wrong_keys_are_seen_and_the_loader_serves(seaweed: S3Server, s3_prefix: str, identity: Identity) -> None:
    own = tier(seaweed, s3_prefix, identity=identity)
    with opened("memory:", own) as cache:
        assert cache.get_or_set("k", Origin("loaded")) == "loaded"
        assert cache.get("k") == "loaded"
        health = cache.health()
        assert health["s3"]["ok"] is False
        assert cache.stats()["tiers"]["s3"]["rejected"] > 0
    with opened(own, strict=True) as cache:
        with pytest.raises(StoreRejected, match=r"s3: (InvalidAccessKeyId|SignatureDoesNotMatch)"):
            cache.get("k")


def test_a_reader_reads_what_is_there_and_its_refused_writes_are_seen(seaweed: S3Server, s3_prefix: str) -> None:
    with opened(tier(seaweed, s3_prefix)) as writer:
        writer.set("k", "value")
    with opened("memory:", tier(seaweed, s3_prefix, identity=seaweed.reader)) as reader:
        assert reader.get("k") == "value"
        assert reader.get("absent", MISS) is MISS
        assert reader.get_or_set("absent", Origin("loaded")) == "loaded"
        report = reader.set("k", "other")
        assert not report.complete
        assert "s3:DeleteObject" in str(report)
        assert reader.get("k") == "other", "what the tier did not take is not answered with what it had before"
        assert reader.stats()["tiers"]["s3"]["rejected"] > 0
    with opened(tier(seaweed, s3_prefix)) as cache:
        assert cache.get("k") == "value"


def test_a_missing_bucket_is_seen_and_the_loader_serves(seaweed: S3Server, s3_prefix: str) -> None:
    own = tier(seaweed, s3_prefix) | {"url": "s3://nobody-made-this"}
    with opened("memory:", own) as cache:
        assert cache.get_or_set("k", Origin("loaded")) == "loaded"
        assert (cache.health())["s3"]["ok"] is False
    with opened(own, strict=True) as cache:
        with pytest.raises(StoreRejected, match="NoSuchBucket"):
            cache.get("k")


def test_litellm_s_settings_make_the_same_tier(seaweed: S3Server, s3_prefix: str) -> None:
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
    with opened(theirs) as cache:
        assert (cache.set("k", "value")).complete
    with opened(tier(seaweed, s3_prefix)) as cache:
        assert cache.get("k") == "value"


def test_one_of_sixteen_that_missed_together_stores_what_it_loaded(seaweed: S3Server, s3_prefix: str) -> None:
    """Sixteen caches miss the same key, so that all hold one token; each loads another value."""
    own = tier(seaweed, s3_prefix)
    loaded = Gate()

    def load(number: int) -> int:
        loaded.passage()
        return number

    with Fleet(16, lambda: opened(own)) as fleet:
        for cache in fleet.caches:
            cache.get("another")  # has its client then, which takes longer than the race

        def release() -> None:
            loaded.entered(16)
            loaded.release()

        calls: list[Any] = [
            partial(cache.get_or_set, "k", partial(load, number)) for number, cache in enumerate(fleet.caches)
        ]
        answers: list[object] = together([*calls, release])
        assert answers[:16] == list(range(16))
        stored = fleet.caches[0].get("k")
        assert stored in range(16)
        for cache in fleet.caches:
            assert cache.get("k") == stored


def test_a_link_gives_what_is_stored_and_nothing_else(seaweed: S3Server, s3_prefix: str) -> None:
    with opened("memory:", tier(seaweed, s3_prefix)) as cache:
        cache.set("k", "a value to be found")
        link = cache.presign("k", "10m")
        answer = fetch(link, headers={}, trust=None)
        assert answer.accepted
        assert b"a value to be found" in answer.body
        assert not (fetch(link[:-1] + ("0" if link[-1] != "0" else "1"), headers={}, trust=None)).accepted


def test_health_tells_which_rights_are_missing(seaweed: S3Server, s3_prefix: str) -> None:
    with opened(tier(seaweed, s3_prefix)) as cache:
        rights = (cache.health())["s3"]["rights"]
        assert set(rights.values()) == {""}
    with opened(tier(seaweed, s3_prefix, identity=seaweed.reader)) as cache:
        rights = (cache.health())["s3"]["rights"]
        assert "s3:PutObject" in rights["write"]
        assert rights["list"] == ""
