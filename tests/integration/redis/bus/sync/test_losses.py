# Generated from tests/integration/redis/bus/aio/test_losses.py by tools/unasync.py. Do not edit.
"""Messages that are lost, servers that go and come back: each is told as an epoch, once, and the bus goes on."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.redis.bus.sync.nodes import TOPIC, node
from tests.integration.redis.bus.sync.primitives import pause, until
from tests.integration.redis.bus.clients import QUICK
from tests.servers.fault_proxy import FaultProxy
from tests.servers.ports import free_ports
from tests.servers.single import Server

WATCHFUL = replace(QUICK, heartbeat=0.1, missed=5)
"""Finds out soon that nothing is heard."""


def test_what_was_published_while_the_server_was_away_is_one_epoch_for_the_others(
    valkey: Server, redis_proxy: FaultProxy, redis_prefix: str
) -> None:
    with node(redis_proxy.url, redis_prefix) as cut, node(valkey.url, redis_prefix) as other:
        cut.listen()
        other.listen()
        cut.say("before")
        until(lambda: other.subjects == ["before"])
        redis_proxy.refuse()
        redis_proxy.reset_all()
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                cut.say("lost")
        until(lambda: not cut.hears)
        redis_proxy.listen()
        until(lambda: other.epochs and cut.hears)
        cut.say("after")
        until(lambda: other.subjects[-1] == "after")
        pause(3 * QUICK.heartbeat)
        assert other.subjects == ["before", "epoch", "after"]
        assert (other.counted("gaps"), other.counted("silences")) == (1, 0)
        assert cut.subjects == ["epoch"]


def test_after_kill_9_and_a_restart_of_the_server_all_are_told_and_hear_again(
    own_redis: Server, redis_prefix: str
) -> None:
    with node(own_redis.url, redis_prefix) as one, node(own_redis.url, redis_prefix) as two:
        one.listen()
        two.listen()
        own_redis.process.kill()
        until(lambda: not one.hears and not two.hears)
        assert not one.bus.stats()["connected"]
        with pytest.raises(StoreError):
            one.say("lost")
        own_redis.process.start()
        until(lambda: one.hears and two.hears)
        one.say("after")
        two.say("after")
        until(lambda: one.subjects[-1:] == two.subjects[-1:] == ["after"])
        assert one.counted("reconnects") == two.counted("reconnects") == 1
        assert one.subjects == ["epoch", "after"]
        assert two.epochs in {1, 2}  # what was lost may have been lost before two was back, or after


def test_a_server_that_stands_still_is_not_heard_and_what_is_held_lapses_after_the_grace(
    own_redis: Server, redis_prefix: str
) -> None:
    rule = replace(WATCHFUL, grace=1.5)
    with node(own_redis.url, redis_prefix, rule, patience=0.3) as one:
        one.listen()
        own_redis.process.pause()
        until(lambda: not one.hears)
        assert one.epochs == 0
        until(lambda: one.epochs == 1)
        own_redis.process.resume()
        until(lambda: one.hears)
        assert one.epochs == 2


def test_a_connection_that_the_server_ends_is_replaced(own_redis: Server, redis_prefix: str) -> None:
    with node(own_redis.url, redis_prefix) as one:
        one.listen()
        for times in range(1, 4):
            assert own_redis.ask("CLIENT", "KILL", "TYPE", "pubsub") == 1
            until(lambda: one.counted("reconnects") == times and one.hears)  # noqa: B023
            assert one.epochs == times


def test_a_client_that_reconnects_behind_our_back_is_caught(own_redis: Server, redis_prefix: str) -> None:
    with node(own_redis.url, redis_prefix, retries=3) as one:
        one.listen()
        errors = one.counted("errors")
        assert own_redis.ask("CLIENT", "KILL", "TYPE", "pubsub") == 1
        until(lambda: one.epochs == 1 and one.hears)
        assert (one.counted("reconnects"), one.counted("errors")) == (1, errors)


def test_where_there_is_no_server_a_subscription_fails_at_once_and_stands_when_there_is_one(
    own_redis: Server, redis_prefix: str
) -> None:
    with node(own_redis.url, redis_prefix) as one:
        own_redis.process.kill()
        for _ in range(3):
            with pytest.raises(StoreUnavailable):
                one.listen()
        assert not one.hears
        own_redis.process.start()
        one.listen()
        assert one.hears
        assert one.subjects == []


def test_a_subscription_that_does_not_stand_in_time_is_given_up(own_redis: Server, redis_prefix: str) -> None:
    rule = replace(QUICK, deadline=0.2)
    with node(own_redis.url, redis_prefix, rule, patience=0.5) as one, node(own_redis.url, redis_prefix) as two:
        own_redis.process.pause()
        with pytest.raises(StoreTimeout):
            one.listen()
        own_redis.process.resume()
        two.say("after")
        pause(QUICK.heartbeat)
        assert one.subjects == []


def test_an_address_where_nobody_is_never_stands(redis_prefix: str) -> None:
    [port] = free_ports(1)
    with node(f"redis://127.0.0.1:{port}/0", redis_prefix, patience=0.5) as one:
        with pytest.raises(StoreUnavailable):
            one.listen()
        with pytest.raises(StoreUnavailable):
            one.say("lost")
        assert one.counted("errors") >= 2
        assert not one.bus.stats()["connected"]


def test_what_others_send_there_is_ignored_and_counted(any_redis: Server, redis_prefix: str) -> None:
    channel = Channels(redis_prefix, slots=False).name(TOPIC)
    with node(any_redis.url, redis_prefix) as one, node(any_redis.url, redis_prefix) as two:
        one.listen()
        for junk in (b"", b"hx\x01", b"hello", bytes(100), b"\xff" * 1_000_000):
            any_redis.ask("PUBLISH", channel, junk)
        two.say("real")
        until(lambda: one.subjects == ["real"])
        assert (one.counted("ignored"), one.counted("errors")) == (5, 0)


def test_a_user_without_the_channel_is_refused_and_one_with_it_is_not(secured_redis: Server) -> None:
    assert secured_redis.user is not None
    url = secured_redis.url_of(secured_redis.user)
    with node(url, "other:") as one:
        with pytest.raises(StoreRejected):
            one.listen()
        with pytest.raises(StoreRejected):
            one.say("refused")
    with node(url, secured_redis.user.prefix) as one:
        one.listen()
        assert one.hears


def test_who_says_farewell_is_not_missed(any_redis: Server, redis_prefix: str) -> None:
    with node(any_redis.url, redis_prefix) as one:
        one.listen()
        with node(any_redis.url, redis_prefix) as two:
            two.listen()
            tracker = next(iter(one.bus._listener._topics.values()))[1]._tracker
            until(lambda: len(tracker) == 1)
        until(lambda: len(tracker) == 0)
        assert (one.hears, one.subjects) == (True, [])


def test_who_leaves_one_topic_says_so_there_and_stays_in_the_other(any_redis: Server, redis_prefix: str) -> None:
    with node(any_redis.url, redis_prefix) as one, node(any_redis.url, redis_prefix) as two:
        one.listen()
        two.bus.subscribe("another", two.got.append)
        end = two.bus.subscribe(TOPIC, two.got.append)
        tracker = next(iter(one.bus._listener._topics.values()))[1]._tracker
        until(lambda: len(tracker) == 1)
        end()
        until(lambda: len(tracker) == 0)
        until(lambda: two.bus.stats()["connected"] and not two.hears)
        again = two.bus.subscribe(TOPIC, two.got.append)
        assert two.hears
        again()
        one.say("not heard")
        assert two.subjects == []


def test_a_closed_bus_has_no_thread_and_can_be_closed_again(any_redis: Server, redis_prefix: str) -> None:
    with node(any_redis.url, redis_prefix) as one:
        one.listen()
        running = threading.active_count()
        one.bus.close()
        one.bus.close()
        until(lambda: threading.active_count() == running - 1)
        one.listen()
        assert one.hears
