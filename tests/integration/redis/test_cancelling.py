"""A call that is cancelled at any point gives its answer to nobody else, and its connection's place to the next."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.domain.errors import StoreError
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at

STEPS = 60
"""More steps of the event loop than any of these calls takes."""

CALLS: dict[str, Callable[[AsyncLink, bytes], Awaitable[object]]] = {
    "get": lambda link, key: link.get(key),
    "get_many": lambda link, key: link.get_many([key, b"plain:other"]),
    "call_all": lambda link, key: link.call_all([("GET", key), ("ECHO", b"plain"), ("GET", key)]),
}


async def cancelled_after(steps: int, call: Awaitable[object]) -> bool:
    """Run a call for some steps of the loop, then cancel it; True if it had not ended by then."""
    task = asyncio.ensure_future(call)
    for _ in range(steps):
        await asyncio.sleep(0)
    ended = task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return not ended


@pytest.mark.parametrize("manner", ["plain", "slow"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("warm", [False, True])
async def test_cancelled_at_any_step(peer: Peer, manner: str, call: str, warm: bool) -> None:
    peer.pause = 0.001
    for steps in range(STEPS):
        link = open_link(settings_at(peer.port, pool_size=1))
        if warm:
            await link.get(b"plain:warm")
        await cancelled_after(steps, CALLS[call](link, f"{manner}:{steps}".encode()))
        for number in range(2):
            key = f"plain:after-{steps}-{number}".encode()
            assert await link.get(key) == key
            assert await link.get_many([key]) == [key]
        await link.aclose()


async def test_cancelled_in_the_middle_of_each_reply(peer: Peer) -> None:
    peer.pause = 0.004
    link = open_link(settings_at(peer.port, pool_size=1))
    for tenth in range(12):
        task = asyncio.ensure_future(link.call_all([("GET", b"drip:1"), ("GET", b"plain:2")]))
        await asyncio.sleep(tenth * 0.006)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        key = f"plain:{tenth}".encode()
        assert await link.get(key) == key
    await link.aclose()


async def test_cancelled_while_waiting_for_a_connection(peer: Peer) -> None:
    peer.pause = 0.02
    link = open_link(settings_at(peer.port, pool_size=1))
    for steps in range(STEPS):
        busy = asyncio.ensure_future(link.get_many([b"slow:1"]))
        waiting = asyncio.ensure_future(link.get_many([b"plain:2"]))
        others = [asyncio.ensure_future(link.get_many([b"plain:3"])) for _ in range(2)]
        for _ in range(steps):
            await asyncio.sleep(0)
        (busy if steps % 3 == 0 else waiting).cancel()
        ends = await asyncio.gather(busy, waiting, return_exceptions=True)
        assert ends[0] == [b"slow:1"] or isinstance(ends[0], asyncio.CancelledError)
        assert ends[1] == [b"plain:2"] or isinstance(ends[1], asyncio.CancelledError)
        assert await asyncio.gather(*others) == [[b"plain:3"]] * 2
    await link.aclose()


async def test_any_mixture_of_troubles_and_cancellations(peer: Peer) -> None:
    """Over all of it, whoever gets an answer gets their own, and in the end every connection can be used."""
    peer.pause = 0.002
    chance = random.Random(7)
    link = open_link(settings_at(peer.port, pool_size=4, operation_deadline=0.05))
    answers = 0

    async def reader(name: int) -> None:
        nonlocal answers
        for number in range(60):
            manner = chance.choice(["plain", "plain", "slow", "drip", "half", "cut", "gone", "deaf", "twice"])
            key = f"{manner}:{name}-{number}".encode()
            task = asyncio.ensure_future(link.get(key) if number % 2 else link.get_many([key]))
            if chance.random() < 0.4:
                for _ in range(chance.randrange(20)):
                    await asyncio.sleep(0)
                if chance.random() < 0.3:
                    await asyncio.sleep(chance.random() * 0.03)
                task.cancel()
            try:
                found = await task
            except (StoreError, asyncio.CancelledError):
                continue
            assert found in (key, [key])
            answers += 1

    await asyncio.gather(*[reader(name) for name in range(12)])
    assert answers > 20
    for number in range(8):
        key = f"plain:end-{number}".encode()
        assert await link.get(key) == key
    await link.aclose()


async def test_cancelled_when_its_turn_has_just_come(peer: Peer) -> None:
    link = open_link(settings_at(peer.port, pool_size=1))

    async def first_then_cancel(second: list[asyncio.Task[object]]) -> None:
        await link.get_many([b"plain:1"])  # its connection went to the second at this very moment
        second[0].cancel()

    second: list[asyncio.Task[object]] = []
    first = asyncio.ensure_future(first_then_cancel(second))
    await asyncio.sleep(0)
    second.append(asyncio.ensure_future(link.get_many([b"plain:2"])))
    await asyncio.gather(first, *second, return_exceptions=True)
    assert second[0].cancelled()
    async with asyncio.timeout(5):
        assert await link.get_many([b"plain:3"]) == [b"plain:3"]
    await link.aclose()
