# Generated from tests/unit/application/aio/test_loading.py by tools/unasync.py. Do not edit.
"""Read-through: one load a key, its result and its error to all who waited, and nobody held up beyond the deadline."""

from __future__ import annotations

import traceback
from functools import partial

import pytest

from hexcache.domain.errors import InvalidLifetime, InvalidTag, LoadCycle, LoadTimeout, Unsupported, UnsupportedValue
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS, EntryView
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import gather, start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


def test_many_callers_of_a_cold_key_share_one_load() -> None:
    with Rig(1, 1) as rig:
        origin = Origin([1, 2])
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(20)]
        until(lambda: rig.core.stats.joined == 19)
        gate.release()
        results = [caller.result() for caller in callers]
        assert results == [[1, 2]] * 20
        assert len({id(result) for result in results}) == 20
        assert origin.calls == 1
        assert len(rig.core.flights) == 0


def test_a_loaded_value_is_stored_in_every_tier() -> None:
    with Rig(2, 2) as rig:
        assert rig.cache.get_or_set("k", Origin("v")) == "v"
        assert [rig.held(place, "k") for place in range(2)] == ["v", "v"]
        assert all(slot.tier.peek("k") for slot in rig.core.memory)


def test_an_error_of_the_loader_is_raised_as_it_is() -> None:
    with Rig(1, 1) as rig:
        origin = Origin(OriginDown("down"), 1)
        with pytest.raises(OriginDown, match="down"):
            rig.cache.get_or_set("k", origin)
        assert rig.cache.get_or_set("k", origin) == 1
        assert rig.witness.load_kinds() == ["failure"]
        assert rig.cache.stats()["load_failures"] == 1


def test_a_timeout_of_the_loader_itself_is_its_own_error() -> None:
    with Rig() as rig:
        with pytest.raises(TimeoutError, match="theirs") as caught:
            rig.cache.get_or_set("k", Origin(TimeoutError("theirs")))
        assert not isinstance(caught.value, LoadTimeout)


def test_a_failing_load_runs_once_and_all_get_its_error() -> None:
    with Rig(1, 1) as rig:
        origin = Origin(OriginDown("down"))
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(30)]
        until(lambda: rig.core.stats.joined == 29)
        gate.release()
        errors = [caller.error() for caller in callers]
        assert origin.calls == 1
        assert len({id(error) for error in errors}) == 1
        assert isinstance(errors[0], OriginDown)
        assert len(traceback.extract_tb(errors[0].__traceback__)) < 20


def test_a_hung_load_ends_at_its_deadline_and_the_next_caller_starts_anew() -> None:
    with Rig(load_timeout=0.05) as rig:
        hung = Origin("late")
        gate = hung.hold()
        callers = [start(rig.cache.get_or_set, "k", hung) for _ in range(3)]
        gate.entered()
        assert rig.cache.get_or_set("other", Origin(1)) == 1
        assert [type(caller.error()) for caller in callers] == [LoadTimeout] * 3
        assert rig.cache.get_or_set("k", Origin("new")) == "new"
        gate.release()
        assert rig.cache.get("k") == "new"
        assert hung.calls == 1
        assert rig.cache.stats()["load_timeouts"] == 1
        assert rig.witness.load_kinds() == ["timeout"]


def test_a_loader_that_asks_for_its_own_key_is_told_so() -> None:
    with Rig(1, 1) as rig:

        def circular() -> object:
            return rig.cache.get_or_set("k", circular)

        with pytest.raises(LoadCycle):
            rig.cache.get_or_set("k", circular)
        assert len(rig.core.flights) == 0


def test_a_loader_that_asks_for_its_own_key_through_another_load_is_told_so() -> None:
    with Rig(1, 1) as rig:

        def one() -> object:
            return rig.cache.get_or_set("two", two)

        def two() -> object:
            return rig.cache.get_or_set("one", one)

        with pytest.raises(LoadCycle):
            rig.cache.get_or_set("one", one)


def test_two_loads_that_wait_for_each_other_are_told_so() -> None:
    with Rig() as rig:
        origin = Origin(0)
        gate = origin.hold()

        def one() -> object:
            origin()
            return rig.cache.get_or_set("two", two)

        def two() -> object:
            origin()
            return rig.cache.get_or_set("one", one)

        first, second = start(rig.cache.get_or_set, "one", one), start(rig.cache.get_or_set, "two", two)
        gate.entered(2)
        gate.release()
        assert isinstance(first.error(), LoadCycle)
        assert isinstance(second.error(), LoadCycle)


def test_a_bulk_load_that_asks_for_one_of_its_keys_is_told_so() -> None:
    with Rig() as rig:

        def circular(keys: list[str]) -> dict[str, object]:
            return {key: rig.cache.get_or_set(keys[-1], Origin(1)) for key in keys}

        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a", "b"], circular)
        assert [type(error) for error in caught.value.exceptions] == [LoadCycle]
        assert len(rig.core.flights) == 0


def test_a_loader_may_ask_for_other_keys_and_write_its_own() -> None:
    with Rig(1, 1) as rig:

        def nested() -> object:
            rig.cache.set("k", "written by the loader")
            return rig.cache.get_or_set("other", Origin("inner")) + " and outer"

        assert rig.cache.get_or_set("k", nested) == "inner and outer"
        assert rig.cache.get("k") == "written by the loader"


def test_a_missing_thing_is_remembered_for_a_while() -> None:
    with Rig(1, 1, ttl=100) as rig:
        origin = Origin(Missing())
        assert rig.cache.get_or_set("k", origin, default="nothing") == "nothing"
        assert rig.cache.get_or_set("k", origin, default="still nothing") == "still nothing"
        rig.forget()
        assert rig.cache.get_or_set("k", origin) is None
        assert origin.calls == 1
        assert rig.cache.get("k", "default") == "default"
        assert rig.cache.get_many(["k"]) == {}
        assert not rig.cache.has("k")
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.missing, entry.value, entry.ttl) == (True, None, 30)
        rig.clock.advance(30)
        assert rig.cache.get_or_set("k", Origin("there now")) == "there now"


@pytest.mark.parametrize(
    ("said", "ttl", "life"), [(Missing("5s"), 100, 5), (Missing(), 7, 7), (Missing(None), 7, None)]
)
def test_a_missing_thing_lives_as_the_loader_says_or_as_the_call_at_most(
    said: Missing, ttl: float, life: float | None
) -> None:
    with Rig(1, 0) as rig:
        rig.cache.get_or_set("k", Origin(said), ttl=ttl)
        left = rig.cache.ttl("k")
        assert left == (float("inf") if life is None else life)


def test_a_missing_thing_that_is_not_to_be_remembered_gives_the_default_all_the_same() -> None:
    with Rig(missing_ttl=0) as rig:
        origin = Origin(Missing())
        assert rig.cache.get_or_set("k", origin, default="nothing") == "nothing"
        assert rig.cache.get_or_set_many(["k"], Origin({}), default="nothing") == {"k": "nothing"}
        assert rig.cache.get_entry("k") is None


def test_what_is_not_to_be_stored_goes_to_those_who_wait_each_their_own() -> None:
    with Rig(1, 1) as rig:
        origin = Origin(DoNotStore([1]))
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(3)]
        until(lambda: rig.core.stats.joined == 2)
        gate.release()
        results = [caller.result() for caller in callers]
        assert results == [[1], [1], [1]]
        assert len({id(result) for result in results}) == 3
        assert rig.cache.get("k", MISS) is MISS


def test_what_cannot_be_stored_may_still_be_passed_on() -> None:
    with Rig(1, 1) as rig:
        answer = object()
        assert rig.cache.get_or_set("k", Origin(DoNotStore(answer))) is answer
        with pytest.raises(UnsupportedValue):
            rig.cache.get_or_set("k", Origin(answer))
        assert rig.cache.get("k", MISS) is MISS


def test_the_loader_may_set_lifetime_and_tags() -> None:
    with Rig(1, 1, ttl=100, stale_ttl=50) as rig:
        rig.cache.get_or_set("k", Origin(Loaded(1, ttl=10, stale_ttl=0, tags=["mine"])), tags=["ours"])
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl, set(entry.tags)) == (10, 0, {"mine", "ours"})
        rig.cache.get_or_set("plain", Origin(Loaded(1)), ttl=7, stale_ttl="3s")
        entry = rig.cache.get_entry("plain")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (7, 3)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Loaded(1, ttl=-1), InvalidLifetime),
        (Loaded(1, stale_ttl="soon"), InvalidLifetime),
        (Loaded(1, tags="letters"), InvalidTag),
        (Loaded(1, tags=[f"tag{n}" for n in range(30)]), InvalidTag),
        (Missing(0), InvalidLifetime),
        (NotModified(), Unsupported),
        (Loaded(object()), UnsupportedValue),
    ],
    ids=["ttl", "stale_ttl", "tags as text", "too many tags", "missing ttl", "not modified", "value"],
)
def test_an_answer_that_cannot_be_kept_is_refused_and_nothing_is_stored(
    said: object, error: type[Exception]
) -> None:
    with Rig(1, 1) as rig:
        with pytest.raises(error):
            rig.cache.get_or_set("k", Origin(said), tags=["a", "b", "c"])
        assert rig.cache.get("k", MISS) is MISS
        assert rig.cache.get_or_set("k", Origin(1)) == 1


def test_not_modified_makes_the_shown_value_fresh_again() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", [1], tags=["t"])
        rig.clock.advance(20)
        origin = Origin(NotModified(ttl=30))
        assert rig.cache.get_or_set("k", origin, with_entry=True) == [1]
        (shown,) = origin.shown[0]
        assert isinstance(shown, EntryView)
        assert (shown.value, shown.stale, shown.age) == ([1], True, 20)
        entry = rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.age, entry.stale, entry.tags) == (30, 0, False, ("t",))
        rig.forget()
        assert rig.cache.ttl("k") == 30
        assert rig.cache.get("k") == [1]


def test_a_conditional_loader_is_shown_nothing_when_there_is_nothing() -> None:
    with Rig() as rig:
        origin = Origin(1)
        assert rig.cache.get_or_set("k", origin, with_entry=True) == 1
        assert origin.shown == [(None,)]


def test_what_is_shown_to_a_loader_is_its_own() -> None:
    with Rig(1, 0, ttl=10, stale_ttl=100, stale="if_error") as rig:
        rig.cache.set("k", [1])
        rig.clock.advance(20)

        def spoil(previous: EntryView[list[int]]) -> NotModified:
            previous.value.append(2)
            return NotModified()

        assert rig.cache.get_or_set("k", spoil, with_entry=True) == [1]


def test_not_modified_after_a_missing_thing_keeps_it_missing() -> None:
    with Rig(1, 1, ttl=10, stale="if_error") as rig:
        rig.cache.get_or_set("k", Origin(Loaded(1, ttl=10, stale_ttl=100)))
        rig.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(Missing())) is None
        assert rig.cache.get_or_set("k", Origin(1), default="gone") == "gone"


def test_max_age_loads_what_is_older_even_if_it_is_fresh() -> None:
    with Rig(1, 1, ttl=100) as rig:
        origin = Origin(1, 2, 3)
        assert rig.cache.get_or_set("k", origin) == 1
        rig.clock.advance(9)
        assert rig.cache.get_or_set("k", origin, max_age=10) == 1
        rig.clock.advance(1)
        assert rig.cache.get_or_set("k", origin, max_age=10) == 2
        assert rig.cache.get("k") == 2
        rig.forget()
        assert rig.cache.get("k") == 2


def test_max_age_of_the_policy_holds_for_every_call() -> None:
    with Rig(1, 0, ttl=100, max_age=10) as rig:
        origin = Origin(1, 2)
        assert rig.cache.get_or_set("k", origin) == 1
        rig.clock.advance(11)
        assert rig.cache.get_or_set("k", origin) == 2


def test_callers_with_a_short_max_age_take_what_was_loaded_while_they_waited() -> None:
    with Rig(1, 0, ttl=100) as rig:
        origin = Origin("v")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin, max_age=0.001) for _ in range(10)]
        until(lambda: rig.core.stats.joined == 9)
        gate.release()
        until(lambda: not len(rig.core.flights))
        rig.clock.advance(1)
        assert [caller.result() for caller in callers] == ["v"] * 10
        assert origin.calls == 1


def test_max_age_is_not_answered_by_a_flight_that_served_an_older_entry() -> None:
    with Rig(1, 1, ttl=100) as rig:
        rig.cache.set("k", "old")
        rig.clock.advance(50)
        rig.forget()
        gate = rig.stores[0].hold("get")
        easy = start(rig.cache.get_or_set, "k", Origin("unused"))
        gate.entered()
        strict = start(rig.cache.get_or_set, "k", Origin("new"), max_age=10)
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert easy.result() == "old"
        assert strict.result() == "new"


def test_arguments_of_the_call_are_bound_by_partial() -> None:
    def load(number: int) -> int:
        return number + 1

    with Rig() as rig:
        assert rig.cache.get_or_set("k", partial(load, 41)) == 42


def test_slow_tiers_are_waited_for_beyond_the_loads_own_deadline() -> None:
    with Rig(1, 1, load_timeout=0.01, deadline=20) as rig:
        gate = rig.stores[0].hold("get")
        caller = start(rig.cache.get_or_set, "k", Origin(1))
        gate.entered()
        joiner = start(rig.cache.get_or_set, "k", Origin(2))
        until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert gather([caller.result, joiner.result]) == [1, 1]


def test_statistics_tell_loads_from_joins_and_hits() -> None:
    with Rig(1, 1) as rig:
        rig.cache.get_or_set("k", Origin(1))
        rig.cache.get_or_set("k", Origin(1))
        rig.cache.get_or_set("l", Origin([1]))
        rig.cache.get_or_set("l", Origin([1]))
        rig.forget()
        rig.cache.get_or_set("k", Origin(1))
        stats = rig.cache.stats()
        assert (stats["loads"], stats["misses"], stats["memory_hits"], stats["hits"]) == (2, 2, 1, 3)
        assert stats["in_flight"] == 0


def test_a_bulk_load_within_a_bulk_load_of_the_same_keys_is_told_so_and_leaves_no_flight() -> None:
    with Rig() as rig:

        def circular(keys: list[str]) -> dict[str, object]:
            return rig.cache.get_or_set_many(["new", *keys], Origin({}))

        with pytest.raises(ExceptionGroup) as caught:
            rig.cache.get_or_set_many(["a", "b"], circular)
        assert [type(error) for error in caught.value.exceptions] == [LoadCycle]
        assert len(rig.core.flights) == 0


def test_work_that_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    with Rig() as rig:

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "launch", refuse)
            with pytest.raises(RuntimeError, match="thread"):
                rig.cache.get_or_set("k", Origin(1))
        assert len(rig.core.flights) == 0
        assert rig.cache.get_or_set("k", Origin(1)) == 1


def test_a_flight_that_never_ends_is_given_up_by_those_who_wait() -> None:
    with Rig(load_timeout=0.01) as rig:
        rig.assembly.filler._slack = 0.01
        lost = rig.core.flights.begin_quietly("k", None)
        assert lost is not None
        with pytest.raises(LoadTimeout):
            rig.cache.get_or_set("k", Origin("unused"))
        assert rig.cache.get_or_set("k", Origin("new")) == "new"
        assert lost.detached


def test_a_value_in_a_deeper_memory_tier_is_brought_up_by_a_read_that_loads() -> None:
    with Rig(3, 0) as rig:
        rig.cache.set("k", [1])
        rig.core.memory[0].tier.clear()
        rig.core.memory[1].tier.clear()
        assert rig.cache.get_or_set("k", Origin("unused")) == [1]
        assert all(slot.tier.peek("k") for slot in rig.core.memory)
