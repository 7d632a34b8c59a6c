# Generated from tests/integration/redis/store/aio/test_commands.py by tools/unasync.py. Do not edit.
"""What a server is asked to do: a plain command for a hit, lives by the millisecond, nothing that walks it all."""

from __future__ import annotations

from math import inf

import pytest

from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.domain.errors import InvalidSetting
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.store.sync.bench import NEVER, TOMBSTONE_TTL, Bench
from tests.integration.redis.store.sync.primitives import link_over

HOUSEKEEPING = {"client|setinfo", "client|setname", "hello", "config|resetstat", "info", "client|maint_notifications"}


def asked(bench: Bench) -> dict[str, int]:
    """How often each command was called, by clients and by scripts, since the last time."""
    stats: dict[str, dict[str, int]] = bench.client.info("commandstats")
    bench.ask("CONFIG", "RESETSTAT")
    counted = {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
    return {name: calls for name, calls in counted.items() if name not in HOUSEKEEPING}


def test_hits_and_writes_are_one_plain_command_each(private_bench: Bench) -> None:
    store = private_bench.store
    asked(private_bench)
    store.put("kit:a", b"blob", dead_at=NEVER)
    assert asked(private_bench) == {"set": 1}
    store.get("kit:a")
    assert asked(private_bench) == {"get": 1}
    store.get_many(["kit:a", "kit:a"])
    assert asked(private_bench) == {"mget": 1}
    store.put_many({f"kit:{number}": (b"blob", NEVER) for number in range(10)})
    assert asked(private_bench) == {"set": 10}


def test_a_miss_leaves_a_placeholder_once(private_bench: Bench) -> None:
    private_bench.store.get("kit:a")
    assert (asked(private_bench))["set"] == 1
    private_bench.store.get("kit:a")
    private_bench.store.get_many(["kit:a"])
    assert asked(private_bench) == {"get": 1, "mget": 1}


def test_many_keys_are_few_calls(private_bench: Bench) -> None:
    addresses = [f"kit:{number}" for number in range(600)]
    asked(private_bench)
    private_bench.store.get_many(addresses)
    assert (asked(private_bench))["evalsha"] == 3
    private_bench.store.delete_many(addresses)
    assert (asked(private_bench))["evalsha"] == 3


def test_a_server_that_forgot_the_scripts_is_told_again(private_bench: Bench) -> None:
    store = private_bench.store
    for _ in range(2):
        token = (store.get("kit:a")).token
        assert store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
        assert (store.get_many(["kit:a", "kit:b"])).keys() == {"kit:a", "kit:b"}
        assert store.delete_many(["kit:a"]) == 1
        private_bench.ask("SCRIPT", "FLUSH")


def test_no_call_walks_or_empties_a_server(private_bench: Bench) -> None:
    store = private_bench.store
    private_bench.ask("SET", "a neighbour", "stays")
    asked(private_bench)
    token = (store.get("kit:a")).token
    store.put_if("kit:a", b"blob", dead_at=NEVER, token=token)
    store.put_many({"kit:b": (b"blob", NEVER)})
    store.ping()
    assert [address for address in store.scan("kit:b")] == ["kit:b"]
    store.delete_many(["kit:b"])
    assert store.clear("") == 1
    allowed = {"get", "mget", "set", "getrange", "unlink", "evalsha", "eval", "script|load", "scan", "ping"}
    assert set(asked(private_bench)) <= allowed
    assert private_bench.ask("GET", "a neighbour") == b"stays"


def test_what_a_server_shows_twice_is_listed_and_counted_once(bench: Bench) -> None:
    class Stuttering(type(bench.store._link)):  # type: ignore[misc]  # the link of this world
        """A server whose table grows during a scan."""

        def scan(self, pattern, /):  # type: ignore[no-untyped-def]
            for page in super().scan(pattern):
                yield page + page
                yield page

    store = bench.open(Stuttering(bench.client))
    store.put_many({"kit:a": (b"a", NEVER), "kit:b": (b"b", NEVER)})
    assert sorted([address for address in store.scan("kit")]) == ["kit:a", "kit:b"]
    assert store.clear("kit") == 2


@pytest.mark.parametrize(
    ("life", "kept"), [(0.5, 5.5), (60.0, 75.0), (3_600.0, 4_200.0), (86_400.0 * 400, 86_400.0 * 400 + 600)]
)
def test_a_server_keeps_a_blob_for_its_life_and_a_load(bench: Bench, life: float, kept: float) -> None:
    bench.store.put("kit:a", b"blob", dead_at=bench.clock.wall() + life)
    left = bench.ask("PTTL", bench.key("kit:a"))
    assert kept * 1_000 - 5_000 < left <= kept * 1_000
    assert bench.store.ttl("kit:a") == life


def test_lives_of_conditional_and_of_bulk_writes_are_as_long(bench: Bench) -> None:
    dead_at = bench.clock.wall() + 60
    bench.store.put_if("kit:a", b"blob", dead_at=dead_at, token=bench.token("kit:a"))
    bench.store.put_many({"kit:b": (b"blob", dead_at)})
    for address in ("kit:a", "kit:b"):
        assert 70_000 < bench.ask("PTTL", bench.key(address)) <= 75_000


@pytest.mark.parametrize("dead_at", [inf, 1e300, 1e12])
def test_what_never_ends_is_never_forgotten(bench: Bench, dead_at: float) -> None:
    token = bench.token("kit:b")
    bench.store.put("kit:a", b"blob", dead_at=dead_at)
    bench.store.put_if("kit:b", b"blob", dead_at=dead_at, token=token)
    for address in ("kit:a", "kit:b"):
        assert bench.ask("PTTL", bench.key(address)) == -1
    assert bench.store.ttl("kit:a") == dead_at - bench.clock.wall()


@pytest.mark.parametrize("dead_at", [0.0, -inf, float("nan")])
def test_what_is_dead_already_leaves_no_bytes(bench: Bench, dead_at: float) -> None:
    token = bench.token("kit:b")
    bench.store.put("kit:a", b"blob", dead_at=dead_at)
    assert bench.store.put_if("kit:b", b"blob", dead_at=dead_at, token=token) is True
    for address in ("kit:a", "kit:b"):
        assert bench.blob(address) is None
        assert bench.ask("STRLEN", bench.key(address)) == 17
    assert bench.loses("kit:b", token)


def test_a_placeholder_outlives_any_load_and_is_then_forgotten(bench: Bench) -> None:
    bench.store.get("kit:a")
    left = bench.ask("PTTL", bench.key("kit:a"))
    assert TOMBSTONE_TTL * 1_000 < left <= TOMBSTONE_TTL * 1_500


def test_a_delete_leaves_nothing(bench: Bench) -> None:
    bench.store.put("kit:a", b"blob", dead_at=NEVER)
    bench.store.get("kit:b")
    bench.store.delete_many(["kit:a", "kit:b", "kit:c"])
    assert bench.ask("EXISTS", *map(bench.key, ("kit:a", "kit:b", "kit:c"))) == 0


@pytest.mark.parametrize("ttl", [0.0, -1.0, inf, float("nan")])
def test_a_tombstone_ttl_that_is_none_is_refused(bench: Bench, ttl: float) -> None:
    link = link_over(bench.client)
    with pytest.raises(InvalidSetting, match="tombstone_ttl"):
        RedisStore(link, wall=bench.clock.wall, entropy=SeededEntropy(), tombstone_ttl=ttl)
