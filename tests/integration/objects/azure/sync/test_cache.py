# Generated from tests/integration/objects/azure/aio/test_cache.py by tools/unasync.py. Do not edit.
"""Whole caches with a tier on Azure Blob Storage, opened from settings: alone, under memory, under memory and Redis."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.refusals import Forbidden, Unauthenticated
from hexcache.composition.faces import Cache
from hexcache.composition.open import open_cache
from hexcache.domain.report import Effect
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import MARKS
from hexcache.testing.entropy import SeededEntropy
from tests.integration.objects.sync.primitives import fetch
from tests.servers.azurite import Azurite
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer, BlackHole, Cut, Reset
from tests.servers.identity import ManagedIdentity
from tests.servers.single import Server

pytestmark = MARKS

SEEDS = count(1)
"""No two caches draw the same tokens."""
MEMORY = {"scheme": "memory", "ttl_cap": "never"}
ODD_KEYS = (
    "a:b", "a/b", "a//b", "a\\b", ".", "..", "../b", "a/../b", "a b", "A", "a", "\u00e9", "e\u0301", "\u65e5\u672c",
    "?x=1#y", "%2F", "a.", "a/", "k" * 1000, "K" * 1000, "\u65e5" * 400,
)  # fmt: skip


def tier(account: Azurite, container: str, prefix: str, **options: Any) -> dict[str, Any]:
    """A tier's table, with deadlines for a machine that does much else."""
    return {
        "scheme": "azure",
        "account": account.account,
        "account_url": account.url,
        "account_key": account.key,
        "container": container,
        "prefix": prefix,
        "deadline": "60s",
        "connect_timeout": "20s",
        "read_timeout": "20s",
        **options,
    }


@contextmanager
def cache_of(
    *tiers: dict[str, Any], clock: MovedClock | None = None, **policy: Any
) -> Iterator[Cache[Any]]:
    """A cache with these tiers, until the context is left."""
    clocks = None if clock is None else clock.clocks
    with open_cache(
        settings={"tiers": list(tiers)}, clocks=clocks, entropy=SeededEntropy(next(SEEDS)), jitter=0.0, **policy
    ) as cache:
        yield cache


@pytest.fixture
def azure(azure_account: Azurite, azure_container: str, azure_prefix: str) -> dict[str, Any]:
    """The tier of this test."""
    return tier(azure_account, azure_container, azure_prefix)


def test_what_one_process_stores_another_one_finds_until_its_deadline(
    azure: dict[str, Any], moved_clock: MovedClock
) -> None:
    with cache_of(MEMORY, azure, clock=moved_clock) as writer:
        report = writer.set("k", {"text": "v", "n": 1}, ttl=60)
        assert [outcome.ok for outcome in report.outcomes] == [True, True]
    moved_clock.advance(59)
    with cache_of(MEMORY, azure, clock=moved_clock) as reader:
        assert reader.get("k") == {"text": "v", "n": 1}
        moved_clock.advance(2)
        assert reader.get("k") is None
    with cache_of(azure, clock=moved_clock) as later:
        assert later.get("k") is None
        assert later.has("k") is False


def test_a_slow_load_brings_nothing_back_that_was_deleted_meanwhile(azure: dict[str, Any]) -> None:
    with cache_of(MEMORY, azure) as one, cache_of(MEMORY, azure) as other:

        def load() -> str:
            other.set("k", "old")  # the same value as ours: comparing values would not help
            other.delete("k")
            return "old"

        assert one.get_or_set("k", load) == "old"
        assert other.get("k") is None
        with cache_of(azure) as third:
            assert third.get("k") is None


def test_a_slow_load_replaces_nothing_that_was_stored_meanwhile(azure: dict[str, Any]) -> None:
    with cache_of(azure) as one, cache_of(azure) as other:

        def load() -> str:
            other.set("k", "new")
            return "old"

        one.get_or_set("k", load)
        assert one.get("k") == "new"


def test_a_slow_load_from_before_a_clear_is_not_stored(azure: dict[str, Any]) -> None:
    with cache_of(azure) as one, cache_of(azure) as other:

        def load() -> str:
            other.clear()
            return "old"

        one.get_or_set("k", load)
        assert other.get("k") is None


def test_odd_keys_are_kept_apart_and_come_back(azure: dict[str, Any]) -> None:
    values = {key: f"value {number}" for number, key in enumerate(ODD_KEYS)}
    with cache_of(azure) as writer, cache_of(azure) as reader:
        report = writer.set_many(values)
        assert report.complete
        assert reader.get_many(values) == values
        writer.delete_many(list(values)[::2])
        assert reader.get_many(values) == dict(list(values.items())[1::2])


def test_the_third_tier_serves_what_the_nearer_ones_have_lost(
    azure: dict[str, Any], valkey: Server, redis_prefix: str
) -> None:
    redis = {"scheme": "redis", "addresses": f"{valkey.host}:{valkey.port}", "prefix": redis_prefix}
    patient = {"deadline": "40s", "connect_deadline": "20s", "operation_deadline": "20s"}
    with cache_of(MEMORY, {**redis, **patient}, azure) as writer:
        assert (writer.set("k", "v")).complete
        assert (writer.set("gone", "v")).complete
        assert (writer.delete("gone")).complete
    with cache_of(MEMORY, {**redis, **patient, "prefix": f"{redis_prefix}new:"}, azure) as reader:
        assert reader.get("k") == "v"
        assert reader.get("gone") is None
        entry = reader.get_entry("k")
        assert entry is not None
        assert entry.tier != "azure", "it was brought nearer"
    with cache_of(azure) as alone:
        assert alone.get("k") == "v"
        assert alone.get("gone") is None


def test_a_container_is_made_when_it_is_first_needed(azure_account: Azurite, no_container: str) -> None:
    with cache_of(tier(azure_account, no_container, "")) as cache:
        assert cache.get("k") is None
        assert (cache.set("k", "v")).complete
        assert cache.get("k") == "v"


def test_a_wrong_key_is_seen_and_the_origin_serves(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    wrong = tier(azure_account, azure_container, azure_prefix, account_key="bm9ib2R5")

    def load() -> str:
        return "from the origin"

    with cache_of(MEMORY, wrong) as cache:
        assert cache.get_or_set("k", load) == "from the origin"
        (there, _) = (cache.set("k", "v")).outcomes
        assert there.tier == "azure"
        assert there.effect is not Effect.DONE
        assert there.reason.endswith(("azure: AuthenticationFailed", "azure: AuthorizationFailure"))  # cloud, Azurite
    with cache_of(wrong, strict=True) as cache:
        with pytest.raises((Forbidden, Unauthenticated)):
            cache.get("k")


def test_a_reader_with_a_sas_reads_and_its_writes_are_refused_and_seen(
    azure: dict[str, Any], azure_account: Azurite, azure_container: str
) -> None:
    with cache_of(azure) as writer:
        writer.set("k", "v")
    rest = {name: value for name, value in azure.items() if name != "account_key"}
    with cache_of({**rest, "sas_token": azure_account.sas(azure_container, "r")}) as reader:
        assert reader.get("k") == "v"
        (there,) = (reader.set("k", "other")).outcomes
        assert there.effect is not Effect.DONE
        assert there.reason.endswith("azure: AuthorizationPermissionMismatch")
    with cache_of(azure) as writer:
        assert writer.get("k") == "v"


def test_a_reader_without_the_right_to_write_misses_in_peace_without_conditions(
    azure: dict[str, Any], azure_account: Azurite, azure_container: str
) -> None:
    rest = {name: value for name, value in azure.items() if name != "account_key"}
    token = azure_account.sas(azure_container, "r")
    quiet = {"conditional": False, "write": False}
    with cache_of({**rest, **quiet, "sas_token": token}, strict=True) as reader:
        assert reader.get("never") is None


def test_health_tells_which_rights_are_missing(
    azure: dict[str, Any], azure_account: Azurite, azure_container: str
) -> None:
    rest = {name: value for name, value in azure.items() if name != "account_key"}
    with cache_of({**rest, "sas_token": azure_account.sas(azure_container, "rl")}) as reader:
        (told,) = (reader.health()).values()
        assert told["ok"] is False
        assert {right for right, reason in told["rights"].items() if reason} == {"write", "delete", "sign"}
    with cache_of(azure) as owner:
        (told,) = (owner.health()).values()
        assert told["ok"] is True
        assert set(told["rights"].values()) == {""}


def test_a_link_gives_what_is_stored_to_whoever_has_it(azure: dict[str, Any]) -> None:
    with cache_of(MEMORY, azure) as cache:
        cache.set("k", "a value that is easily found")
        link = cache.presign("k", "10m")
        answer = fetch(link, headers={}, trust=None)
        assert answer.status == 200
        assert b"a value that is easily found" in answer.body
        assert (fetch(cache.presign("never", "10m"), headers={}, trust=None)).status == 404


def test_the_machines_identity_opens_the_tier(
    azure_directory: Azurite, managed_identity: ManagedIdentity, azure_prefix: str
) -> None:
    table = tier(azure_directory, "tokens", azure_prefix, ca_file=azure_directory.authority)
    table = {name: value for name, value in table.items() if name not in {"account", "account_key"}}
    with cache_of(table) as cache:
        assert (cache.set("k", "v")).complete
        assert cache.get("k") == "v"
    assert len(managed_identity.asked) == 1


def test_bursts_of_faults_are_lived_through_without_a_wrong_value(
    azure_account: Azurite, azure_container: str, azure_prefix: str, azure_proxy: HttpFaultProxy
) -> None:
    url = f"{azure_proxy.url}/{azure_account.account}"
    with cache_of(tier(azure_account, azure_container, azure_prefix, account_url=url)) as cache:
        assert (cache.set("k", "v")).complete
        for fault in (Answer(503), Answer(500), Cut(20), Reset(served=False)):
            azure_proxy.plan.add(fault, match="^GET", times=2)
            assert cache.get("k") == "v"
        for fault in (Answer(503), Answer(500), Reset(served=False), Reset(served=True)):
            azure_proxy.plan.add(fault, match="^PUT", times=1)
            assert (cache.set("k", repr(fault))).complete
            assert cache.get("k") == repr(fault)


def test_a_load_whose_write_was_done_before_its_answer_was_lost_is_stored(
    azure_account: Azurite, azure_container: str, azure_prefix: str, azure_proxy: HttpFaultProxy
) -> None:
    url = f"{azure_proxy.url}/{azure_account.account}"

    def load() -> str:
        azure_proxy.plan.add(Reset(served=True), match="^PUT", times=1)
        return "v"

    with cache_of(tier(azure_account, azure_container, azure_prefix, account_url=url)) as cache:
        assert cache.get_or_set("k", load) == "v"
        assert cache.get("k") == "v"


def test_a_black_hole_costs_a_deadline_and_the_origin_serves(
    azure_account: Azurite, azure_container: str, azure_prefix: str, azure_proxy: HttpFaultProxy
) -> None:
    url = f"{azure_proxy.url}/{azure_account.account}"
    short = {"deadline": "1s", "connect_timeout": "1s", "read_timeout": "500ms"}

    def load() -> str:
        return "from the origin"

    with cache_of(MEMORY, tier(azure_account, azure_container, azure_prefix, account_url=url, **short)) as cache:
        azure_proxy.plan.add(BlackHole())
        assert cache.get_or_set("k", load) == "from the origin"
        assert cache.get("k") == "from the origin"
        azure_proxy.heal()
