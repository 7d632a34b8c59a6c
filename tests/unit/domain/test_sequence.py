"""A listener finds out about every loss with the next beat, once, and about nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.numbering import Numbering
from hexcache.domain.sequence import FORGET_AFTER, SequenceTracker, Told
from tests.unit.domain.laws import law
from tests.unit.domain.sending import Senders, listen

GOOD = ("begin", "accept", "settle", "beat", "fail after all")
BAD = (*GOOD, "fail", "not sent")
whos = st.integers(0, 5)


def courses(steps: tuple[str, ...]) -> st.SearchStrategy[list[tuple[str, int]]]:
    """Steps of several senders, mixed."""
    return st.lists(st.tuples(st.sampled_from(steps), whos), max_size=60)


def based() -> SequenceTracker:
    """A listener that has heard the origin's first beat."""
    tracker = SequenceTracker()
    assert tracker.beat(b"origin", 0, 0.0, period=1.0) is Told.UNKNOWN
    return tracker


class TestGaps:
    """Numbers that are missing."""

    @law
    @given(courses(GOOD))
    def test_where_nothing_is_lost_there_is_no_gap_however_senders_overtake_each_other(
        self, course: list[tuple[str, int]]
    ) -> None:
        senders = Senders()
        for what, which in course:
            senders.step(what, which)
        senders.end()
        assert Told.GAP not in listen(based(), senders.stream)

    @law
    @given(courses(GOOD), st.integers(0, 200), st.integers(0, 200))
    def test_a_listener_that_comes_late_finds_none_either(
        self, course: list[tuple[str, int]], place: int, again: int
    ) -> None:
        """It hears the rest of a stream, and may have to begin once more; failures are older than it."""
        senders = Senders()
        for what, which in course:
            senders.step(what, which)
        senders.end()
        stream = [item if len(item) == 2 else (*item[:2], 1.0) for item in senders.stream]
        tracker = SequenceTracker()
        assert Told.GAP not in listen(tracker, stream[place:again])
        tracker.begin(0.0)
        assert Told.GAP not in listen(tracker, stream[max(place, again) :])

    @law
    @given(courses(BAD), st.sets(st.integers(1, 60)))
    def test_every_loss_is_told_with_the_next_beat_at_the_latest_and_once(
        self, course: list[tuple[str, int]], dropped: set[int]
    ) -> None:
        senders = Senders()
        for what, which in course:
            senders.step(what, which)
        senders.end()
        tracker = based()
        told = listen(tracker, senders.stream, frozenset(dropped))
        sent = {item[1] for item in senders.stream if len(item) == 2}
        lost = senders.lost | (sent & dropped)
        assert (Told.GAP in told) == bool(lost)
        assert told.count(Told.GAP) <= len(lost)
        assert tracker.beat(b"origin", senders.numbers.done, 0.0, period=1.0) is Told.NEXT

    @law
    @given(courses(BAD), st.sets(st.integers(1, 60)))
    def test_a_gap_is_told_only_if_something_before_it_was_lost_that_no_gap_has_told(
        self, course: list[tuple[str, int]], dropped: set[int]
    ) -> None:
        senders = Senders()
        for what, which in course:
            senders.step(what, which)
        senders.end()
        tracker, through = based(), 0
        for item in senders.stream:
            told = listen(tracker, [item], frozenset(dropped))
            if told == [Told.GAP]:
                done = item[1]
                assert (senders.lost | dropped) & set(range(through + 1, done + 1))
                through = done

    def test_a_number_that_is_missing_is_awaited_until_a_beat_says_that_it_is_done(self) -> None:
        tracker = based()
        assert tracker.message(b"origin", 2, 0.0) is Told.EARLY
        assert tracker.beat(b"origin", 0, 0.0, period=1.0) is Told.NEXT
        assert tracker.message(b"origin", 1, 0.0) is Told.NEXT
        assert tracker.message(b"origin", 3, 0.0) is Told.NEXT
        assert tracker.message(b"origin", 5, 0.0) is Told.EARLY
        assert tracker.beat(b"origin", 5, 0.0, period=1.0) is Told.GAP
        assert tracker.message(b"origin", 4, 0.0) is Told.LATE
        assert tracker.message(b"origin", 6, 0.0) is Told.NEXT

    def test_what_was_heard_before_is_late(self) -> None:
        tracker = based()
        tracker.message(b"origin", 1, 0.0)
        tracker.message(b"origin", 3, 0.0)
        assert tracker.message(b"origin", 1, 0.0) is Told.LATE
        assert tracker.message(b"origin", 3, 0.0) is Told.LATE

    def test_a_full_window_decides_without_a_beat_and_once(self) -> None:
        tracker = SequenceTracker(window=3)
        tracker.beat(b"origin", 0, 0.0, period=1.0)
        told = [tracker.message(b"origin", number, 0.0) for number in range(2, 8)]
        assert told == [Told.EARLY, Told.EARLY, Told.EARLY, Told.GAP, Told.NEXT, Told.NEXT]
        assert tracker.beat(b"origin", 7, 0.0, period=1.0) is Told.NEXT

    def test_origins_are_counted_apart(self) -> None:
        tracker = SequenceTracker()
        for origin in (b"one", b"two"):
            tracker.beat(origin, 0, 0.0, period=1.0)
        assert tracker.message(b"one", 1, 0.0) is Told.NEXT
        assert tracker.beat(b"two", 1, 0.0, period=1.0) is Told.GAP
        assert tracker.beat(b"one", 1, 0.0, period=1.0) is Told.NEXT


class TestBeginning:
    """What was before nobody missed."""

    def test_the_first_beat_says_where_counting_begins(self) -> None:
        tracker = SequenceTracker()
        assert tracker.beat(b"origin", 70, 0.0, period=1.0) is Told.UNKNOWN
        assert tracker.message(b"origin", 71, 0.0) is Told.NEXT
        assert tracker.beat(b"origin", 72, 0.0, period=1.0) is Told.GAP

    def test_the_first_message_may_come_before_the_first_beat(self) -> None:
        tracker = SequenceTracker()
        assert tracker.message(b"origin", 70, 0.0) is Told.UNKNOWN
        assert tracker.message(b"origin", 69, 0.0) is Told.LATE
        assert tracker.message(b"origin", 71, 0.0) is Told.NEXT
        assert tracker.beat(b"origin", 71, 0.0, period=1.0) is Told.NEXT

    def test_what_is_missing_between_two_that_were_heard_is_a_gap_all_the_same(self) -> None:
        tracker = SequenceTracker()
        tracker.message(b"origin", 70, 0.0)
        tracker.message(b"origin", 72, 0.0)
        assert tracker.beat(b"origin", 72, 0.0, period=1.0) is Told.GAP

    @pytest.mark.parametrize(("lossless", "told"), [(4.0, Told.GAP), (5.0, Told.GAP), (5.1, Told.UNKNOWN)])
    def test_a_loss_that_is_younger_than_this_listener_is_told_with_the_first_beat(
        self, lossless: float, told: Told
    ) -> None:
        tracker = SequenceTracker()
        tracker.begin(100.0)
        assert tracker.beat(b"origin", 70, 105.0, period=1.0, lossless=lossless) is told
        assert tracker.beat(b"origin", 70, 106.0, period=1.0, lossless=lossless + 1) is Told.NEXT

    def test_beginning_again_counts_anew_for_those_who_are_known(self) -> None:
        tracker = based()
        tracker.message(b"origin", 1, 0.0)
        tracker.begin(10.0)
        assert tracker.message(b"origin", 50, 11.0) is Told.NEXT
        assert tracker.beat(b"origin", 50, 11.0, period=1.0, lossless=1.5) is Told.NEXT
        tracker.begin(20.0)
        assert tracker.beat(b"origin", 60, 21.0, period=1.0, lossless=0.5) is Told.GAP


class TestSilence:
    """An origin that is not heard any more."""

    def test_it_is_silent_after_three_of_its_beats_and_told_once(self) -> None:
        tracker = SequenceTracker()
        tracker.beat(b"slow", 0, 0.0, period=5.0)
        tracker.beat(b"quick", 0, 0.0, period=1.0)
        assert [tracker.overdue(now) for now in (3.0, 3.1, 3.2, 15.0, 15.1, 16.0)] == [0, 1, 0, 0, 1, 0]
        assert tracker.silent == 2

    def test_who_never_beat_is_not_missed_and_is_forgotten(self) -> None:
        tracker = SequenceTracker()
        tracker.message(b"origin", 1, 0.0)
        assert (tracker.overdue(FORGET_AFTER), len(tracker)) == (0, 1)
        assert (tracker.overdue(FORGET_AFTER + 0.1), len(tracker)) == (0, 0)

    def test_whatever_is_heard_of_it_ends_its_silence(self) -> None:
        for is_beat in (True, False):
            tracker = based()
            assert (tracker.overdue(5.0), tracker.silent) == (1, 1)
            if is_beat:
                assert tracker.beat(b"origin", 0, 9.0, period=1.0) is Told.NEXT
            else:
                assert tracker.message(b"origin", 1, 9.0) is Told.NEXT
            assert (tracker.overdue(10.0), tracker.silent) == (0, 0)
            assert tracker.overdue(20.0) == 1

    def test_its_return_shows_what_it_could_not_tell(self) -> None:
        tracker = based()
        tracker.overdue(5.0)
        assert tracker.beat(b"origin", 2, 9.0, period=1.0) is Told.GAP

    def test_a_farewell_ends_it_without_a_silence(self) -> None:
        tracker = based()
        tracker.farewell(b"origin")
        tracker.farewell(b"never heard")
        assert (tracker.overdue(100.0), tracker.silent, len(tracker)) == (0, 0, 0)

    def test_a_farewell_of_a_silent_origin_ends_its_silence(self) -> None:
        tracker = based()
        tracker.overdue(5.0)
        tracker.farewell(b"origin")
        assert tracker.silent == 0

    def test_it_is_forgotten_after_a_while(self) -> None:
        tracker = based()
        assert tracker.overdue(5.0) == 1
        assert tracker.overdue(FORGET_AFTER) == 0
        assert (len(tracker), tracker.silent) == (1, 1)
        assert tracker.overdue(FORGET_AFTER + 0.1) == 0
        assert (len(tracker), tracker.silent) == (0, 0)

    def test_beginning_again_gives_time_to_those_who_were_heard_and_not_to_the_silent(self) -> None:
        tracker = based()
        tracker.beat(b"silent", 0, 0.0, period=1.0)
        tracker.beat(b"origin", 0, 4.0, period=1.0)
        assert tracker.overdue(4.0) == 1
        tracker.begin(50.0)
        assert (tracker.overdue(53.0), tracker.overdue(53.1)) == (0, 1)
        assert tracker.overdue(FORGET_AFTER + 1.0) == 0
        assert len(tracker) == 1


class TestBounds:
    """Nothing grows without end."""

    @law
    @given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 9), st.integers(1, 99), st.booleans()), max_size=60))
    def test_only_so_many_origins_are_remembered(self, most: int, heard: list[tuple[int, int, bool]]) -> None:
        tracker = SequenceTracker(max_origins=most)
        for moment, (who, number, is_beat) in enumerate(heard):
            origin = str(who).encode()
            if is_beat:
                tracker.beat(origin, number, moment, period=1.0)
            else:
                tracker.message(origin, number, moment)
            tracker.overdue(moment)
            assert len(tracker) <= most
            assert 0 <= tracker.silent <= len(tracker)

    def test_the_one_that_was_heard_least_recently_goes(self) -> None:
        tracker = SequenceTracker(max_origins=2)
        tracker.message(b"one", 1, 0.0)
        tracker.message(b"two", 1, 1.0)
        tracker.message(b"one", 2, 2.0)
        tracker.message(b"three", 1, 3.0)
        assert tracker.message(b"one", 3, 4.0) is Told.NEXT
        assert tracker.message(b"two", 2, 5.0) is Told.UNKNOWN

    @pytest.mark.parametrize(
        "bound", [{"missed": 1}, {"max_origins": 0}, {"window": 0}, {"forget_after": 0}, {"forget_after": float("nan")}]
    )
    def test_a_bound_that_cannot_be_used_is_named(self, bound: dict[str, float]) -> None:
        (name,) = bound
        with pytest.raises(InvalidSetting, match=f"{name} is .*accepted"):
            SequenceTracker(**bound)  # type: ignore[arg-type]  # the point of the test


class TestNumbering:
    """The sender's side."""

    def test_numbers_are_given_once_from_one(self) -> None:
        numbers = Numbering()
        assert [*numbers.allot(), *numbers.allot(3), *numbers.allot()] == [1, 2, 3, 4, 5]

    def test_what_is_done_ends_before_the_first_that_is_under_way(self) -> None:
        numbers = Numbering()
        assert numbers.done == 0
        first, second = numbers.allot(2), numbers.allot(1)
        numbers.settle(second, 0.0, lost=False)
        assert numbers.done == 0
        numbers.settle(first, 0.0, lost=False)
        assert numbers.done == 3

    def test_what_was_not_sent_takes_a_number_that_is_done(self) -> None:
        numbers = Numbering()
        assert numbers.lossless(5.0) == float("inf")
        numbers.lose(5.0)
        assert (numbers.done, numbers.lossless(8.0)) == (1, 3.0)

    def test_only_a_loss_is_one(self) -> None:
        numbers = Numbering()
        numbers.settle(numbers.allot(), 5.0, lost=False)
        assert numbers.lossless(8.0) == float("inf")
        numbers.settle(numbers.allot(), 6.0, lost=True)
        assert numbers.lossless(8.0) == 2.0
