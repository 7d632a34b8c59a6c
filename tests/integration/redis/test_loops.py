"""Connections of the awaited world belong to one event loop and end with it."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from tests.integration.redis.settings import settings_of
from tests.servers.single import Server
from tests.servers.waiting import wait_until


def clients(server: Server, name: str) -> int:
    """How many connections of that name the server has."""
    told = server.ask("CLIENT", "LIST")
    assert isinstance(told, bytes)
    return told.count(f" name={name} ".encode())


async def use(link: AsyncLink, key: bytes, tasks: int = 8) -> None:
    await asyncio.gather(*[link.call("SET", key, b"v", "PX", 60_000) for _ in range(tasks)])
    assert await asyncio.gather(*[link.get(key) for _ in range(tasks)]) == [b"v"] * tasks


def test_a_loop_that_ends_takes_its_connections_with_it(valkey: Server, redis_prefix: str) -> None:
    name = redis_prefix.strip(":")
    link = open_link(settings_of(valkey, client_name=name))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(5):
            asyncio.run(use(link, f"{redis_prefix}k".encode()))
            wait_until(lambda: clients(valkey, name) == 0, "the loop's connections are closed")
        gc.collect()


def test_loops_in_several_threads_use_one_link(valkey: Server, redis_prefix: str) -> None:
    name = redis_prefix.strip(":")
    link = open_link(settings_of(valkey, client_name=name))
    failures: list[BaseException] = []

    async def work(number: int) -> None:
        for _ in range(30):
            await use(link, f"{redis_prefix}{number}".encode(), tasks=4)

    def run(number: int) -> None:
        try:
            asyncio.run(work(number))
        except BaseException as exc:  # noqa: BLE001 - shown below
            failures.append(exc)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    wait_until(lambda: clients(valkey, name) == 0, "the connections of all loops are closed")


def test_closing_a_link_closes_what_other_loops_opened(valkey: Server, redis_prefix: str) -> None:
    name, key = redis_prefix.strip(":"), f"{redis_prefix}k".encode()
    link = open_link(settings_of(valkey, client_name=name))
    opened, closed = threading.Event(), threading.Event()

    async def stay() -> None:
        await use(link, key)
        opened.set()
        await asyncio.to_thread(closed.wait, 30)

    thread = threading.Thread(target=lambda: asyncio.run(stay()))
    thread.start()
    assert opened.wait(30)

    async def end() -> None:
        await use(link, key)
        assert clients(valkey, name) >= 2
        await link.aclose()

    asyncio.run(end())
    wait_until(lambda: clients(valkey, name) == 0, "all connections are closed")
    closed.set()
    thread.join()
