"""A child process uses none of its parent's connections, and takes none away."""

from __future__ import annotations

import asyncio
import os
import traceback
from collections.abc import Callable

import pytest

from hexcache.adapters.outbound.redis.aio.opening import open_link as open_async_link
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.opening import open_link
from tests.integration.redis.settings import settings_of
from tests.servers.single import Server

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # threads of other tests


def in_child(work: Callable[[], None]) -> int:
    """Begin work in a child; its process id."""
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - a child must not return into the test run
        traceback.print_exc()
    finally:
        os._exit(status)


def ended_well(child: int) -> bool:
    """Whether a child did its work."""
    return os.waitpid(child, 0)[1] == 0


def use(link: Link, key: bytes, times: int = 300) -> None:
    """See that every answer is one's own."""
    for number in range(times):
        value = b"%b-%d" % (key, number)
        assert link.call("SET", key, value, "PX", 60_000) == b"OK"
        assert link.get(key) == value
        assert link.call("ECHO", value) == value


def number_of(link: Link) -> int:
    """The server's number of a connection."""
    number: int = link.call("CLIENT ID")
    return number


def test_parent_and_children_use_one_link_at_the_same_time(any_redis: Server, redis_prefix: str) -> None:
    link = open_link(settings_of(any_redis))
    use(link, f"{redis_prefix}parent".encode(), 3)
    keys = [f"{redis_prefix}child{number}".encode() for number in range(3)]
    children = [in_child(lambda key=key: use(link, key)) for key in keys]  # type: ignore[misc] # mypy: a default
    use(link, f"{redis_prefix}parent".encode())
    assert all(ended_well(child) for child in children)
    link.close()


def test_a_child_connects_anew_and_the_parents_connection_stays(any_redis: Server) -> None:
    link = open_link(settings_of(any_redis, pool_size=1))
    mine = number_of(link)

    def work() -> None:
        assert number_of(link) != mine
        link.close()

    assert ended_well(in_child(work))
    assert number_of(link) == mine
    link.close()


def test_a_child_of_a_process_with_a_loop_connects_anew(any_redis: Server, redis_prefix: str) -> None:
    link = open_async_link(settings_of(any_redis, pool_size=1))
    key = f"{redis_prefix}k".encode()

    async def child_id() -> int:
        number: int = await link.call("CLIENT ID")
        return number

    async def parent() -> None:
        mine = await child_id()

        def work() -> None:
            asyncio._set_running_loop(None)  # what a framework that forks from a loop does first
            assert asyncio.run(child_id()) != mine

        assert ended_well(in_child(work))
        assert await child_id() == mine
        assert await link.call("SET", key, b"v", "PX", 60_000) == b"OK"
        await link.aclose()

    asyncio.run(parent())
