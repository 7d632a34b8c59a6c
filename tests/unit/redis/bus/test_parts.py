"""Channels, nodes and rules."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.redis.bus.channels import Channels
from hexcache.adapters.outbound.redis.bus.node import Node
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.domain.errors import InvalidSetting
from hexcache.testing.clock import MovedClock


class TestChannels:
    """Where a topic is told."""

    def test_a_topic_has_a_channel_that_begins_with_the_prefix_and_is_no_address(self) -> None:
        assert Channels("app:", slots=False).name("shop") == b"app:\x1fbus1:shop"

    def test_on_a_cluster_all_share_a_slot(self) -> None:
        channels = Channels("app:", slots=True)
        assert channels.name("shop") == b"app:{\x1fbus1}:shop"
        assert (channels.publish, Channels("", slots=False).publish) == ("SPUBLISH", "PUBLISH")

    def test_a_server_that_knows_no_shards_is_used_without(self) -> None:
        channels = Channels("", slots=True)
        assert not channels.give_up_shards(ValueError("no permission"))
        assert channels.give_up_shards(ValueError("unknown command 'SSUBSCRIBE', with args"))
        assert (channels.sharded, channels.publish) == (False, "PUBLISH")
        assert not channels.give_up_shards(ValueError("unknown command 'PUBLISH'"))


class TestNode:
    """What a node says of itself."""

    def test_topics_are_numbered_apart(self, moved_clock: MovedClock) -> None:
        node = Node(b"somebody", BusRule(), moved_clock.monotonic)
        assert [*node.allot("a", 2), *node.allot("b", 1), *node.allot("a", 1)] == [1, 2, 1, 3]
        node.settle("a", range(1, 3), lost=False)
        assert (node.beat("a").done, node.beat("b").done, node.beat("c").done) == (2, 0, 0)

    def test_a_loss_is_said_with_its_age(self, moved_clock: MovedClock) -> None:
        node = Node(b"somebody", BusRule(heartbeat=2.0), moved_clock.monotonic)
        node.lose("a")
        moved_clock.advance(3.0)
        beat = node.beat("a", last=True)
        assert (beat.done, beat.lossless, beat.period, beat.last) == (1, 3.0, 2.0, True)
        assert node.beat("b").lossless == float("inf")


class TestRule:
    """How often, how patient."""

    @pytest.mark.parametrize("name", ["heartbeat", "missed", "grace", "deadline", "retry_first", "retry_most"])
    @pytest.mark.parametrize("value", [0, -1, float("nan")])
    def test_a_number_that_cannot_be_used_is_named(self, name: str, value: Any) -> None:
        with pytest.raises(InvalidSetting, match=f"{name} is .*accepted"):
            BusRule(**{name: value})

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"missed": 1}, "missed is 1; accepted: a whole number of 2"),
            ({"heartbeat": float("inf")}, "heartbeat is inf"),
            ({"heartbeat": 0.001}, "heartbeat is 0.001; accepted: 0.01 s or more"),
            ({"retry_first": 9.0}, "retry_first is 9.0; accepted: at most retry_most"),
        ],
    )
    def test_what_goes_together_is_checked(self, values: dict[str, Any], said: str) -> None:
        with pytest.raises(InvalidSetting, match=said):
            BusRule(**values)

    def test_the_grace_may_be_endless(self) -> None:
        assert BusRule(grace=float("inf")).grace == float("inf")
