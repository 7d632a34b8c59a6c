"""Whatever happens between two commands of one call, a token stands for what was there when the call ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from hexcache.adapters.outbound.redis.aio import client_link
from hexcache.ports.finding import Absent, Found
from tests.integration.redis.store.aio.bench import NEVER, AsyncBench

Doing = Callable[[], Awaitable[object]]


def doings(bench: AsyncBench, address: str) -> dict[str, Doing]:
    """What somebody else may do to an address."""
    other = bench.open()
    return {
        "write": partial(other.put, address, b"theirs", dead_at=NEVER),
        "dead write": partial(other.put, address, b"theirs", dead_at=bench.clock.wall() - 1),
        "delete": partial(other.delete, address),
        "clear": partial(other.clear, "kit"),
        "evict": partial(bench.ask, "DEL", bench.key(address)),
        "miss": partial(other.get, address),
        "plant": partial(bench.ask, "SET", bench.key(address), "foreign"),
    }


DOINGS = ["write", "dead write", "delete", "clear", "evict", "miss", "plant"]


@pytest.mark.parametrize("doing", DOINGS)
async def test_a_miss_is_told_as_it_stands_in_the_end(bench: AsyncBench, doing: str) -> None:
    do = doings(bench, "kit:a")[doing]
    finding = await bench.meddled({"run": do}).get("kit:a")
    if doing == "write":
        assert isinstance(finding, Found)
        assert finding.blob == b"theirs"
    else:
        assert isinstance(finding, Absent)
    assert await bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=finding.token) is True
    assert await bench.blob("kit:a") == b"mine"


@pytest.mark.parametrize("doing", DOINGS)
async def test_misses_of_a_bulk_read_are_told_as_they_stand_in_the_end(bench: AsyncBench, doing: str) -> None:
    await bench.store.put("kit:b", b"there", dead_at=NEVER)
    do = doings(bench, "kit:a")[doing]
    findings = await bench.meddled({"run_all": do}).get_many(["kit:a", "kit:b", "kit:c"])
    assert isinstance(findings["kit:a"], Found) is (doing == "write")
    assert isinstance(findings["kit:b"], Found), "it was there when the read began"
    for address in ("kit:a", "kit:c"):
        token = findings[address].token
        assert await bench.store.put_if(address, b"mine", dead_at=NEVER, token=token) is True


@pytest.mark.parametrize("doing", DOINGS)
async def test_the_token_of_a_miss_loses_to_what_comes_after_it(bench: AsyncBench, doing: str) -> None:
    token = await bench.token("kit:a")
    await doings(bench, "kit:a")[doing]()
    assert await bench.loses("kit:a", token) is (doing != "miss")


@pytest.mark.parametrize("doing", DOINGS)
async def test_the_token_of_a_blob_loses_to_what_comes_after_it(bench: AsyncBench, doing: str) -> None:
    await bench.store.put("kit:a", b"read", dead_at=NEVER)
    token = await bench.token("kit:a")
    await doings(bench, "kit:a")[doing]()
    assert await bench.loses("kit:a", token) is (doing != "miss")


@pytest.mark.parametrize("first", DOINGS)
@pytest.mark.parametrize("then", ["evict", "delete", "clear"])
async def test_absent_again_is_not_the_same_absence(bench: AsyncBench, first: str, then: str) -> None:
    token = await bench.token("kit:a")
    await doings(bench, "kit:a")[first]()
    await doings(bench, "kit:a")[then]()
    assert await bench.loses("kit:a", token)


async def test_all_who_miss_share_a_token_and_one_of_them_wins(bench: AsyncBench) -> None:
    one, other = bench.open(), bench.open()
    tokens = [(await store.get("kit:a")).token for store in (one, other, one)]
    assert len(set(tokens)) == 1
    won = [await store.put_if("kit:a", b"mine", dead_at=NEVER, token=tokens[0]) for store in (one, other)]
    assert won == [True, False]


async def test_a_blob_that_dies_keeps_its_token_and_gives_its_memory_back(bench: AsyncBench) -> None:
    await bench.store.put("kit:a", b"b" * 10_000, dead_at=bench.clock.wall() + 60)
    token = await bench.token("kit:a")
    bench.clock.advance(60)
    assert await bench.token("kit:a") == token, "a refresh that began before could not store what it brings"
    assert await bench.ask("STRLEN", bench.key("kit:a")) == 17
    assert await bench.store.put_if("kit:a", b"refreshed", dead_at=NEVER, token=token) is True


async def test_a_placeholder_is_renewed_under_its_token(bench: AsyncBench) -> None:
    token = await bench.token("kit:a")
    await bench.ask("PEXPIRE", bench.key("kit:a"), 400_000)
    bench.clock.advance(200)
    assert await bench.token("kit:a") == token
    assert await bench.ask("PTTL", bench.key("kit:a")) <= 400_000, "there is time enough left"
    bench.clock.advance(200)
    assert await bench.token("kit:a") == token
    assert await bench.ask("PTTL", bench.key("kit:a")) > 800_000


async def test_a_conditional_write_that_is_sent_twice_is_one(bench: AsyncBench) -> None:
    token = await bench.token("kit:a")
    frames = []

    class Repeating(type(bench.store._link)):  # type: ignore[misc]  # the link of this world
        """Repeats what it cannot know the outcome of."""

        async def run(self, script, keys, args=(), /):  # type: ignore[no-untyped-def]
            frames.append(await super().run(script, keys, args))
            return await super().run(script, keys, args)

    store = bench.open(Repeating(bench.client))
    assert await store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is True
    assert frames == [1]
    assert await bench.loses("kit:a", token)


async def test_what_was_handed_out_before_a_clear_loses_after_it(
    bench: AsyncBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_link, "PAGE", 1)
    addresses = [f"kit:{number}" for number in range(40)]
    await bench.store.put_many(dict.fromkeys(addresses[::2], (b"old", NEVER)))
    before = {address: found.token for address, found in (await bench.store.get_many(addresses)).items()}
    other = bench.open()
    pages = 0

    async def between() -> None:
        nonlocal pages
        address = addresses[(pages * 7) % len(addresses)]
        pages += 1
        if pages % 3 == 0:
            await other.delete(address)
        elif pages % 3 == 1:
            await other.put_if(address, b"during", dead_at=NEVER, token=before[address])
        else:
            await other.get(address)

    async def always(_call: str) -> None:
        await between()

    clearing = bench.meddled({})
    clearing._link.before = always  # type: ignore[union-attr]  # the meddling link
    await clearing.clear("kit:")
    assert pages > 10, "one page only: nothing came in between"
    for address, token in before.items():
        assert await bench.loses(address, token), address
