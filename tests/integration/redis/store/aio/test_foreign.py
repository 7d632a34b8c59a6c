"""What others left at a key of ours is an absence to readers, healed by the next read or write, spared by ``clear``."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis import frames
from hexcache.domain.errors import StoreRejected
from hexcache.ports.finding import Absent, Found
from tests.integration.redis.store.aio.bench import NEVER, AsyncBench

HEADER = frames.value(b"tokenbyt", NEVER, b"")
PLANTS: dict[str, tuple[object, ...]] = {
    "empty": ("SET", b""),
    "text": ("SET", b'{"a": "text that is longer than a header"}'),
    "number": ("SET", b"1234567890123456789"),
    "cut short": ("SET", HEADER[:-1]),
    "another kind": ("SET", b"\xf7" + HEADER[1:] + b"blob"),
    "list": ("RPUSH", b"a", HEADER),
    "hash": ("HSET", b"field", HEADER),
    "set": ("SADD", HEADER),
    "sorted set": ("ZADD", 1, HEADER),
    "stream": ("XADD", "*", b"field", HEADER),
}


@pytest.fixture(params=PLANTS)
async def planted(request: pytest.FixtureRequest, bench: AsyncBench) -> AsyncBench:
    command, *rest = PLANTS[request.param]
    await bench.ask(command, bench.key("kit:a"), *rest)
    return bench


async def test_a_read_is_a_miss_that_can_be_replaced(planted: AsyncBench) -> None:
    finding = await planted.store.get("kit:a")
    assert isinstance(finding, Absent)
    assert await planted.store.put_if("kit:a", b"mine", dead_at=NEVER, token=finding.token) is True
    assert await planted.blob("kit:a") == b"mine"


async def test_a_bulk_read_tells_the_others(planted: AsyncBench) -> None:
    await planted.store.put("kit:b", b"there", dead_at=NEVER)
    findings = await planted.store.get_many(["kit:a", "kit:b"])
    assert isinstance(findings["kit:b"], Found)
    assert isinstance(findings["kit:a"], Absent)
    assert await planted.store.put_if("kit:a", b"mine", dead_at=NEVER, token=findings["kit:a"].token) is True


async def test_a_write_replaces_it(planted: AsyncBench) -> None:
    await planted.store.put("kit:a", b"mine", dead_at=NEVER)
    assert await planted.blob("kit:a") == b"mine"


async def test_a_delete_finds_nothing_and_removes_it(planted: AsyncBench) -> None:
    assert await planted.store.delete("kit:a") is False
    assert await planted.ask("EXISTS", planted.key("kit:a")) == 0


async def test_an_older_token_does_not_replace_it(bench: AsyncBench) -> None:
    token = await bench.token("kit:a")
    await bench.ask("SET", bench.key("kit:a"), b"foreign")
    assert await bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is False


async def test_it_is_not_listed_and_has_no_life(planted: AsyncBench) -> None:
    await planted.store.put("kit:b", b"there", dead_at=NEVER)
    assert [address async for address in planted.store.scan("")] == ["kit:b"]
    assert await planted.store.ttl("kit:a") is None


async def test_clear_leaves_it_alone(planted: AsyncBench) -> None:
    await planted.store.put("kit:b", b"there", dead_at=NEVER)
    assert await planted.store.clear("kit:") == 1
    assert await planted.ask("EXISTS", planted.key("kit:a")) == 1


async def test_keys_of_other_parts_and_of_nobody_are_left_alone(bench: AsyncBench) -> None:
    keys = [bench.prefix.encode() + rest for rest in (b"\x1fcount:kit:a", b"\x1flease:kit:a", b"\xff\xfe")]
    for key in keys:
        await bench.ask("SET", key, HEADER + b"blob")
    assert [address async for address in bench.store.scan("")] == []
    assert await bench.store.clear("") == 0
    assert await bench.ask("EXISTS", *keys) == len(keys)


@pytest.mark.parametrize("prefix", ["*", "a*[b]?\\", "{tag}", "\u00e9:"])
async def test_stores_with_other_prefixes_do_not_meet(bench: AsyncBench, prefix: str) -> None:
    other = bench.open(prefix=bench.prefix + prefix)
    for store, blob in ((bench.store, b"without"), (other, b"with")):
        await store.put("kit:a", blob, dead_at=NEVER)
    assert await bench.blob("kit:a") == b"without"
    assert [address async for address in other.scan("")] == ["kit:a"]
    assert await other.clear("") == 1
    assert await bench.blob("kit:a") == b"without"


async def test_an_address_that_is_no_unicode_is_refused(bench: AsyncBench) -> None:
    with pytest.raises(StoreRejected, match="lone surrogate"):
        await bench.store.get("kit:\ud800")
    with pytest.raises(StoreRejected, match="lone surrogate"):
        await bench.store.put_many({"kit:a": (b"a", NEVER), "kit:\ud800": (b"b", NEVER)})
    assert await bench.blob("kit:a") is None


@pytest.mark.parametrize("token", [None, 0, "", "tokenbyt", b"", b"tokenbyt", b"x" * 100])
async def test_a_token_that_no_store_gave_loses(bench: AsyncBench, token: str | int | bytes | None) -> None:
    assert await bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is False
    await bench.token("kit:a")
    assert await bench.loses("kit:a", token)
    await bench.store.put("kit:a", b"there", dead_at=NEVER)
    assert await bench.loses("kit:a", token)
