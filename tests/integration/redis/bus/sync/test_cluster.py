# Generated from tests/integration/redis/bus/aio/test_cluster.py by tools/unasync.py. Do not edit.
"""On a cluster channels are sharded where the server knows that; a failover and a moved slot are told."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.bus.sync.bus import RedisBus
from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.domain.errors import StoreError
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.bus.sync.nodes import TOPIC, Node, message_of, node_by
from tests.integration.redis.bus.sync.primitives import link_to, pause, until
from tests.integration.redis.bus.clients import QUICK, connect_to
from tests.servers.asking import text_of
from tests.servers.binaries import find_any
from tests.servers.cluster import Cluster
from tests.servers.single import Server, single


def settings_of(cluster: Cluster) -> RedisSettings:
    """For links to a cluster, by any node that runs."""
    addresses = tuple(Address(node.host, node.port) for node in cluster.running)
    return RedisSettings(mode="cluster", addresses=addresses, connect_deadline=2.0, operation_deadline=2.0)


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
    with node_by(settings_of(redis_cluster), redis_prefix) as one:
        one.listen()
        with node_by(settings_of(redis_cluster), redis_prefix) as two:
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
    with node_by(settings_of(redis_cluster), redis_prefix) as one:
        one.listen()
        with node_by(settings_of(redis_cluster), redis_prefix) as two:
            two.bus.publish(TOPIC, *[message_of(number) for number in range(200)])
            until(lambda: len(one.got) == 200)
            assert one.subjects == [str(number) for number in range(200)]


def test_after_a_failover_all_are_told_and_hear_again(redis_cluster: Cluster, redis_prefix: str) -> None:
    channel = Channels(redis_prefix, slots=True).name(TOPIC)
    with (
        node_by(settings_of(redis_cluster), redis_prefix) as one,
        node_by(settings_of(redis_cluster), redis_prefix) as two,
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
        node_by(settings_of(redis_cluster), redis_prefix) as one,
        node_by(settings_of(redis_cluster), redis_prefix) as two,
    ):
        one.listen()
        two.listen()
        try:
            give(slot, other, home)
            until(lambda: one.counted("reconnects") and two.counted("reconnects") and one.hears and two.hears)
            told(one, two, "after")
        finally:
            give(slot, home, other)
            redis_cluster.wait_until_whole()


def give(slot: int, owner: Server, source: Server) -> None:
    """Move an empty slot as an operator does: by both ends, so that the rest of the cluster hears of it."""
    new, old = (text_of(server.ask("CLUSTER", "MYID")) for server in (owner, source))
    assert owner.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", old) == b"OK"
    assert source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", new) == b"OK"
    for server in (owner, source):
        assert server.ask("CLUSTER", "SETSLOT", slot, "NODE", new) == b"OK"


def test_where_the_server_knows_no_shards_plain_channels_are_used(redis_prefix: str) -> None:
    hidden: dict[str, str | int] = {f"rename-command {name}": '""' for name in ("SPUBLISH", "SSUBSCRIBE")}
    with single(find_any(), settings=hidden) as server:
        with link_to(server.url) as link:
            buses = [
                RedisBus(
                    Slotted(link), connect_to(server.url), entropy=SeededEntropy(seed), prefix=redis_prefix, rule=QUICK
                )
                for seed in range(3)
            ]
            one, two, speaker = [Node(bus) for bus in buses]
            one.listen()
            two.listen()
            two.say("by a listener")
            speaker.say("by one who only speaks")
            speaker.bus.publish(TOPIC, message_of("several"), message_of("at once"))
            until(lambda: len(one.got) == 4)
            assert one.subjects == ["by a listener", "by one who only speaks", "several", "at once"]
            assert (one.counted("errors"), speaker.counted("errors")) == (0, 0)
            for bus in buses:
                bus.close()


class Slotted(ClientLink):
    """A link that says that there are slots."""

    sharded = True

    def __init__(self, link: ClientLink) -> None:
        super().__init__(link._client)
