"""Much traffic of several nodes: everything is heard, and nothing is taken for lost."""

from __future__ import annotations

from functools import partial

from hexcache.testing.contracts.aio.primitives import together
from tests.integration.redis.bus.aio.nodes import AsyncNode, node
from tests.integration.redis.bus.aio.primitives import until
from tests.servers.single import Server


async def talk(one: AsyncNode, who: str) -> None:
    """Say many things, some at once."""
    for number in range(150):
        await one.say(f"{who}{number}")


async def test_publishers_that_overtake_each_other_leave_no_gap(any_redis: Server, redis_prefix: str) -> None:
    async with node(any_redis.url, redis_prefix) as one, node(any_redis.url, redis_prefix) as two:
        await one.listen()
        await two.listen()
        talks = [partial(talk, speaker, who) for who in "abcd" for speaker in (one, two)]
        await together(talks)
        await until(lambda: len(one.got) == len(two.got) == 600)
        for listener in (one, two):
            assert (listener.epochs, listener.counted("gaps"), listener.counted("silences")) == (0, 0, 0)
            for who in "abcd":
                said = [subject for subject in listener.subjects if subject.startswith(who)]
                assert said == [f"{who}{number}" for number in range(150)]
