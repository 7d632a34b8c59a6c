# Generated from tests/integration/redis/store/aio/test_foreign.py by tools/unasync.py. Do not edit.
"""What others left at a key of ours is an absence to readers, healed by the next read or write, spared by ``clear``."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis import frames
from hexcache.domain.errors import StoreRejected
from hexcache.ports.finding import Absent, Found
from tests.integration.redis.store.sync.bench import NEVER, Bench

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
def planted(request: pytest.FixtureRequest, bench: Bench) -> Bench:
    command, *rest = PLANTS[request.param]
    bench.ask(command, bench.key("kit:a"), *rest)
    return bench


def test_a_read_is_a_miss_that_can_be_replaced(planted: Bench) -> None:
    finding = planted.store.get("kit:a")
    assert isinstance(finding, Absent)
    assert planted.store.put_if("kit:a", b"mine", dead_at=NEVER, token=finding.token) is True
    assert planted.blob("kit:a") == b"mine"


def test_a_bulk_read_tells_the_others(planted: Bench) -> None:
    planted.store.put("kit:b", b"there", dead_at=NEVER)
    findings = planted.store.get_many(["kit:a", "kit:b"])
    assert isinstance(findings["kit:b"], Found)
    assert isinstance(findings["kit:a"], Absent)
    assert planted.store.put_if("kit:a", b"mine", dead_at=NEVER, token=findings["kit:a"].token) is True


def test_a_write_replaces_it(planted: Bench) -> None:
    planted.store.put("kit:a", b"mine", dead_at=NEVER)
    assert planted.blob("kit:a") == b"mine"


def test_a_delete_finds_nothing_and_removes_it(planted: Bench) -> None:
    assert planted.store.delete("kit:a") is False
    assert planted.ask("EXISTS", planted.key("kit:a")) == 0


def test_an_older_token_does_not_replace_it(bench: Bench) -> None:
    token = bench.token("kit:a")
    bench.ask("SET", bench.key("kit:a"), b"foreign")
    assert bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is False


def test_it_is_not_listed_and_has_no_life(planted: Bench) -> None:
    planted.store.put("kit:b", b"there", dead_at=NEVER)
    assert [address for address in planted.store.scan("")] == ["kit:b"]
    assert planted.store.ttl("kit:a") is None


def test_clear_leaves_it_alone(planted: Bench) -> None:
    planted.store.put("kit:b", b"there", dead_at=NEVER)
    assert planted.store.clear("kit:") == 1
    assert planted.ask("EXISTS", planted.key("kit:a")) == 1


def test_keys_of_other_parts_and_of_nobody_are_left_alone(bench: Bench) -> None:
    keys = [bench.prefix.encode() + rest for rest in (b"\x1fcount:kit:a", b"\x1flease:kit:a", b"\xff\xfe")]
    for key in keys:
        bench.ask("SET", key, HEADER + b"blob")
    assert [address for address in bench.store.scan("")] == []
    assert bench.store.clear("") == 0
    assert bench.ask("EXISTS", *keys) == len(keys)


@pytest.mark.parametrize("prefix", ["*", "a*[b]?\\", "{tag}", "\u00e9:"])
def test_stores_with_other_prefixes_do_not_meet(bench: Bench, prefix: str) -> None:
    other = bench.open(prefix=bench.prefix + prefix)
    for store, blob in ((bench.store, b"without"), (other, b"with")):
        store.put("kit:a", blob, dead_at=NEVER)
    assert bench.blob("kit:a") == b"without"
    assert [address for address in other.scan("")] == ["kit:a"]
    assert other.clear("") == 1
    assert bench.blob("kit:a") == b"without"


def test_an_address_that_is_no_unicode_is_refused(bench: Bench) -> None:
    with pytest.raises(StoreRejected, match="lone surrogate"):
        bench.store.get("kit:\ud800")
    with pytest.raises(StoreRejected, match="lone surrogate"):
        bench.store.put_many({"kit:a": (b"a", NEVER), "kit:\ud800": (b"b", NEVER)})
    assert bench.blob("kit:a") is None


@pytest.mark.parametrize("token", [None, 0, "", "tokenbyt", b"", b"tokenbyt", b"x" * 100])
def test_a_token_that_no_store_gave_loses(bench: Bench, token: str | int | bytes | None) -> None:
    assert bench.store.put_if("kit:a", b"mine", dead_at=NEVER, token=token) is False
    bench.token("kit:a")
    assert bench.loses("kit:a", token)
    bench.store.put("kit:a", b"there", dead_at=NEVER)
    assert bench.loses("kit:a", token)
