# Generated from tests/integration/redis/store/aio/test_between.py by tools/unasync.py. Do not edit.
"""Whatever happens between two commands of one call, a token stands for what was there when the call ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from hexcache.adapters.outbound.redis.sync import client_link
from hexcache.ports.finding import Absent, Found
from tests.integration.redis.store.sync.bench import NEVER, Bench

Doing = Callable[[], object]


def doings(bench: Bench, address: str) -> dict[str, Doing]:
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
def test_a_miss_is_told_as_it_stands_in_the_end(bench: Bench, doing: str) -> None:
    do = doings(bench, "kit:a")[doing]
    finding = bench.meddled({"run": do}).get("kit:a")
    if doing == "write":
        assert isinstance(finding, Found)
        assert finding.blob == b"theirs"
    else:
        assert isinstance(finding, Absent)
    assert bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=finding.token) is True
    assert bench.blob("kit:a") == b"mine"


@pytest.mark.parametrize("doing", DOINGS)
def test_misses_of_a_bulk_read_are_told_as_they_stand_in_the_end(bench: Bench, doing: str) -> None:
    bench.store.put("kit:b", b"there", dead_at=NEVER)
    do = doings(bench, "kit:a")[doing]
    findings = bench.meddled({"run_all": do}).get_many(["kit:a", "kit:b", "kit:c"])
    assert isinstance(findings["kit:a"], Found) is (doing == "write")
    assert isinstance(findings["kit:b"], Found), "it was there when the read began"
    for address in ("kit:a", "kit:c"):
        token = findings[address].token
        assert bench.store.put_if(address, b"mine", dead_at=NEVER, token=token) is True


@pytest.mark.parametrize("doing", DOINGS)
def test_the_token_of_a_miss_loses_to_what_comes_after_it(bench: Bench, doing: str) -> None:
    token = bench.token("kit:a")
    doings(bench, "kit:a")[doing]()
    assert bench.loses("kit:a", token) is (doing != "miss")


@pytest.mark.parametrize("doing", DOINGS)
def test_the_token_of_a_blob_loses_to_what_comes_after_it(bench: Bench, doing: str) -> None:
    bench.store.put("kit:a", b"read", dead_at=NEVER)
    token = bench.token("kit:a")
    doings(bench, "kit:a")[doing]()
    assert bench.loses("kit:a", token) is (doing != "miss")


@pytest.mark.parametrize("first", DOINGS)
@pytest.mark.parametrize("then", ["evict", "delete", "clear"])
def test_absent_again_is_not_the_same_absence(bench: Bench, first: str, then: str) -> None:
    token = bench.token("kit:a")
    doings(bench, "kit:a")[first]()
    doings(bench, "kit:a")[then]()
    assert bench.loses("kit:a", token)


def test_all_who_miss_share_a_token_and_one_of_them_wins(bench: Bench) -> None:
    one, other = bench.open(), bench.open()
    tokens = [(store.get("kit:a")).token for store in (one, other, one)]
    assert len(set(tokens)) == 1
    won = [store.put_if("kit:a", b"mine", dead_at=NEVER, token=tokens[0]) for store in (one, other)]
    assert won == [True, False]


def test_a_blob_that_dies_keeps_its_token_and_gives_its_memory_back(bench: Bench) -> None:
    bench.store.put("kit:a", b"b" * 10_000, dead_at=bench.clock.wall() + 60)
    token = bench.token("kit:a")
    bench.clock.advance(60)
    assert bench.token("kit:a") == token, "a refresh that began before could not store what it brings"
    assert bench.ask("STRLEN", bench.key("kit:a")) == 17
    assert bench.store.put_if("kit:a", b"refreshed", dead_at=NEVER, token=token) is True


def test_a_placeholder_is_renewed_under_its_token(bench: Bench) -> None:
    token = bench.token("kit:a")
    bench.ask("PEXPIRE", bench.key("kit:a"), 400_000)
    bench.clock.advance(200)
    assert bench.token("kit:a") == token
    assert bench.ask("PTTL", bench.key("kit:a")) <= 400_000, "there is time enough left"
    bench.clock.advance(200)
    assert bench.token("kit:a") == token
    assert bench.ask("PTTL", bench.key("kit:a")) > 800_000


def test_a_conditional_write_that_is_sent_twice_is_one(bench: Bench) -> None:
    token = bench.token("kit:a")
    frames = []

    class Repeating(type(bench.store._link)):  # type: ignore[misc]  # the link of this world
        """Repeats what it cannot know the outcome of."""

        def run(self, script, keys, args=(), /):  # type: ignore[no-untyped-def]
            frames.append(super().run(script, keys, args))
            return super().run(script, keys, args)

    store = bench.open(Repeating(bench.client))
    assert store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is True
    assert frames == [1]
    assert bench.loses("kit:a", token)


def test_what_was_handed_out_before_a_clear_loses_after_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_link, "PAGE", 1)
    addresses = [f"kit:{number}" for number in range(40)]
    bench.store.put_many(dict.fromkeys(addresses[::2], (b"old", NEVER)))
    before = {address: found.token for address, found in (bench.store.get_many(addresses)).items()}
    other = bench.open()
    pages = 0

    def between() -> None:
        nonlocal pages
        address = addresses[(pages * 7) % len(addresses)]
        pages += 1
        if pages % 3 == 0:
            other.delete(address)
        elif pages % 3 == 1:
            other.put_if(address, b"during", dead_at=NEVER, token=before[address])
        else:
            other.get(address)

    def always(_call: str) -> None:
        between()

    clearing = bench.meddled({})
    clearing._link.before = always  # type: ignore[union-attr]  # the meddling link
    clearing.clear("kit:")
    assert pages > 10, "one page only: nothing came in between"
    for address, token in before.items():
        assert bench.loses(address, token), address
