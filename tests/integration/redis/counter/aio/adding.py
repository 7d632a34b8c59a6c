"""One of several processes that count together over a connection that keeps breaking.

Rule: what has an id of its own is repeated until it is answered; what has none is asked for once, and its failures are
told apart from what was answered.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable

from hexcache.adapters.outbound.redis.aio.counter import AsyncRedisCounter
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.domain.increment import Increment
from hexcache.domain.rate import FixedWindow
from tests.integration.redis.counter.aio.primitives import hasty, pause

RULE = FixedWindow(10**9, 1e9)
"""Grants whatever is asked for, so that what is spent can be counted."""


async def add_up(url: str, prefix: str, stopped: Callable[[], bool], *, ours: bool) -> Counter[str]:
    """Count until told to stop; returns what was counted by name, and how often calls failed."""
    told: Counter[str] = Counter()
    chance = random.Random(os.getpid())
    async with hasty(url, ours=ours) as link:
        counter = AsyncRedisCounter(link, entropy=random.SystemRandom(), prefix=prefix)
        await _say_hello(counter, told)
        while not stopped():
            told["turns"] += 1
            told["scripts"] += 5
            await _add_with_ids(counter, told, chance)
            await _add_without(counter, told)
            await pause(0.002)
    return told


async def _say_hello(counter: AsyncRedisCounter, told: Counter[str]) -> None:
    while True:
        told["scripts"] += 1
        try:
            await counter.add_members("kit:who", [str(os.getpid())])
            return
        except (StoreTimeout, StoreUnavailable):
            continue


async def _add_with_ids(counter: AsyncRedisCounter, told: Counter[str], chance: random.Random) -> None:
    by, operation = chance.randint(1, 9), f"{os.getpid()}:{told['turns']}"
    while True:
        try:
            await counter.incr("kit:one", by, ttl=600, operation=operation)
            break
        except (StoreTimeout, StoreUnavailable):
            told["failures"] += 1
    told["one"] += by
    batch = [Increment("kit:left", by, operation=operation), Increment("kit:right", -by, operation=operation)]
    while True:
        try:
            answers = await counter.incr_many(batch)
        except (StoreTimeout, StoreUnavailable):
            answers = []
        if answers and not any(isinstance(answer, StoreError) for answer in answers):
            break
        told["failures"] += 1
    told["left"] += by


async def _add_without(counter: AsyncRedisCounter, told: Counter[str]) -> None:
    try:
        await counter.incr("kit:any")
        told["any"] += 1
    except (StoreTimeout, StoreUnavailable):
        told["any unknown"] += 1
    try:
        told["spent"] += (await counter.spend("kit:spent", RULE)).allowed
    except (StoreTimeout, StoreUnavailable):
        told["spent unknown"] += 1
