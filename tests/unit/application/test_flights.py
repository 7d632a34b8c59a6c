"""Flights: boarding, landing, detaching, and the graph of who waits for whom."""

from __future__ import annotations

import threading
import traceback

import pytest

from hexcache.application.flights import Flight, FlightTable, aboard
from hexcache.application.landing import NOT_OPENED, Landing
from hexcache.domain.entry import Entry
from hexcache.domain.errors import LoadCycle
from hexcache.domain.fill import ReadRule
from hexcache.domain.lookup import MISS

HERE = threading.get_ident()
ENTRY = Entry("k", "v", 0, 10.0, 20.0, 0.0)


def test_the_second_to_board_joins_the_first() -> None:
    table = FlightTable()
    flight, leads = table.board("k", None)
    again, joins = table.board("k", None)
    assert (leads, joins, again is flight, len(table), table.flying("k")) == (True, False, True, 1, True)
    table.remove(flight)
    assert (len(table), table.flying("k")) == (0, False)
    table.remove(flight)


def test_a_flight_lands_once() -> None:
    flight = Flight("k", None)
    landing = Landing(None, 1)
    flight.land(landing)
    flight.crash(OSError())
    flight.land(Landing(None, 2))
    assert flight.outcome() is landing
    crashed = Flight("k", None)
    crashed.crash(OSError("first"))
    crashed.crash(OSError("second"))
    crashed.land(landing)
    with pytest.raises(OSError, match="first"):
        crashed.outcome()


def test_a_shared_error_is_raised_from_where_it_arose_each_time() -> None:
    flight = Flight("k", None)
    try:
        raise OSError("once")
    except OSError as exc:
        flight.crash(exc)
    lengths = set()
    for _ in range(50):
        with pytest.raises(OSError, match="once") as caught:
            flight.outcome()
        lengths.add(len(traceback.extract_tb(caught.value.__traceback__)))
    assert len(lengths) == 1


def test_a_flight_that_begins_anew_is_boarded_and_detached_again() -> None:
    table = FlightTable()
    flight, _ = table.board("k", None)
    table.reattach(flight)
    table.detach(["k"])
    assert (flight.detached, table.flying("k")) == (True, False)
    table.reattach(flight)
    assert (flight.detached, table.flying("k")) == (False, True)
    assert table.board("k", None) == (flight, False)
    assert table.detach_within("") == 1
    assert flight.detached


def test_a_flight_that_begins_anew_leaves_its_place_to_the_one_that_took_it() -> None:
    table = FlightTable()
    flight, _ = table.board("k", None)
    table.detach(["k"])
    other, _ = table.board("k", None)
    table.reattach(flight)
    assert not flight.detached
    assert table.board("k", None) == (other, False)
    table.detach(["k"])
    assert (flight.detached, other.detached) == (True, True)


def test_a_flight_that_was_given_up_does_not_begin_anew() -> None:
    table = FlightTable()
    flight, _ = table.board("k", None)
    table.abandon(flight)
    table.reattach(flight)
    assert (flight.detached, table.flying("k")) == (True, False)


def test_whoever_wants_to_know_is_told_that_a_flight_was_detached() -> None:
    table = FlightTable()
    told: list[str] = []
    for name in ("detached", "abandoned"):
        flight, _ = table.board(name, None)
        flight.parting = lambda name=name: told.append(name)
        (table.detach(["detached"]) if name == "detached" else table.abandon(flight))
    assert told == ["detached", "abandoned"]


def test_detaching_takes_flights_out_and_marks_them() -> None:
    table = FlightTable()
    flights = {name: table.board(name, None)[0] for name in ("a", "b", "\x1fn\x1fc", "\x1fn/m\x1fd", "\x1fnm\x1fe")}
    assert table.detach(["a", "never"]) == 1
    assert table.detach_within("n") == 2
    assert [flight.detached for flight in flights.values()] == [True, False, True, True, False]
    assert table.detach_within("") == 2
    assert len(table) == 0


def test_a_blocking_caller_on_the_loops_own_thread_flies_alone_and_is_detached_too() -> None:
    table = FlightTable()
    first, _ = table.board("k", HERE)
    alone, leads = table.board("k", None)
    assert (leads, alone is not first, alone.loop_thread) == (True, True, None)
    assert table.detach(["k"]) == 2
    assert alone.detached
    assert table.detach(["k"]) == 0
    table.remove(alone)
    second, _ = table.board("\x1fn\x1fk", HERE)
    other, _ = table.board("\x1fn\x1fk", None)
    assert table.detach_within("n") == 2
    assert (second.detached, other.detached) == (True, True)


def test_a_flight_that_is_abandoned_is_neither_boarded_nor_stored() -> None:
    table = FlightTable()
    flight, _ = table.board("k", None)
    table.abandon(flight)
    assert flight.detached
    assert table.board("k", None)[1]


def test_quiet_flights_are_counted_until_they_end() -> None:
    table = FlightTable()
    flight = table.begin_quietly("k", None)
    assert flight is not None
    assert flight.quiet
    assert table.begin_quietly("k", None) is None
    table.detach(["k"])
    assert table.refreshing == 1
    table.remove(flight)
    assert table.refreshing == 0


def test_a_load_may_wait_for_others_but_not_for_itself() -> None:
    table = FlightTable()
    a, _ = table.board("a", None)
    with aboard(a), pytest.raises(LoadCycle, match="'a'"):
        table.board("a", None)
    with aboard(a):
        b, leads = table.board("b", None)
        assert leads
        with aboard(b):
            c, _ = table.board("c", None)
            with aboard(c), pytest.raises(LoadCycle):
                table.board("a", None)
            table.leave(c)
        table.leave(b)
    assert (a.waits, b.waits) == ([], [])
    with aboard(b):
        assert table.board("a", None) == (a, False)
        table.leave(a)


def test_a_cycle_that_closes_late_is_found_by_whoever_closes_it() -> None:
    table = FlightTable()
    a, _ = table.board("a", None)
    b, _ = table.board("b", None)
    c, _ = table.board("c", None)
    with aboard(a):
        table.board("b", None)
    with aboard(b):
        table.board("c", None)
        table.board("c", None)
    with aboard(c), pytest.raises(LoadCycle):
        table.board("a", None)
    with aboard(b):
        table.leave(c)
        table.leave(c)
    with aboard(c):
        assert table.board("a", None)[0] is a


def test_the_load_of_several_flights_waits_for_all_of_them() -> None:
    table = FlightTable()
    a, _ = table.board("a", None)
    b, _ = table.board("b", None)
    with aboard(a, b):
        for name in ("a", "b"):
            with pytest.raises(LoadCycle):
                table.board(name, None)


def test_several_flights_are_boarded_all_or_none() -> None:
    table = FlightTable()
    a, _ = table.board("a", None)
    boarded = table.board_all(["b", "a"], None)
    assert {name: leads for name, (_, leads) in boarded.items()} == {"b": True, "a": False}
    assert boarded["a"][0] is a
    with aboard(a):
        with pytest.raises(LoadCycle, match="'a'"):
            table.board_all(["new", "a", "other"], None)
        assert not table.flying("new")
        assert a.waits == []
        c, _ = table.board_all(["c", "b"], None)["c"]
        assert a.waits == [c, boarded["b"][0]]


def test_a_landing_gives_its_opened_value_to_one_and_the_entry_to_all() -> None:
    value = [1]
    landing = Landing(ENTRY, value)
    assert landing.take() is value
    assert landing.take() is NOT_OPENED
    assert Landing(ENTRY).take() is NOT_OPENED
    passing = Landing(None, value)
    assert passing.take() is passing.take() is value


@pytest.mark.parametrize(
    ("landing", "stale", "max_age", "suits"),
    [
        (Landing(ENTRY, loaded=True), "never", 0.0, True),
        (Landing(None, MISS), "never", 0.0, True),
        (Landing(ENTRY), "never", 6.0, True),
        (Landing(ENTRY), "never", 5.0, False),
        (Landing(ENTRY, stale=True), "revalidate", 6.0, True),
        (Landing(ENTRY, stale=True), "if_error", 6.0, False),
        (Landing(ENTRY, stale=True), "never", 6.0, False),
        (Landing(ENTRY, stale=True, covers=True), "if_error", 6.0, True),
        (Landing(ENTRY, stale=True, covers=True), "never", 6.0, False),
    ],
)
def test_a_joiner_takes_what_its_own_rule_accepts(landing: Landing, stale: str, max_age: float, suits: bool) -> None:
    rule = ReadRule(stale, max_age)  # type: ignore[arg-type]  # one of the modes
    assert landing.suits(rule, now=5.0) is suits
