"""What a server is asked to do: a plain command for a hit, lives by the millisecond, nothing that walks it all."""

from __future__ import annotations

from math import inf

import pytest

from hexcache.adapters.outbound.redis.aio.store import AsyncRedisStore
from hexcache.domain.errors import InvalidSetting
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.store.aio.bench import NEVER, TOMBSTONE_TTL, AsyncBench
from tests.integration.redis.store.aio.primitives import link_over

HOUSEKEEPING = {"client|setinfo", "client|setname", "hello", "config|resetstat", "info", "client|maint_notifications"}


async def asked(bench: AsyncBench) -> dict[str, int]:
    """How often each command was called, by clients and by scripts, since the last time."""
    stats: dict[str, dict[str, int]] = await bench.client.info("commandstats")
    await bench.ask("CONFIG", "RESETSTAT")
    counted = {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
    return {name: calls for name, calls in counted.items() if name not in HOUSEKEEPING}


async def test_hits_and_writes_are_one_plain_command_each(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await asked(private_bench)
    await store.put("kit:a", b"blob", dead_at=NEVER)
    assert await asked(private_bench) == {"set": 1}
    await store.get("kit:a")
    assert await asked(private_bench) == {"get": 1}
    await store.get_many(["kit:a", "kit:a"])
    assert await asked(private_bench) == {"mget": 1}
    await store.put_many({f"kit:{number}": (b"blob", NEVER) for number in range(10)})
    assert await asked(private_bench) == {"set": 10}


async def test_a_miss_leaves_a_placeholder_once(private_bench: AsyncBench) -> None:
    await private_bench.store.get("kit:a")
    assert (await asked(private_bench))["set"] == 1
    await private_bench.store.get("kit:a")
    await private_bench.store.get_many(["kit:a"])
    assert await asked(private_bench) == {"get": 1, "mget": 1}


async def test_many_keys_are_few_calls(private_bench: AsyncBench) -> None:
    addresses = [f"kit:{number}" for number in range(600)]
    await asked(private_bench)
    await private_bench.store.get_many(addresses)
    assert (await asked(private_bench))["evalsha"] == 3
    await private_bench.store.delete_many(addresses)
    assert (await asked(private_bench))["evalsha"] == 3


async def test_a_server_that_forgot_the_scripts_is_told_again(private_bench: AsyncBench) -> None:
    store = private_bench.store
    for _ in range(2):
        token = (await store.get("kit:a")).token
        assert await store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
        assert (await store.get_many(["kit:a", "kit:b"])).keys() == {"kit:a", "kit:b"}
        assert await store.delete_many(["kit:a"]) == 1
        await private_bench.ask("SCRIPT", "FLUSH")


async def test_no_call_walks_or_empties_a_server(private_bench: AsyncBench) -> None:
    store = private_bench.store
    await private_bench.ask("SET", "a neighbour", "stays")
    await asked(private_bench)
    token = (await store.get("kit:a")).token
    await store.put_if("kit:a", b"blob", dead_at=NEVER, token=token)
    await store.put_many({"kit:b": (b"blob", NEVER)})
    await store.ping()
    assert [address async for address in store.scan("kit:b")] == ["kit:b"]
    await store.delete_many(["kit:b"])
    assert await store.clear("") == 1
    allowed = {"get", "mget", "set", "getrange", "unlink", "evalsha", "eval", "script|load", "scan", "ping"}
    assert set(await asked(private_bench)) <= allowed
    assert await private_bench.ask("GET", "a neighbour") == b"stays"


async def test_what_a_server_shows_twice_is_listed_and_counted_once(bench: AsyncBench) -> None:
    class Stuttering(type(bench.store._link)):  # type: ignore[misc]  # the link of this world
        """A server whose table grows during a scan."""

        async def scan(self, pattern, /):  # type: ignore[no-untyped-def]
            async for page in super().scan(pattern):
                yield page + page
                yield page

    store = bench.open(Stuttering(bench.client))
    await store.put_many({"kit:a": (b"a", NEVER), "kit:b": (b"b", NEVER)})
    assert sorted([address async for address in store.scan("kit")]) == ["kit:a", "kit:b"]
    assert await store.clear("kit") == 2


@pytest.mark.parametrize(
    ("life", "kept"), [(0.5, 5.5), (60.0, 75.0), (3_600.0, 4_200.0), (86_400.0 * 400, 86_400.0 * 400 + 600)]
)
async def test_a_server_keeps_a_blob_for_its_life_and_a_load(bench: AsyncBench, life: float, kept: float) -> None:
    await bench.store.put("kit:a", b"blob", dead_at=bench.clock.wall() + life)
    left = await bench.ask("PTTL", bench.key("kit:a"))
    assert kept * 1_000 - 5_000 < left <= kept * 1_000
    assert await bench.store.ttl("kit:a") == life


async def test_lives_of_conditional_and_of_bulk_writes_are_as_long(bench: AsyncBench) -> None:
    dead_at = bench.clock.wall() + 60
    await bench.store.put_if("kit:a", b"blob", dead_at=dead_at, token=await bench.token("kit:a"))
    await bench.store.put_many({"kit:b": (b"blob", dead_at)})
    for address in ("kit:a", "kit:b"):
        assert 70_000 < await bench.ask("PTTL", bench.key(address)) <= 75_000


@pytest.mark.parametrize("dead_at", [inf, 1e300, 1e12])
async def test_what_never_ends_is_never_forgotten(bench: AsyncBench, dead_at: float) -> None:
    token = await bench.token("kit:b")
    await bench.store.put("kit:a", b"blob", dead_at=dead_at)
    await bench.store.put_if("kit:b", b"blob", dead_at=dead_at, token=token)
    for address in ("kit:a", "kit:b"):
        assert await bench.ask("PTTL", bench.key(address)) == -1
    assert await bench.store.ttl("kit:a") == dead_at - bench.clock.wall()


@pytest.mark.parametrize("dead_at", [0.0, -inf, float("nan")])
async def test_what_is_dead_already_leaves_no_bytes(bench: AsyncBench, dead_at: float) -> None:
    token = await bench.token("kit:b")
    await bench.store.put("kit:a", b"blob", dead_at=dead_at)
    assert await bench.store.put_if("kit:b", b"blob", dead_at=dead_at, token=token) is True
    for address in ("kit:a", "kit:b"):
        assert await bench.blob(address) is None
        assert await bench.ask("STRLEN", bench.key(address)) == 17
    assert await bench.loses("kit:b", token)


async def test_a_placeholder_outlives_any_load_and_is_then_forgotten(bench: AsyncBench) -> None:
    await bench.store.get("kit:a")
    left = await bench.ask("PTTL", bench.key("kit:a"))
    assert TOMBSTONE_TTL * 1_000 < left <= TOMBSTONE_TTL * 1_500


async def test_a_delete_leaves_nothing(bench: AsyncBench) -> None:
    await bench.store.put("kit:a", b"blob", dead_at=NEVER)
    await bench.store.get("kit:b")
    await bench.store.delete_many(["kit:a", "kit:b", "kit:c"])
    assert await bench.ask("EXISTS", *map(bench.key, ("kit:a", "kit:b", "kit:c"))) == 0


@pytest.mark.parametrize("ttl", [0.0, -1.0, inf, float("nan")])
async def test_a_tombstone_ttl_that_is_none_is_refused(bench: AsyncBench, ttl: float) -> None:
    link = link_over(bench.client)
    with pytest.raises(InvalidSetting, match="tombstone_ttl"):
        AsyncRedisStore(link, wall=bench.clock.wall, entropy=SeededEntropy(), tombstone_ttl=ttl)
