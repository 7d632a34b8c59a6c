# Generated from tests/integration/redis/bus/aio/test_cluster.py by tools/unasync.py. Do not edit.
"""On a cluster channels are sharded where the server knows that; a failover and a moved slot are told."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.domain.errors import StoreError
from tests.integration.redis.bus.sync.nodes import TOPIC, Node, message_of, node_of_cluster
from tests.integration.redis.bus.sync.primitives import pause, until
from tests.servers.asking import text_of
from tests.servers.cluster import Cluster
from tests.servers.single import Server


def told(one: Node, other: Node, subject: str) -> None:
    """See that a message gets through, however often it must be sent."""

    def say() -> bool:
        try:
            one.say(subject)
        except StoreError:
            pause(0.1)
        return subject in other.subjects

    for _ in range(100):
        if say():
            return
        pause(0.05)
    pytest.fail("no message got through")


def test_a_message_stays_within_one_shard(redis_cluster: Cluster, redis_prefix: str) -> None:
    channel = Channels(redis_prefix, slots=True).name(TOPIC)
    with node_of_cluster(redis_cluster.url, redis_prefix) as one:
        one.listen()
        with node_of_cluster(redis_cluster.url, redis_prefix) as two:
            two.listen()
            one.bus.subscribe("another", one.got.append)
            for number in range(10):
                two.say(str(number))
            until(lambda: one.subjects == [str(number) for number in range(10)])
            for server in redis_cluster.running:
                heard = server.ask("PUBSUB", "SHARDNUMSUB", channel)
                assert isinstance(heard, list)
                assert heard[1] == (2 if server == redis_cluster.master_of(channel) else 0)
                assert server.ask("PUBSUB", "NUMSUB", channel) == [channel, 0]
        assert (one.counted("gaps"), one.counted("errors"), two.got) == (0, 0, [])


def test_several_messages_of_one_call_arrive_in_order(redis_cluster: Cluster, redis_prefix: str) -> None:
    with node_of_cluster(redis_cluster.url, redis_prefix) as one:
        one.listen()
        with node_of_cluster(redis_cluster.url, redis_prefix) as two:
            two.bus.publish(TOPIC, *[message_of(number) for number in range(200)])
            until(lambda: len(one.got) == 200)
            assert one.subjects == [str(number) for number in range(200)]


def test_after_a_failover_all_are_told_and_hear_again(redis_cluster: Cluster, redis_prefix: str) -> None:
    channel = Channels(redis_prefix, slots=True).name(TOPIC)
    with (
        node_of_cluster(redis_cluster.url, redis_prefix) as one,
        node_of_cluster(redis_cluster.url, redis_prefix) as two,
    ):
        one.listen()
        two.listen()
        try:
            redis_cluster.master_of(channel).process.kill()
            until(lambda: not one.hears and not two.hears)
            until(lambda: one.hears and two.hears)
            assert one.epochs >= 1
            told(one, two, "after")
        finally:
            redis_cluster.recover()


def test_a_channel_whose_slot_moves_is_followed(redis_cluster: Cluster, redis_prefix: str) -> None:
    channel = Channels(redis_prefix, slots=True).name(TOPIC)
    slot, home = redis_cluster.slot_of(channel), redis_cluster.master_of(channel)
    masters = [server for server in redis_cluster.running if server.info("replication")["role"] == "master"]
    other = next(server for server in masters if server != home)
    with (
        node_of_cluster(redis_cluster.url, redis_prefix) as one,
        node_of_cluster(redis_cluster.url, redis_prefix) as two,
    ):
        one.listen()
        two.listen()
        try:
            give(slot, other, masters)
            until(lambda: one.counted("reconnects") and two.counted("reconnects") and one.hears and two.hears)
            told(one, two, "after")
            assert redis_cluster.master_of(channel) == other
        finally:
            give(slot, home, masters)
            redis_cluster.wait_until_whole()


def give(slot: int, owner: Server, masters: list[Server]) -> None:
    """Let a master have an empty slot."""
    name = text_of(owner.ask("CLUSTER", "MYID"))
    for server in sorted(masters, key=lambda one: one != owner):
        assert server.ask("CLUSTER", "SETSLOT", slot, "NODE", name) == b"OK"
