# Generated from tests/integration/objects/gcs/aio/test_cache.py by tools/unasync.py. Do not edit.
"""A cache with a tier on Google Cloud Storage, opened as a service opens it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hexcache import open_cache
from hexcache.adapters.outbound.objects.sync.sweeper import Sweeper
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.composition.faces import Cache
from hexcache.domain.errors import StoreRejected
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import together
from hexcache.testing.entropy import SeededEntropy
from tests.integration.objects.sync.primitives import fetch
from tests.integration.objects.gcs.sync.primitives import bucket_of
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.fake_gcs import FakeGcs
from tests.servers.gcs_shim import GcsShim
from tests.servers.google_tokens import ServiceAccount, TokenEndpoint
from tests.servers.http_faults import Answer, Reset
from tests.servers.signed_links import is_good
from tests.servers.single import Server

PATIENT = "deadline=60s&connect_timeout=20s&read_timeout=30s&token_timeout=20s"
"""For a machine that does much else."""


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


class Place:
    """A prefix in a bucket, whose caches share nothing else."""

    def __init__(self, url: str, bucket: str, prefix: str, clock: MovedClock) -> None:
        self.tier = f"gs://{bucket}/{prefix.rstrip('/')}?anonymous=true&api_endpoint={url}&{PATIENT}"
        self.clock = clock

    def open(self, *before: str, **options: Any) -> Cache[Any]:
        """A cache as another process would open it."""
        return open_cache(*before, self.tier, clocks=self.clock.clocks, jitter=0, **options)


@pytest.fixture
def place(gcs: FakeGcs, gcs_bucket: str, gcs_prefix: str, clock: MovedClock) -> Place:
    return Place(gcs.url, gcs_bucket, gcs_prefix, clock)


def test_what_one_process_sets_another_finds(place: Place) -> None:
    with place.open("memory:") as one, place.open("memory:") as other:
        values = {"a": {"x": [1, 2.5, None]}, "b/c:d é": "text", "c": b"bytes", "d": None}
        one.set_many(values, ttl="1h")
        assert other.get_many(list(values)) == values
        entry = other.get_entry("a")
        assert entry is not None
        assert entry.value == values["a"]


def test_a_reader_opened_later_finds_nothing_that_is_dead(place: Place, clock: MovedClock) -> None:
    with place.open("memory:") as one:
        one.set("a", "value", ttl=100)
    clock.advance(60)
    with place.open("memory:") as later:
        assert later.ttl("a") == pytest.approx(40, abs=1)
        assert later.get("a") == "value"
        clock.advance(60)
        assert later.get("a") is None
    with place.open() as latest:
        assert latest.get("a") is None
        assert latest.add("a", "another")


def test_what_was_deleted_or_cleared_is_gone_for_everybody(place: Place) -> None:
    with place.open("memory:") as one, place.open() as other:
        one.set_many({"a": 1, "b": 2, "c": 3})
        assert (one.delete("a")).found
        assert other.get_many(["a", "b", "c"]) == {"b": 2, "c": 3}
        one.clear()
        assert other.get_many(["a", "b", "c"]) == {}
        assert one.get("b") is None


def test_a_slow_load_does_not_bring_back_what_was_deleted_meanwhile(place: Place) -> None:
    """Absent, deleted, absent again: to a bucket that remembers nothing it would look as if nothing had happened."""
    with place.open("memory:") as slow, place.open() as other:

        def while_it_is_deleted() -> str:
            other.delete("a")
            return "older"

        def while_it_is_set_and_deleted() -> str:
            other.set("a", "newer")
            other.delete("a")
            return "older"

        def while_all_is_cleared() -> str:
            other.clear()
            return "older"

        for load in (while_it_is_deleted, while_it_is_set_and_deleted, while_all_is_cleared):
            slow.delete("a")
            assert slow.get_or_set("a", load) == "older"
            assert other.get("a") is None


def test_a_slow_load_does_not_replace_what_was_set_meanwhile(place: Place) -> None:
    with place.open("memory:") as slow, place.open() as other:

        def load() -> str:
            other.set("a", "newer")
            return "older"

        slow.get_or_set("a", load)
        assert other.get("a") == "newer"


def test_a_load_that_nothing_disturbs_is_stored_for_everybody(place: Place) -> None:
    with place.open("memory:") as one, place.open("memory:") as other:

        def load() -> str:
            return "loaded"

        def never() -> str:
            raise AssertionError("it is there")

        assert one.get_or_set("a", load) == "loaded"
        assert other.get_or_set("a", never) == "loaded"


def test_of_sixteen_who_add_one_does(place: Place) -> None:
    with place.open("memory:") as one, place.open("memory:") as other:
        answers = together([partial(cache.add, "a", number) for number in range(8) for cache in (one, other)])
        assert sorted(answers) == [False] * 15 + [True]
        assert one.get("a") == other.get("a")


def test_between_memory_and_bucket_stands_redis(
    place: Place, valkey: Server, redis_prefix: str, clock: MovedClock
) -> None:
    middle = f"{valkey.url}?prefix={redis_prefix}&connect_deadline=20s&operation_deadline=20s"
    with place.open("memory:", middle) as one, place.open() as bare:
        one.set("a", "value", ttl="1h")
        assert bare.get("a") == "value"
        forget(valkey, redis_prefix)
        with place.open("memory:", middle) as later:
            assert later.get("a") == "value"
        with open_cache(middle, clocks=clock.clocks) as redis_alone:
            assert redis_alone.get("a") == "value"
        one.delete("a")
        with place.open("memory:", middle) as latest:
            assert latest.get("a") is None


def forget(server: Server, prefix: str) -> None:
    """Let a server lose all below a prefix."""
    reply = server.ask("SCAN", 0, "MATCH", f"{prefix}*", "COUNT", 100_000)
    assert isinstance(reply, list)
    keys = reply[1]
    assert isinstance(keys, list)
    assert keys
    for key in keys:
        assert isinstance(key, bytes)
        server.ask("DEL", key)


def test_a_bucket_that_is_overloaded_for_a_while_is_asked_again(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, clock: MovedClock
) -> None:
    with Place(gcs_shim.url, gcs_bucket, gcs_prefix, clock).open() as cache:
        for fault in (Answer(503), Answer(429, b"", [("Retry-After", "0")]), Reset(served=True), Reset(served=False)):
            gcs_shim.plan.add(fault, times=1)
            report = cache.set("a", str(fault))
            assert report.complete, report
            gcs_shim.plan.add(fault, times=1)
            assert cache.get("a") == str(fault)


def test_a_bucket_that_fails_costs_no_reader_its_value(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, clock: MovedClock
) -> None:
    def load() -> str:
        return "loaded"

    with Place(gcs_shim.url, gcs_bucket, gcs_prefix, clock).open("memory:") as cache:
        gcs_shim.plan.add(Answer(403))
        assert cache.get_or_set("a", load) == "loaded"
        assert cache.get("a") == "loaded"
        health = cache.health()
        assert [health[tier]["ok"] for tier in ("memory", "gs")] == [True, False]


def test_strict_caches_say_what_was_refused(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, clock: MovedClock
) -> None:
    with Place(gcs_shim.url, gcs_bucket, gcs_prefix, clock).open(strict=True) as cache:
        gcs_shim.plan.add(Answer(403))
        with pytest.raises(StoreRejected, match="lacks a right"):
            cache.get("a")


def test_a_service_account_is_a_line_of_configuration(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, google_tokens: TokenEndpoint, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(google_tokens.info), "utf-8")
    settings = {
        "tiers": [
            {
                "scheme": "gs", "gcs_bucket_name": gcs_bucket, "gcs_path": gcs_prefix,
                "gcs_path_service_account": str(file), "api_endpoint": gcs_shim.url, "deadline": "60s",
                "connect_timeout": "20s", "read_timeout": "30s", "token_timeout": "20s",
            }
        ]
    }  # fmt: skip
    gcs_shim.tokens = set()
    with open_cache(settings=settings, strict=True) as cache:
        with pytest.raises(StoreRejected, match="token"):
            cache.get("a")
        gcs_shim.tokens = set(google_tokens.given)
        cache.set("a", 1)
        assert cache.get("a") == 1
    assert google_tokens.asked <= 3


def test_a_link_opens_one_entry_for_somebody_without_credentials(
    gcs_shim: GcsShim, gcs_bucket: str, service_account: ServiceAccount, google_tokens: TokenEndpoint, tmp_path: Path
) -> None:
    """The emulator takes any link: what the cloud checks is checked before it."""
    file = tmp_path / "key.json"
    file.write_text(json.dumps(google_tokens.info), "utf-8")
    gcs_shim.link_is_good = partial(is_good, service_account, urlsplit(gcs_shim.url).netloc)
    tier = f"gs://{gcs_bucket}/links?service_account_file={file}&api_endpoint={gcs_shim.url}&{PATIENT}"
    with open_cache("memory:", tier) as cache:
        cache.set("a", "the value")
        link = cache.presign("a", "10m")
        answer = fetch(link, headers={}, trust=None)
        assert answer.accepted
        assert b"the value" in answer.body
        for other in (link.replace("Expires=600", "Expires=601"), link.replace("links", "other"), link[:-1]):
            assert (fetch(other, headers={}, trust=None)).status == 403
        assert (fetch(link, "DELETE", headers={}, trust=None)).status == 403
        assert (cache.health())["gs"]["rights"] == dict.fromkeys(("write", "read", "list", "delete", "sign"), "")
        cache.delete("a")


def test_a_link_that_has_ended_opens_nothing(
    gcs_shim: GcsShim, gcs_bucket: str, service_account: ServiceAccount, google_tokens: TokenEndpoint
) -> None:
    settings = {
        "tiers": [
            {
                "scheme": "gs", "bucket": gcs_bucket, "api_endpoint": gcs_shim.url,
                "service_account_info": google_tokens.info, "deadline": "60s", "token_timeout": "20s",
            }
        ]
    }  # fmt: skip
    with open_cache(settings=settings) as cache:
        link = urlsplit(cache.presign("a", 60))
    at = partial(is_good, service_account, link.netloc, "GET", f"{link.path}?{link.query}")
    now = datetime.now(UTC)
    assert at(now=now)
    assert not at(now=now + timedelta(seconds=61))


def test_health_names_the_right_that_is_missing(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, clock: MovedClock
) -> None:
    told = (
        b'{"error": {"message": "x does not have storage.objects.delete access to the Google Cloud Storage object."}}'
    )
    with Place(gcs_shim.url, gcs_bucket, gcs_prefix, clock).open() as cache:
        gcs_shim.plan.add(Answer(403, told, [("Content-Type", "application/json")]), match="^DELETE")
        health = (cache.health())["gs"]
        assert not health["ok"]
        assert health["rights"]["delete"] == "Forbidden: gcs: the identity lacks storage.objects.delete (403)"
        assert health["rights"]["sign"].startswith("Unsupported: gcs: these credentials cannot sign")
        assert [health["rights"][right] for right in ("read", "write", "list")] == ["", "", ""]
        gcs_shim.heal()
        assert (cache.health())["gs"]["ok"]


def test_a_sweep_learns_from_the_listing_what_is_dead(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str
) -> None:
    clock = MovedClock(wall=time.time() + 60)  # objects bear the server's time
    place = Place(gcs_shim.url, gcs_bucket, gcs_prefix, clock)
    with place.open() as cache:
        cache.set_many({f"mortal{number}": number for number in range(5)}, ttl=100)
        cache.set("endless", "value", ttl=None)
        clock.advance(3600)
        before = len(gcs_shim.requests)
        bucket = bucket_of(settings_at(gcs_shim.url, gcs_bucket))
        how = ObjectStoreSettings(prefix=gcs_prefix.rstrip("/"), deadline=60.0)
        sweeper = Sweeper(bucket, how, clocks=clock.clocks, entropy=SeededEntropy(1))
        report = sweeper.sweep()
        sweeper.close()
        assert (report.dead, report.removed, report.requests) == (5, 5, 2)  # a listing and a batch
        assert len(gcs_shim.requests) == before + 2
        assert cache.get("endless") == "value"
        assert [key for key in cache.keys()] == ["endless"]  # noqa: SIM118 - no dictionary
