"""What a tier did not take is brought to it later: the last intent counts, no delete is lost, clears come first."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from hexcache.application import repairs
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import CodecError, StoreRejected, StoreUnavailable, Unsupported
from hexcache.domain.lookup import MISS
from hexcache.domain.report import Effect
from hexcache.ports.capabilities import Capabilities
from hexcache.testing.clock import MovedClock
from hexcache.testing.fault import Operation
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.primitives import start, until
from tests.unit.application.aio.stores import AsyncShelf


async def test_repairs_happen_behind_the_callers_back() -> None:
    async with AsyncRig(1, 1, repair_backoff=0.001, repair_backoff_max=0.002) as rig:
        await rig.cache.set("k", "old")
        rig.stores[0].fail("delete", times=3)
        await rig.cache.delete("k")
        await until(lambda: rig.cache.stats()["tiers"]["store0"]["owed"] == 0)
        assert rig.held(0, "k") is MISS
        assert rig.stores[0].count("delete") == 4
        assert rig.witness.tier_kinds().count("repair_queued") == 1
        await until(lambda: "repaired" in rig.witness.tier_kinds())


async def test_what_is_owed_after_a_worker_left_gets_another_worker() -> None:
    async with AsyncRig(1, 1, repair_backoff=0.001) as rig:
        for _ in range(20):
            rig.stores[0].fail("put", times=1)
            await rig.cache.set("k", "v")
            await until(lambda: rig.cache.stats()["tiers"]["store0"]["owed"] == 0)
        assert rig.held(0, "k") == "v"


async def test_a_worker_that_leaves_while_something_is_owed_makes_room_for_another() -> None:
    async with AsyncRig(1, 1, repair_backoff=0.001) as rig:
        upkeep, tier = rig.assembly.upkeep, rig.assembly.tiers[0]
        upkeep._busy.add(tier.name)
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "v")
        assert not len(rig.assembly.repairing)
        upkeep._rest(tier)
        await until(lambda: rig.held(0, "k") == "v")


async def test_one_change_that_is_never_taken_does_not_keep_the_others_back() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put")
        for key in ("a", "b", "c"):
            await rig.cache.set(key, key)
        rig.stores[0].heal()
        rig.stores[0].fail("put", times=1)
        assert await rig.cache.flush() == 1
        assert [rig.held(0, key) for key in ("a", "b", "c")] == [MISS, "b", "c"]


async def test_a_tier_that_takes_nothing_is_not_asked_for_every_change() -> None:
    async with AsyncRig(1, 1, breaker=BreakerRule(failures=2, open_for=5)) as rig:
        rig.stores[0].fail("put", times=2)
        for n in range(50):
            await rig.cache.set(f"k{n}", n)
        rig.clock.advance(5)
        rig.stores[0].fail("put")
        before = rig.stores[0].count("put")
        assert await rig.cache.flush() == 50
        assert rig.stores[0].count("put") == before + 1


async def test_an_owed_write_that_the_store_refuses_becomes_a_delete() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", "old")
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "new")
        rig.stores[0].fail("put", error=StoreRejected("too large"), times=1)
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") is MISS


async def test_an_owed_write_that_died_meanwhile_becomes_a_delete() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", "old", ttl=None)
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "new", ttl=10)
        rig.clock.advance(10)
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") is MISS


async def test_a_blob_too_much_to_keep_is_owed_as_a_delete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repairs, "MAX_KEPT_BYTES", 100)
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set_many({"a": "old", "b": "old"})
        rig.stores[0].fail("put")
        await rig.cache.set("a", "new")
        await rig.cache.set("b", "new")
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert [rig.held(0, key) for key in ("a", "b")] == ["new", MISS]


async def test_a_repair_in_the_middle_of_which_the_key_changes_again_does_not_win() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "one")
        gate = rig.stores[0].hold("put")
        flushing = start(rig.cache.flush)
        await gate.entered()
        later = start(rig.cache.set, "k", "two")
        await until(lambda: rig.core.stats.sets == 2)
        gate.release()
        await flushing.result()
        await later.result()
        assert rig.held(0, "k") == "two"
        assert await rig.cache.flush() == 0


@pytest.mark.parametrize("most", [0, 3])
async def test_too_many_debts_make_the_tier_distrusted_until_it_is_emptied(most: int) -> None:
    async with AsyncRig(1, 2, max_repairs=most) as rig:
        await rig.cache.set_many({f"k{n}": "old" for n in range(6)})
        await rig.cache.set("tagged", "old", tags=["t"])
        rig.stores[1].fail("delete", "put_if", "clear")
        for n in range(5):
            assert (await rig.cache.delete(f"k{n}")).degraded
        await rig.cache.invalidate_tags("t")
        assert rig.cache.stats()["tiers"]["store1"]["distrusted"]
        assert "repair_overflow" in rig.witness.tier_kinds("store1")
        rig.forget()
        assert await rig.cache.get_many([f"k{n}" for n in range(5)]) == {}
        assert await rig.cache.get("k5") == "old"
        assert await rig.cache.get("tagged") is None
        assert await rig.cache.flush() >= 1
        rig.stores[1].heal()
        assert await rig.cache.flush() == 0
        assert not rig.cache.stats()["tiers"]["store1"]["distrusted"]
        assert [rig.held(1, f"k{n}") for n in range(6)] == [MISS] * 6
        rig.clock.advance(2)
        assert await rig.cache.get("tagged") is None
        assert await rig.cache.get("k5") == "old"


async def test_what_is_owed_while_a_distrusted_tier_is_emptied_is_not_lost() -> None:
    async with AsyncRig(1, 1, max_repairs=1) as rig:
        rig.stores[0].fail("delete", times=3)
        for key in ("a", "b", "c"):
            await rig.cache.delete(key)
        gate = rig.stores[0].hold("clear", after=True)
        flushing = start(rig.cache.flush)
        await gate.entered()
        await rig.cache.set("k", "old")
        rig.stores[0].fail("delete", times=1)
        await rig.cache.delete("k")
        gate.release()
        await flushing.result()
        assert await rig.cache.get("k") is None
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") is MISS


async def test_more_debts_than_fit_while_a_tier_is_emptied_make_it_be_emptied_again() -> None:
    async with AsyncRig(1, 1, max_repairs=1) as rig:
        rig.stores[0].fail("delete", times=2)
        for key in ("a", "b"):
            await rig.cache.delete(key)
        gate = rig.stores[0].hold("clear", after=True)
        flushing = start(rig.cache.flush)
        await gate.entered()
        for key in ("k", "l", "m"):
            await rig.cache.set(key, "old")
        rig.stores[0].fail("delete", times=3)
        for key in ("k", "l", "m"):
            await rig.cache.delete(key)
        gate.release()
        await flushing.result()
        assert await rig.cache.get_many(["k", "l", "m"]) == {}
        assert await rig.cache.flush() == 0
        assert [rig.held(0, key) for key in ("k", "l", "m")] == [MISS] * 3


async def test_a_failed_clear_is_owed_and_the_tier_not_read_meanwhile() -> None:
    async with AsyncRig(1, 2) as rig:
        mine, other = rig.cache.namespace("mine"), rig.cache.namespace("other")
        await mine.set("k", "old")
        await other.set("k", "kept")
        rig.stores[1].fail("clear")
        report = await mine.clear()
        assert report.outcomes[0].effect is Effect.QUEUED
        rig.forget()
        assert await mine.get("k") is None
        assert await other.get("k") == "kept"
        rig.stores[1].heal()
        assert await rig.cache.flush() == 0
        await rig.inner[0].clear("app/other:")
        rig.forget()
        assert await mine.get("k") is None
        assert await other.get("k") == "kept"


async def test_a_clear_and_too_many_debts_are_both_repaired() -> None:
    async with AsyncRig(1, 1, max_repairs=1) as rig:
        mine = rig.cache.namespace("mine")
        await mine.set("k", "old")
        await rig.cache.set_many({"a": "old", "b": "old"})
        rig.stores[0].fail("clear", "delete")
        await mine.clear()
        await rig.cache.delete("a")
        await rig.cache.delete("b")
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await rig.cache.get_many(["a", "b"]) == {}
        assert await mine.get("k") is None


@pytest.mark.parametrize("fails", [False, True])
async def test_a_clear_ends_what_was_owed_before_it(fails: bool) -> None:
    async with AsyncRig(1, 1) as rig:
        mine = rig.cache.namespace("mine")
        rig.stores[0].fail("put")
        await mine.set("k", "old")
        await rig.cache.set("k", "other")
        if fails:
            rig.stores[0].fail("clear", times=1)
        await mine.clear()
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await mine.get("k") is None
        assert await rig.cache.get("k") == "other"


async def test_a_set_after_a_failed_clear_is_there_after_the_repair() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("clear", "put")
        await rig.cache.clear()
        await rig.cache.set("k", "new")
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") == "new"
        assert await rig.cache.get("k") == "new"


async def test_a_set_that_fails_while_a_clear_runs_is_still_owed_after_it() -> None:
    async with AsyncRig(1, 1) as rig:
        gate = rig.stores[0].hold("clear", after=True)
        clearing = start(rig.cache.clear)
        await gate.entered()
        await rig.cache.set("k", "one")
        rig.stores[0].fail("put", times=1)
        await rig.cache.set("k", "two")
        gate.release()
        await clearing.result()
        assert rig.cache.stats()["tiers"]["store0"]["owed"] == 1
        assert await rig.cache.get("k") != "one"
        assert await rig.cache.flush() == 0
        assert rig.held(0, "k") == "two"


@pytest.mark.parametrize("missing", ["clear", "scan", "both"])
async def test_a_store_that_cannot_clear_is_listed_instead_and_one_that_can_neither_refuses_first(missing: str) -> None:
    clock = MovedClock()
    able = Capabilities(clear=missing == "scan", scan=missing == "clear")
    async with AsyncRig(1, [AsyncShelf(clock.wall, capabilities=able), AsyncShelf(clock.wall)], clock=clock) as rig:
        await rig.cache.set_many({f"k{n}": n for n in range(5)})
        if missing == "both":
            with pytest.raises(Unsupported):
                await rig.cache.clear()
            assert await rig.cache.get("k0") == 0
            assert rig.held(1, "k0") == 0
            return
        report = await rig.cache.clear()
        assert (report.complete, report.found) == (True, True)
        assert [rig.held(0, f"k{n}") for n in range(5)] == [MISS] * 5
        assert rig.stores[0].count("clear") == (2 if missing == "scan" else 0)
        assert not (await rig.cache.clear()).found


async def test_a_store_that_can_neither_clear_nor_list_stays_distrusted_once_it_lost_track() -> None:
    clock = MovedClock()
    shelf = AsyncShelf(clock.wall, capabilities=Capabilities(clear=False, scan=False))
    async with AsyncRig(1, [shelf], clock=clock, max_repairs=1) as rig:
        await rig.cache.set_many({"a": 1, "b": 2})
        rig.stores[0].fail("delete", times=2)
        await rig.cache.delete("a")
        await rig.cache.delete("b")
        assert await rig.cache.flush() == 1
        assert await rig.cache.get_many(["a", "b"]) == {}


INTERRUPTED: list[tuple[Operation, Callable[[AsyncRig], Any]]] = [
    ("put", lambda rig: rig.cache.set("k", "new")),
    ("put_many", lambda rig: rig.cache.set_many({"k": "new", "l": "new"})),
    ("delete", lambda rig: rig.cache.delete("k")),
    ("delete_many", lambda rig: rig.cache.delete_many(["k", "l"])),
    ("clear", lambda rig: rig.cache.clear()),
]


@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("operation", "call"), INTERRUPTED)
async def test_a_change_that_is_interrupted_leaves_the_tiers_of_one_mind(
    operation: Operation, call: Callable[[AsyncRig], Any], after: bool, place: int
) -> None:
    async with AsyncRig(1, 3) as rig:
        await rig.cache.set_many({"k": "old", "l": "old"})
        rig.stores[place].fail(operation, error=KeyboardInterrupt, after=after, times=1)
        with pytest.raises(KeyboardInterrupt):
            await call(rig)
        seen = [await rig.cache.get("k") for _ in range(3)]
        assert len(set(seen)) == 1
        assert await rig.cache.flush() == 0
        held = {rig.held(number, "k") for number in range(3)}
        assert held in ({"old"}, {MISS}, {"new"}, {"new", MISS})
        rig.forget()
        if place < 2 or after:
            assert await rig.cache.get("k") != "old"


@pytest.mark.parametrize("place", [0, 1])
async def test_a_value_that_a_tiers_codec_refuses_leaves_no_older_one_anywhere(
    place: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bytes:
        raise CodecError("beyond the format")

    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", "old")
        tier = rig.assembly.tiers[place]
        with monkeypatch.context() as patch:
            patch.setattr(tier, "codec", SimpleNamespace(encode=refuse, decode=tier.codec.decode))
            with pytest.raises(CodecError):
                await rig.cache.set("k", "new")
        assert await rig.cache.get("k") != "old"
        assert await rig.cache.flush() == 0
        assert "old" not in [rig.held(number, "k") for number in range(2)]


async def test_an_interrupted_add_leaves_the_tiers_of_one_mind() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", "old", ttl=10, stale_ttl=100)
        rig.clock.advance(20)
        rig.stores[0].fail("put", error=KeyboardInterrupt, times=1)
        with pytest.raises(KeyboardInterrupt):
            await rig.cache.add("k", "new")
        assert await rig.cache.get("k") == "new"
        assert await rig.cache.flush() == 0
        assert {rig.held(number, "k") for number in range(2)} <= {"new", MISS}


async def test_a_load_interrupted_on_its_way_into_the_tiers_gives_its_callers_an_error() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put_if", error=StoreUnavailable, times=1)
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1
        assert await rig.cache.flush() == 0
        assert len(rig.core.flights) == 0


@pytest.mark.parametrize("bulk", [False, True])
async def test_a_shared_store_is_owed_removals_so_that_no_older_value_overwrites_another_process(bulk: bool) -> None:
    clock = MovedClock()
    shelf = AsyncShelf(clock.wall, capabilities=Capabilities(shared=True))
    async with AsyncRig(1, [shelf], clock=clock) as one, AsyncRig(1, [shelf], clock=clock, seed=1) as two:
        one.stores[0].fail("put", "put_many", "put_if")
        report = await (one.cache.set_many({"k": "one", "l": "one"}) if bulk else one.cache.set("k", "one"))
        assert report.degraded
        assert await one.cache.get("k") == "one"
        await two.cache.set("k", "two")
        await one.cache.set("tagged", 1)
        one.stores[0].heal()
        assert await one.cache.flush() == 0
        assert one.held(0, "k") is MISS
        one.forget()
        two.forget()
        assert await one.cache.get("k") is None
        assert await two.cache.get("k") is None


async def test_a_debt_that_was_settled_meanwhile_is_not_brought() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put", times=2)
        await rig.cache.set("a", "one")
        await rig.cache.set("b", "one")
        gate = rig.stores[0].hold("put")
        flushing = start(rig.cache.flush)
        await gate.entered()
        await rig.cache.set("b", "two")
        gate.release()
        assert await flushing.result() == 0
        assert (rig.held(0, "a"), rig.held(0, "b")) == ("one", "two")
        assert rig.stores[0].count("put") == 4
