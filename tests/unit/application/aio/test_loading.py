"""Read-through: one load a key, its result and its error to all who waited, and nobody held up beyond the deadline."""

from __future__ import annotations

import traceback
from functools import partial

import pytest

from hexcache.domain.errors import InvalidLifetime, InvalidTag, LoadCycle, LoadTimeout, Unsupported, UnsupportedValue
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import MISS, EntryView
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import gather, start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


async def test_many_callers_of_a_cold_key_share_one_load() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin([1, 2])
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(20)]
        await until(lambda: rig.core.stats.joined == 19)
        gate.release()
        results = [await caller.result() for caller in callers]
        assert results == [[1, 2]] * 20
        assert len({id(result) for result in results}) == 20
        assert origin.calls == 1
        assert len(rig.core.flights) == 0


async def test_a_loaded_value_is_stored_in_every_tier() -> None:
    async with AsyncRig(2, 2) as rig:
        assert await rig.cache.get_or_set("k", AsyncOrigin("v")) == "v"
        assert [rig.held(place, "k") for place in range(2)] == ["v", "v"]
        assert all(slot.tier.peek("k") for slot in rig.core.memory)


async def test_an_error_of_the_loader_is_raised_as_it_is() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin(OriginDown("down"), 1)
        with pytest.raises(OriginDown, match="down"):
            await rig.cache.get_or_set("k", origin)
        assert await rig.cache.get_or_set("k", origin) == 1
        assert rig.witness.load_kinds() == ["failure"]
        assert rig.cache.stats()["load_failures"] == 1


async def test_a_timeout_of_the_loader_itself_is_its_own_error() -> None:
    async with AsyncRig() as rig:
        with pytest.raises(TimeoutError, match="theirs") as caught:
            await rig.cache.get_or_set("k", AsyncOrigin(TimeoutError("theirs")))
        assert not isinstance(caught.value, LoadTimeout)


async def test_a_failing_load_runs_once_and_all_get_its_error() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin(OriginDown("down"))
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(30)]
        await until(lambda: rig.core.stats.joined == 29)
        gate.release()
        errors = [await caller.error() for caller in callers]
        assert origin.calls == 1
        assert len({id(error) for error in errors}) == 1
        assert isinstance(errors[0], OriginDown)
        assert len(traceback.extract_tb(errors[0].__traceback__)) < 20


async def test_a_hung_load_ends_at_its_deadline_and_the_next_caller_starts_anew() -> None:
    async with AsyncRig(load_timeout=0.05) as rig:
        hung = AsyncOrigin("late")
        gate = hung.hold()
        callers = [start(rig.cache.get_or_set, "k", hung) for _ in range(3)]
        await gate.entered()
        assert await rig.cache.get_or_set("other", AsyncOrigin(1)) == 1
        assert [type(await caller.error()) for caller in callers] == [LoadTimeout] * 3
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        gate.release()
        assert await rig.cache.get("k") == "new"
        assert hung.calls == 1
        assert rig.cache.stats()["load_timeouts"] == 1
        assert rig.witness.load_kinds() == ["timeout"]


async def test_a_loader_that_asks_for_its_own_key_is_told_so() -> None:
    async with AsyncRig(1, 1) as rig:

        async def circular() -> object:
            return await rig.cache.get_or_set("k", circular)

        with pytest.raises(LoadCycle):
            await rig.cache.get_or_set("k", circular)
        assert len(rig.core.flights) == 0


async def test_a_loader_that_asks_for_its_own_key_through_another_load_is_told_so() -> None:
    async with AsyncRig(1, 1) as rig:

        async def one() -> object:
            return await rig.cache.get_or_set("two", two)

        async def two() -> object:
            return await rig.cache.get_or_set("one", one)

        with pytest.raises(LoadCycle):
            await rig.cache.get_or_set("one", one)


async def test_two_loads_that_wait_for_each_other_are_told_so() -> None:
    async with AsyncRig() as rig:
        origin = AsyncOrigin(0)
        gate = origin.hold()

        async def one() -> object:
            await origin()
            return await rig.cache.get_or_set("two", two)

        async def two() -> object:
            await origin()
            return await rig.cache.get_or_set("one", one)

        first, second = start(rig.cache.get_or_set, "one", one), start(rig.cache.get_or_set, "two", two)
        await gate.entered(2)
        gate.release()
        assert isinstance(await first.error(), LoadCycle)
        assert isinstance(await second.error(), LoadCycle)


async def test_a_bulk_load_that_asks_for_one_of_its_keys_is_told_so() -> None:
    async with AsyncRig() as rig:

        async def circular(keys: list[str]) -> dict[str, object]:
            return {key: await rig.cache.get_or_set(keys[-1], AsyncOrigin(1)) for key in keys}

        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a", "b"], circular)
        assert [type(error) for error in caught.value.exceptions] == [LoadCycle]
        assert len(rig.core.flights) == 0


async def test_a_loader_may_ask_for_other_keys_and_write_its_own() -> None:
    async with AsyncRig(1, 1) as rig:

        async def nested() -> object:
            await rig.cache.set("k", "written by the loader")
            return await rig.cache.get_or_set("other", AsyncOrigin("inner")) + " and outer"

        assert await rig.cache.get_or_set("k", nested) == "inner and outer"
        assert await rig.cache.get("k") == "written by the loader"


async def test_a_missing_thing_is_remembered_for_a_while() -> None:
    async with AsyncRig(1, 1, ttl=100) as rig:
        origin = AsyncOrigin(Missing())
        assert await rig.cache.get_or_set("k", origin, default="nothing") == "nothing"
        assert await rig.cache.get_or_set("k", origin, default="still nothing") == "still nothing"
        rig.forget()
        assert await rig.cache.get_or_set("k", origin) is None
        assert origin.calls == 1
        assert await rig.cache.get("k", "default") == "default"
        assert await rig.cache.get_many(["k"]) == {}
        assert not await rig.cache.has("k")
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.missing, entry.value, entry.ttl) == (True, None, 30)
        rig.clock.advance(30)
        assert await rig.cache.get_or_set("k", AsyncOrigin("there now")) == "there now"


@pytest.mark.parametrize(
    ("said", "ttl", "life"), [(Missing("5s"), 100, 5), (Missing(), 7, 7), (Missing(None), 7, None)]
)
async def test_a_missing_thing_lives_as_the_loader_says_or_as_the_call_at_most(
    said: Missing, ttl: float, life: float | None
) -> None:
    async with AsyncRig(1, 0) as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(said), ttl=ttl)
        left = await rig.cache.ttl("k")
        assert left == (float("inf") if life is None else life)


async def test_a_missing_thing_that_is_not_to_be_remembered_gives_the_default_all_the_same() -> None:
    async with AsyncRig(missing_ttl=0) as rig:
        origin = AsyncOrigin(Missing())
        assert await rig.cache.get_or_set("k", origin, default="nothing") == "nothing"
        assert await rig.cache.get_or_set_many(["k"], AsyncOrigin({}), default="nothing") == {"k": "nothing"}
        assert await rig.cache.get_entry("k") is None


async def test_what_is_not_to_be_stored_goes_to_those_who_wait_each_their_own() -> None:
    async with AsyncRig(1, 1) as rig:
        origin = AsyncOrigin(DoNotStore([1]))
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for _ in range(3)]
        await until(lambda: rig.core.stats.joined == 2)
        gate.release()
        results = [await caller.result() for caller in callers]
        assert results == [[1], [1], [1]]
        assert len({id(result) for result in results}) == 3
        assert await rig.cache.get("k", MISS) is MISS


async def test_what_cannot_be_stored_may_still_be_passed_on() -> None:
    async with AsyncRig(1, 1) as rig:
        answer = object()
        assert await rig.cache.get_or_set("k", AsyncOrigin(DoNotStore(answer))) is answer
        with pytest.raises(UnsupportedValue):
            await rig.cache.get_or_set("k", AsyncOrigin(answer))
        assert await rig.cache.get("k", MISS) is MISS


async def test_the_loader_may_set_lifetime_and_tags() -> None:
    async with AsyncRig(1, 1, ttl=100, stale_ttl=50) as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(Loaded(1, ttl=10, stale_ttl=0, tags=["mine"])), tags=["ours"])
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl, set(entry.tags)) == (10, 0, {"mine", "ours"})
        await rig.cache.get_or_set("plain", AsyncOrigin(Loaded(1)), ttl=7, stale_ttl="3s")
        entry = await rig.cache.get_entry("plain")
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
async def test_an_answer_that_cannot_be_kept_is_refused_and_nothing_is_stored(
    said: object, error: type[Exception]
) -> None:
    async with AsyncRig(1, 1) as rig:
        with pytest.raises(error):
            await rig.cache.get_or_set("k", AsyncOrigin(said), tags=["a", "b", "c"])
        assert await rig.cache.get("k", MISS) is MISS
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1


async def test_not_modified_makes_the_shown_value_fresh_again() -> None:
    async with AsyncRig(1, 1, ttl=10, stale_ttl=100, stale="if_error") as rig:
        await rig.cache.set("k", [1], tags=["t"])
        rig.clock.advance(20)
        origin = AsyncOrigin(NotModified(ttl=30))
        assert await rig.cache.get_or_set("k", origin, with_entry=True) == [1]
        (shown,) = origin.shown[0]
        assert isinstance(shown, EntryView)
        assert (shown.value, shown.stale, shown.age) == ([1], True, 20)
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.age, entry.stale, entry.tags) == (30, 0, False, ("t",))
        rig.forget()
        assert await rig.cache.ttl("k") == 30
        assert await rig.cache.get("k") == [1]


async def test_a_conditional_loader_is_shown_nothing_when_there_is_nothing() -> None:
    async with AsyncRig() as rig:
        origin = AsyncOrigin(1)
        assert await rig.cache.get_or_set("k", origin, with_entry=True) == 1
        assert origin.shown == [(None,)]


async def test_what_is_shown_to_a_loader_is_its_own() -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, stale="if_error") as rig:
        await rig.cache.set("k", [1])
        rig.clock.advance(20)

        async def spoil(previous: EntryView[list[int]]) -> NotModified:
            previous.value.append(2)
            return NotModified()

        assert await rig.cache.get_or_set("k", spoil, with_entry=True) == [1]


async def test_not_modified_after_a_missing_thing_keeps_it_missing() -> None:
    async with AsyncRig(1, 1, ttl=10, stale="if_error") as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(Loaded(1, ttl=10, stale_ttl=100)))
        rig.clock.advance(20)
        assert await rig.cache.get_or_set("k", AsyncOrigin(Missing())) is None
        assert await rig.cache.get_or_set("k", AsyncOrigin(1), default="gone") == "gone"


async def test_max_age_loads_what_is_older_even_if_it_is_fresh() -> None:
    async with AsyncRig(1, 1, ttl=100) as rig:
        origin = AsyncOrigin(1, 2, 3)
        assert await rig.cache.get_or_set("k", origin) == 1
        rig.clock.advance(9)
        assert await rig.cache.get_or_set("k", origin, max_age=10) == 1
        rig.clock.advance(1)
        assert await rig.cache.get_or_set("k", origin, max_age=10) == 2
        assert await rig.cache.get("k") == 2
        rig.forget()
        assert await rig.cache.get("k") == 2


async def test_max_age_of_the_policy_holds_for_every_call() -> None:
    async with AsyncRig(1, 0, ttl=100, max_age=10) as rig:
        origin = AsyncOrigin(1, 2)
        assert await rig.cache.get_or_set("k", origin) == 1
        rig.clock.advance(11)
        assert await rig.cache.get_or_set("k", origin) == 2


async def test_callers_with_a_short_max_age_take_what_was_loaded_while_they_waited() -> None:
    async with AsyncRig(1, 0, ttl=100) as rig:
        origin = AsyncOrigin("v")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin, max_age=0.001) for _ in range(10)]
        await until(lambda: rig.core.stats.joined == 9)
        gate.release()
        await until(lambda: not len(rig.core.flights))
        rig.clock.advance(1)
        assert [await caller.result() for caller in callers] == ["v"] * 10
        assert origin.calls == 1


async def test_max_age_is_not_answered_by_a_flight_that_served_an_older_entry() -> None:
    async with AsyncRig(1, 1, ttl=100) as rig:
        await rig.cache.set("k", "old")
        rig.clock.advance(50)
        rig.forget()
        gate = rig.stores[0].hold("get")
        easy = start(rig.cache.get_or_set, "k", AsyncOrigin("unused"))
        await gate.entered()
        strict = start(rig.cache.get_or_set, "k", AsyncOrigin("new"), max_age=10)
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert await easy.result() == "old"
        assert await strict.result() == "new"


async def test_arguments_of_the_call_are_bound_by_partial() -> None:
    async def load(number: int) -> int:
        return number + 1

    async with AsyncRig() as rig:
        assert await rig.cache.get_or_set("k", partial(load, 41)) == 42


async def test_slow_tiers_are_waited_for_beyond_the_loads_own_deadline() -> None:
    async with AsyncRig(1, 1, load_timeout=0.01, deadline=20) as rig:
        gate = rig.stores[0].hold("get")
        caller = start(rig.cache.get_or_set, "k", AsyncOrigin(1))
        await gate.entered()
        joiner = start(rig.cache.get_or_set, "k", AsyncOrigin(2))
        await until(lambda: rig.core.stats.joined == 1)
        gate.release()
        assert await gather([caller.result, joiner.result]) == [1, 1]


async def test_statistics_tell_loads_from_joins_and_hits() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.get_or_set("k", AsyncOrigin(1))
        await rig.cache.get_or_set("k", AsyncOrigin(1))
        await rig.cache.get_or_set("l", AsyncOrigin([1]))
        await rig.cache.get_or_set("l", AsyncOrigin([1]))
        rig.forget()
        await rig.cache.get_or_set("k", AsyncOrigin(1))
        stats = rig.cache.stats()
        assert (stats["loads"], stats["misses"], stats["memory_hits"], stats["hits"]) == (2, 2, 1, 3)
        assert stats["in_flight"] == 0


async def test_a_bulk_load_within_a_bulk_load_of_the_same_keys_is_told_so_and_leaves_no_flight() -> None:
    async with AsyncRig() as rig:

        async def circular(keys: list[str]) -> dict[str, object]:
            return await rig.cache.get_or_set_many(["new", *keys], AsyncOrigin({}))

        with pytest.raises(ExceptionGroup) as caught:
            await rig.cache.get_or_set_many(["a", "b"], circular)
        assert [type(error) for error in caught.value.exceptions] == [LoadCycle]
        assert len(rig.core.flights) == 0


async def test_work_that_cannot_begin_leaves_no_flight(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncRig() as rig:

        def refuse(*_: object) -> None:
            raise RuntimeError("no thread left")

        with monkeypatch.context() as patch:
            patch.setattr(rig.assembly.crew, "launch", refuse)
            with pytest.raises(RuntimeError, match="thread"):
                await rig.cache.get_or_set("k", AsyncOrigin(1))
        assert len(rig.core.flights) == 0
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1


async def test_a_flight_that_never_ends_is_given_up_by_those_who_wait() -> None:
    async with AsyncRig(load_timeout=0.01) as rig:
        rig.assembly.filler._slack = 0.01
        lost = rig.core.flights.begin_quietly("k", None)
        assert lost is not None
        with pytest.raises(LoadTimeout):
            await rig.cache.get_or_set("k", AsyncOrigin("unused"))
        assert await rig.cache.get_or_set("k", AsyncOrigin("new")) == "new"
        assert lost.detached


async def test_a_value_in_a_deeper_memory_tier_is_brought_up_by_a_read_that_loads() -> None:
    async with AsyncRig(3, 0) as rig:
        await rig.cache.set("k", [1])
        rig.core.memory[0].tier.clear()
        rig.core.memory[1].tier.clear()
        assert await rig.cache.get_or_set("k", AsyncOrigin("unused")) == [1]
        assert all(slot.tier.peek("k") for slot in rig.core.memory)
