# Generated from tests/integration/redis/bus/aio/test_traffic.py by tools/unasync.py. Do not edit.
"""Much traffic of several nodes: everything is heard, and nothing is taken for lost."""

from __future__ import annotations

from functools import partial

from hexcache.testing.contracts.sync.primitives import together
from tests.integration.redis.bus.sync.nodes import Node, node
from tests.integration.redis.bus.sync.primitives import until
from tests.servers.single import Server


def talk(one: Node, who: str) -> None:
    """Say many things, some at once."""
    for number in range(150):
        one.say(f"{who}{number}")


def test_publishers_that_overtake_each_other_leave_no_gap(any_redis: Server, redis_prefix: str) -> None:
    with node(any_redis.url, redis_prefix) as one, node(any_redis.url, redis_prefix) as two:
        one.listen()
        two.listen()
        talks = [partial(talk, speaker, who) for who in "abcd" for speaker in (one, two)]
        together(talks)
        until(lambda: len(one.got) == len(two.got) == 600)
        for listener in (one, two):
            assert (listener.epochs, listener.counted("gaps"), listener.counted("silences")) == (0, 0, 0)
            for who in "abcd":
                said = [subject for subject in listener.subjects if subject.startswith(who)]
                assert said == [f"{who}{number}" for number in range(150)]
