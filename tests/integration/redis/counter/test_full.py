"""A full server refuses to count and changes nothing; what is there can be read and removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from hexcache.domain.errors import StoreRejected
from hexcache.domain.increment import Increment
from hexcache.domain.rate import FixedWindow
from tests.integration.redis.counter.counting import Desk, desk
from tests.servers.single import Server


@pytest.fixture
def full(own_redis: Server) -> Iterator[Desk]:
    """A counter with a number, a set and a limiter on a server that has become full since."""
    with desk(own_redis, "full:") as one:
        one.counter.incr("kit:n", 5, ttl=60)
        one.counter.add_members("kit:s", ["a"])
        one.counter.spend("kit:r", FixedWindow(10, 60.0))
        one.client.config_set("maxmemory-policy", "noeviction")
        one.client.config_set("maxmemory", 1)
        yield one


def test_no_change_is_made(full: Desk) -> None:
    before = {key: full.client.dump(full.key(key)) for key in ("kit:n", "kit:s", "kit:r")}
    calls: list[Callable[[], object]] = [
        lambda: full.counter.incr("kit:n"),
        lambda: full.counter.incr("kit:new"),
        lambda: full.counter.incr("kit:n", ttl=5, refresh_ttl=True, operation="one"),
        lambda: full.counter.incr_many([Increment("kit:n"), Increment("kit:new")]),
        lambda: full.counter.add_members("kit:s", ["b"]),
        lambda: full.counter.spend("kit:r", FixedWindow(10, 60.0)),
    ]
    for call in calls:
        with pytest.raises(StoreRejected):
            call()
    assert {key: full.client.dump(full.key(key)) for key in before} == before
    assert not full.client.exists(full.key("kit:new"))


def test_what_is_there_is_read_and_repetitions_are_known(full: Desk) -> None:
    assert full.counter.read("kit:n") == 5
    assert full.counter.members("kit:s") == {"a"}
    assert full.counter.ttl("kit:n") == 60
    assert full.counter.spend("kit:r", FixedWindow(10, 60.0), 0).remaining == 9
    assert not full.counter.spend("kit:r", FixedWindow(10, 60.0), 10).allowed


def test_what_is_there_can_be_removed(full: Desk) -> None:
    assert full.counter.remove("kit:s")
    assert full.counter.clear("kit:") == 2
    full.client.config_set("maxmemory", 0)
    assert full.counter.incr("kit:n") == 1
