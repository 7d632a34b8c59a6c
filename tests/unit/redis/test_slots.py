"""What is known of a cluster's slots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.settings import Address
from hexcache.adapters.outbound.redis.slots import SLOTS, SlotTable, redirected, slot_of

HERE = Address("10.0.0.1", 7000)
REPLY = [
    [0, 8000, [b"10.0.0.2", 7001, b"id"], [b"10.0.0.3", 7002, b"id"]],
    [8001, 16000, [b"", 7000, b"id"], [None, 7003, b"id"]],
]


@pytest.mark.parametrize(
    ("key", "slot"), [(b"123456789", 12739), (b"{user}.a", 5474), (b"{user}.b", 5474), (b"{}a", 14817), (b"", 0)]
)
def test_slots_are_those_of_the_servers(key: bytes, slot: int) -> None:
    if key == b"{}a":
        assert slot_of(key) != slot_of(b"{}b")  # an empty tag is none
    else:
        assert slot_of(key) == slot


def test_a_reply_says_who_serves_what() -> None:
    table = SlotTable.told(REPLY, HERE)
    assert table.primary(0) == table.primary(8000) == Address("10.0.0.2", 7001)
    assert table.replicas(5) == (Address("10.0.0.3", 7002),)
    assert table.primary(8001) == HERE
    assert table.replicas(9000) == (Address("10.0.0.1", 7003),)
    assert table.primary(16001) is None
    assert table.primaries == (Address("10.0.0.2", 7001), HERE)
    assert set(table.nodes) == {*table.primaries, Address("10.0.0.3", 7002), Address("10.0.0.1", 7003)}


@given(st.integers(0, SLOTS - 1))
def test_a_redirect_changes_one_slot(slot: int) -> None:
    table, other = SlotTable.told(REPLY, HERE), SlotTable.told(REPLY, HERE)
    table.moved(slot, Address("new", 1))
    assert table.primary(slot) == Address("new", 1)
    assert table.replicas(slot) == ()
    for near in {slot - 1, slot + 1} & set(range(SLOTS)):
        assert table.primary(near) == other.primary(near)


@pytest.mark.parametrize("reply", [[], None, b"OK", [[0, 1]], [[1, 0, [b"h", 1]]], [[0, SLOTS, [b"h", 1]]], [["x"]]])
def test_what_tells_of_no_slot_is_refused(reply: object) -> None:
    with pytest.raises(ValueError, match="cluster"):
        SlotTable.told(reply, HERE)


def test_a_redirect_without_a_host_points_to_the_one_who_gave_it() -> None:
    assert redirected("", 7005, HERE) == Address("10.0.0.1", 7005)
    assert redirected("there", 7005, HERE) == Address("there", 7005)
