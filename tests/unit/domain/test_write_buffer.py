"""When a write buffer is flushed, what it has room for, and what a failure does to its order."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.domain.buffer_rule import OVERFLOWS, BufferRule
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.pending import Hold
from hexcache.domain.write_buffer import WriteBuffer

ALIVE = 1e9


def buffer(**rule: Any) -> WriteBuffer:
    bounds: dict[str, Any] = {"max_items": 6, "max_bytes": 60, "flush_size": 3, "flush_bytes": 30, "flush_age": 5.0}
    return WriteBuffer(BufferRule(**{**bounds, **rule}))


def filled(*addresses: str, at: float = 0.0, **rule: Any) -> WriteBuffer:
    one = buffer(**rule)
    for address in addresses:
        assert one.accept(address, b"x", ALIVE, at)
    return one


def names(batch: list[Any]) -> str:
    return "".join(one.address for one in batch)


class TestTriggers:
    """What makes a flush due."""

    def test_nothing_is_never_due(self) -> None:
        assert buffer().pause(0.0) is None
        assert buffer().begin() == []

    def test_age_makes_it_due(self) -> None:
        one = filled("a", at=10.0)
        assert one.pause(10.0) == 5.0
        assert one.pause(14.0) == 1.0
        assert one.pause(15.0) == 0.0
        assert one.pause(99.0) == 0.0

    def test_a_write_that_is_replaced_again_and_again_grows_old_all_the_same(self) -> None:
        one = filled("a", "b", at=10.0)
        for now in (11.0, 13.0, 14.9):
            assert one.accept("a", b"%d" % int(now), ALIVE, now)
        assert one.pause(14.9) == pytest.approx(0.1)
        assert names(one.begin()) == "ba"

    def test_a_number_of_entries_makes_it_due(self) -> None:
        one = filled("a", "b", at=10.0)
        assert not one.crowded(10.0)
        one.accept("c", b"", ALIVE, 10.0)
        assert one.pause(10.0) == 0.0
        assert one.crowded(10.0)

    def test_a_number_of_bytes_makes_it_due(self) -> None:
        one = filled("a", at=10.0)
        assert one.accept("b", b"x" * 26, ALIVE, 10.0)
        assert not one.crowded(10.0)
        assert one.accept("a", b"xx", ALIVE, 10.0)
        assert one.size == 30
        assert one.crowded(10.0)
        assert one.pause(10.0) == 0.0

    def test_a_writer_who_wants_room_makes_it_due(self) -> None:
        one = filled("a")
        one.want_room()
        assert one.pause(0.0) == 0.0
        one.begin()
        one.landed()
        one.accept("b", b"", ALIVE, 0.0)
        assert one.pause(0.0) == 5.0, "the wish ends with the flush that it caused"

    def test_whoever_asks_makes_it_due_for_what_is_here(self) -> None:
        one = filled("a")
        assert one.ask() == 1
        assert one.pause(0.0) == 0.0
        one.begin()
        one.landed()
        one.accept("b", b"", ALIVE, 0.0)
        assert one.pause(0.0) == 5.0

    def test_a_flight_keeps_the_next_one_on_the_ground(self) -> None:
        one = filled("a", "b", "c", "d")
        assert names(one.begin()) == "abc"
        assert one.pause(99.0) is None
        assert one.begin() == []
        assert not one.crowded(99.0)

    def test_what_is_held_is_not_due(self) -> None:
        one = filled("a", "b")
        held = Hold(prefix="")
        one.hold(held)
        assert one.pause(99.0) is None
        assert one.begin() == []
        assert one.release(held)
        assert one.pause(99.0) == 0.0


class TestBatches:
    """What one flush takes."""

    def test_a_batch_is_bounded_in_entries(self) -> None:
        one = filled(*"abcde")
        assert names(one.begin()) == "abc"
        one.landed()
        assert names(one.begin()) == "de"

    def test_a_batch_is_bounded_in_bytes(self) -> None:
        one = buffer()
        for address, size in (("a", 20), ("b", 8), ("c", 0)):
            one.accept(address, b"x" * size, ALIVE, 0.0)
        assert names(one.begin()) == "ab"

    def test_a_blob_beyond_the_bytes_of_a_batch_goes_alone(self) -> None:
        one = buffer()
        one.accept("a", b"x" * 40, ALIVE, 0.0)
        one.accept("b", b"", ALIVE, 0.0)
        assert names(one.begin()) == "a"

    def test_a_batch_is_of_writes_or_of_removals(self) -> None:
        one = filled(*"abc")
        one.take_back(["b"], 0.0)
        assert names(one.begin()) == "ac"
        one.landed()
        (removal,) = one.begin()
        assert (removal.address, removal.blob, removal.lives(0.0)) == ("b", None, False)

    def test_what_is_held_is_left_out(self) -> None:
        one = filled(*"abc")
        one.hold(Hold(("a", "c")))
        assert names(one.begin()) == "b"


class TestRoom:
    """What is accepted."""

    def test_entries_in_flight_take_room(self) -> None:
        one = filled(*"abc")
        one.begin()
        for address in "def":
            assert one.accept(address, b"", ALIVE, 0.0)
        assert not one.accept("g", b"", ALIVE, 0.0)
        one.landed()
        assert one.accept("g", b"", ALIVE, 0.0)

    def test_a_write_in_the_place_of_another_takes_the_difference(self) -> None:
        one = filled(*"abcdef")
        assert not one.accept("g", b"", ALIVE, 0.0)
        assert one.accept("a", b"x" * 49, ALIVE, 0.0)
        assert one.size == 60
        assert not one.accept("b", b"xx", ALIVE, 0.0)
        assert one.accept("a", b"", ALIVE, 0.0)
        assert one.size == 11

    def test_what_never_fits_is_told_apart(self) -> None:
        one = filled("a")
        assert one.fits("b", b"x" * 59)
        assert not one.accept("b", b"x" * 59, ALIVE, 0.0)
        assert not one.fits("b", b"x" * 60)

    def test_giving_up_leaves_what_is_in_flight(self) -> None:
        one = filled(*"abcd")
        one.begin()
        one.give_up()
        assert len(one) == 3
        one.failed(0.0)
        assert names(one.begin()) == "abc"


class TestFailures:
    """A batch that did not arrive."""

    def test_it_is_brought_again_in_order_before_what_came_later(self) -> None:
        one = filled(*"abc")
        one.begin()
        one.accept("d", b"x", ALIVE, 0.0)
        one.accept("b", b"newer", ALIVE, 0.0)
        one.failed(0.0)
        assert names(one.begin()) == "acd"
        one.landed()
        (last,) = one.begin()
        assert last.blob == b"newer"

    def test_a_removal_that_came_meanwhile_wins(self) -> None:
        one = filled("a")
        one.begin()
        taken = one.take_back(["a", "x"], 0.0)
        assert [(address, was.blob) for address, was in taken.items()] == [("a", b"x")]
        one.failed(0.0)
        (removal,) = one.begin()
        assert removal.blob is None

    def test_pauses_grow_and_end_with_the_first_success(self) -> None:
        one = filled("a", retry=1.0, retry_max=3.0)
        pauses = []
        now = 100.0
        for _ in range(4):
            one.begin()
            one.failed(now)
            pauses.append(one.retry_in(now))
            assert one.pause(now) == one.retry_in(now)
            assert not one.crowded(now)
        assert pauses == [1.0, 2.0, 3.0, 3.0]
        assert one.pause(103.0) == 0.0
        one.begin()
        one.landed()
        one.accept("a", b"", ALIVE, now)
        assert one.pause(now) == 5.0

    def test_back_off_holds_up_size_and_wishes_but_not_who_asks(self) -> None:
        one = filled(*"abc", retry=1.0)
        one.begin()
        one.failed(0.0)
        one.want_room()
        assert one.pause(0.25) == 0.75
        one.ask()
        assert one.pause(0.25) == 0.0
        one.begin()
        one.failed(0.25)
        assert one.pause(0.25) == 2.0, "a failure ends what was asked"

    def test_age_is_counted_from_the_first_of_the_lost_writes(self) -> None:
        one = filled("a", at=10.0, retry=0.5)
        one.begin()
        one.accept("a", b"newer", ALIVE, 12.0)
        one.failed(12.0)
        assert one.oldest() == 10.0
        assert one.pause(12.5) == 2.5


class TestNumbers:
    """The order of acceptance."""

    def test_numbers_go_on_from_those_of_before(self) -> None:
        one = WriteBuffer(BufferRule(), latest=41)
        one.accept("a", b"", ALIVE, 0.0)
        assert (one.latest, one.left(41), one.left(42)) == (42, 0, 1)
        assert one.past(41)
        assert not one.past(42)

    def test_settling_spares_what_came_later(self) -> None:
        one = filled("a")
        number = one.latest
        one.accept("a", b"later", ALIVE, 0.0)
        one.settle("a", number)
        one.settle("unknown", 99)
        assert len(one) == 1
        one.settle("a", one.latest)
        assert (len(one), one.size) == (0, 0)


class TestRule:
    """Bounds of a rule."""

    @pytest.mark.parametrize("name", ["max_items", "max_bytes", "flush_size", "flush_bytes"])
    @pytest.mark.parametrize("value", [0, -1, True, 1.5, "1"])
    def test_a_number_is_whole_and_positive(self, name: str, value: Any) -> None:
        with pytest.raises(InvalidSetting, match=f"{name} is .*accepted: a whole number of 1 or more"):
            BufferRule(**{name: value})

    @pytest.mark.parametrize("name", ["flush_age", "retry", "retry_max"])
    @pytest.mark.parametrize("value", [0, -1.0, True, float("inf"), float("nan"), "1s"])
    def test_a_duration_is_positive_and_ends(self, name: str, value: Any) -> None:
        with pytest.raises(InvalidSetting, match=f"{name} is .*accepted: seconds"):
            BufferRule(**{name: value})

    @pytest.mark.parametrize(
        ("over", "bound"), [("flush_size", "max_items"), ("flush_bytes", "max_bytes"), ("retry", "retry_max")]
    )
    def test_a_trigger_lies_within_its_bound(self, over: str, bound: str) -> None:
        numbers: dict[str, Any] = {over: 5, bound: 5}
        BufferRule(**numbers)
        with pytest.raises(InvalidSetting, match=rf"{over} is 6; accepted: at most 5 \({bound}\)"):
            BufferRule(**{**numbers, over: 6})

    def test_a_policy_is_one_of_three(self) -> None:
        assert OVERFLOWS == ("block", "write_through", "refuse")
        with pytest.raises(InvalidSetting, match="overflow is 'drop'; accepted: block, write_through, refuse"):
            BufferRule(overflow="drop")  # type: ignore[arg-type]
