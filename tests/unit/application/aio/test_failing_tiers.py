"""Tiers that fail, hang or lie: the origin decides, the cache serves, and nobody waits for longer than the deadline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from hexcache.application.audience import Audience
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable, StoreUnchanged
from hexcache.domain.lookup import MISS
from hexcache.domain.record import Record
from hexcache.domain.report import Effect
from hexcache.domain.tiering import TierRule
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding
from hexcache.ports.observer import TierEvent
from hexcache.testing.clock import MovedClock
from hexcache.testing.fault import Operation
from hexcache.testing.strike import flip_first_bit
from tests.unit.application.aio.assembling import AsyncOrigin, AsyncRig
from tests.unit.application.aio.stores import AsyncShelf

ERRORS: list[type[BaseException]] = [
    StoreUnavailable, StoreTimeout, StoreRejected, StoreUnchanged, OSError, RuntimeError, TimeoutError,
    ZeroDivisionError,
]  # fmt: skip
READS: tuple[Operation, ...] = ("get", "get_many")


@pytest.mark.parametrize("error", ERRORS)
async def test_no_failure_of_a_tier_fails_a_read(error: type[BaseException]) -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", 1)
        for store in rig.stores:
            store.fail(error=error)
        assert await rig.cache.get("k") == 1
        rig.forget()
        assert await rig.cache.get("k") is None
        assert await rig.cache.get_many(["k"]) == {}
        assert await rig.cache.get_entry("k") is None
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2
        assert await rig.cache.get("k") == 2
        assert await rig.cache.get_or_set_many(["l"], AsyncOrigin({"l": 3})) == {"l": 3}


@pytest.mark.parametrize("error", ERRORS)
async def test_no_failure_of_a_tier_fails_a_write(error: type[BaseException]) -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail(error=error)
        for report in (
            await rig.cache.set("k", 1),
            await rig.cache.set_many({"k": 1, "l": 2}),
            await rig.cache.delete("k"),
            await rig.cache.delete_many(["k", "m"]),
            await rig.cache.clear(),
            await rig.cache.invalidate_tags("t"),
        ):
            assert report.degraded or error is StoreRejected
        assert (await rig.cache.health())["store0"]["ok"] is False


@pytest.mark.parametrize("error", ERRORS)
async def test_strict_reads_raise_a_tiers_failure_as_a_typed_error(error: type[BaseException]) -> None:
    async with AsyncRig(1, 1, strict=True) as rig:
        rig.stores[0].fail(*READS, error=error)
        calls: list[Callable[[], Any]] = [
            lambda: rig.cache.get("k"),
            lambda: rig.cache.get_many(["k"]),
            lambda: rig.cache.get_or_set("k", AsyncOrigin(1)),
            lambda: rig.cache.get_or_set_many(["k"], AsyncOrigin({})),
        ]
        for call in calls:
            with pytest.raises(StoreError):
                await call()
        assert len(rig.core.flights) == 0


HUNG: list[tuple[Operation, Callable[[AsyncRig], Any]]] = [
    ("get", lambda rig: rig.cache.get("k")),
    ("get_many", lambda rig: rig.cache.get_many(["k", "l"])),
    ("get", lambda rig: rig.cache.get_or_set("k", AsyncOrigin(1))),
    ("put_if", lambda rig: rig.cache.get_or_set("k", AsyncOrigin(1))),
    ("put", lambda rig: rig.cache.set("k", 1)),
    ("put_many", lambda rig: rig.cache.set_many({"k": 1, "l": 2})),
    ("delete", lambda rig: rig.cache.delete("k")),
    ("delete_many", lambda rig: rig.cache.delete_many(["k", "l"])),
    ("clear", lambda rig: rig.cache.clear()),
    ("ping", lambda rig: rig.cache.health()),
    ("get", lambda rig: rig.cache.explain("k")),
    ("put_if", lambda rig: rig.cache.invalidate_tags("t")),
]


@pytest.mark.parametrize(("operation", "call"), HUNG)
async def test_a_tier_that_hangs_is_given_up_at_its_deadline(
    operation: Operation, call: Callable[[AsyncRig], Any]
) -> None:
    async with AsyncRig(1, 2, deadline=0.02) as rig:
        for store in rig.stores:
            store.hang(operation)
        await call(rig)
        tiers = rig.cache.stats()["tiers"]
        assert tiers["store0"]["timeouts"] + tiers["store1"]["timeouts"] >= 1
        assert rig.witness.tiers[0].reason == "no answer within 0.02 s"


@pytest.mark.parametrize("operation", ["get", "put", "delete", "scan"])
async def test_a_hung_store_does_not_hold_up_other_keys(operation: Operation) -> None:
    async with AsyncRig(1, 1, deadline=0.02) as rig:
        rig.stores[0].hang(operation)
        if operation == "scan":
            with pytest.raises(StoreTimeout):
                [key async for key in rig.cache.keys()]  # noqa: SIM118 - a cache is not a mapping
        else:
            await rig.cache.set("k", 1)
            await rig.cache.get("l")
            await rig.cache.delete("k")
        assert await rig.cache.get_or_set("m", AsyncOrigin(2)) == 2


async def test_a_blob_that_was_corrupted_is_a_miss_and_removed() -> None:
    async with AsyncRig(1, 2) as rig:
        await rig.cache.set("k", 1)
        rig.forget()
        for place in range(2):
            row = rig.inner[place].shelves.rows["app:k"]  # type: ignore[attr-defined]  # a shelf of the tests
            rig.inner[place].shelves.write("app:k", flip_first_bit(row[0]), row[1])  # type: ignore[attr-defined]  # same
        assert await rig.cache.get("k", MISS) is MISS
        assert [rig.held(place, "k") for place in range(2)] == [MISS, MISS]
        assert rig.witness.tier_kinds("store0") == ["undecodable"]
        assert rig.cache.stats()["tiers"]["store1"]["undecodable"] == 1
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2
        assert rig.held(0, "k") == 2


@pytest.mark.parametrize("blob", [b"", b"\x00", b"garbage", b"hexcache", bytes(300)])
async def test_foreign_bytes_are_a_miss_removed_and_replaced_by_a_load(blob: bytes) -> None:
    async with AsyncRig(0, 1) as rig:
        for key in ("a", "b", "c"):
            await rig.inner[0].put(f"app:{key}", blob, dead_at=float("inf"))
        assert await rig.cache.get("a", MISS) is MISS
        assert rig.held(0, "a") is MISS
        assert await rig.cache.get_many(["b"]) == {}
        assert await rig.cache.get_or_set("c", AsyncOrigin(1)) == 1
        assert rig.held(0, "c") == 1


async def test_a_blob_of_another_key_is_a_miss() -> None:
    async with AsyncRig(0, 1) as rig:
        await rig.cache.set("mine", 1)
        await rig.cache.set("theirs", 2)
        rig.stores[0].misplace("app:theirs", times=1)
        assert await rig.cache.get("mine", MISS) is MISS
        assert await rig.cache.get("theirs") == 2
        await rig.cache.set("mine", 1)
        rig.stores[0].misplace("app:theirs", "get_many", times=1)
        assert await rig.cache.get_many(["mine"]) == {}
        assert await rig.cache.get("mine") is None


async def test_a_payload_that_the_serializer_does_not_know_is_a_miss_and_removed() -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.cache.set("k", 1)
        codec = rig.assembly.tiers[0].codec
        row = rig.inner[0].shelves.rows["app:k"]  # type: ignore[attr-defined]  # a shelf of the tests
        record = codec.decode("app:k", row[0])
        foreign = type(record)(b"\xc1\xc1", record.created, record.fresh_until, record.dead_at)
        await rig.inner[0].put("app:k", codec.encode("app:k", foreign), dead_at=row[1])
        rig.forget()
        assert await rig.cache.get("k", MISS) is MISS
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2
        assert rig.held(0, "k") == 2


@pytest.mark.parametrize("step", ["delete", "get"])
async def test_a_foreign_blob_that_cannot_be_removed_is_a_miss_and_nothing_is_stored_over_it(step: Operation) -> None:
    async with AsyncRig(1, 1) as rig:
        await rig.inner[0].put("app:k", b"foreign", dead_at=float("inf"))
        rig.stores[0].interpose(lambda: rig.stores[0].fail(step, times=1), "get", times=1)
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1
        assert rig.stores[0].count("put_if") == 0
        assert await rig.cache.get("k") == 1


async def test_a_blob_that_outlives_its_deadline_in_the_store_is_a_miss() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].linger("put")
        await rig.cache.set("k", 1, ttl=10)
        rig.clock.advance(10)
        assert await rig.cache.get("k") is None
        assert rig.held(0, "k") == 1
        assert await rig.cache.get_or_set("k", AsyncOrigin(2)) == 2
        assert rig.held(0, "k") == 2


async def test_a_lost_write_shows_nothing_wrong() -> None:
    async with AsyncRig(0, 1) as rig:
        await rig.cache.set("k", 1)
        rig.stores[0].lose("put_if")
        assert await rig.cache.get_or_set("l", AsyncOrigin(2)) == 2
        rig.stores[0].heal()
        assert await rig.cache.get("l") is None


async def test_the_breaker_counts_failures_that_callers_never_see() -> None:
    rule = BreakerRule(failures=3, window=10, open_for=2, open_max=8)
    async with AsyncRig(1, 1, breaker=rule) as rig:
        rig.stores[0].fail("get")
        for _ in range(10):
            assert await rig.cache.get("k") is None
        assert rig.stores[0].count("get") == 3
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["breaker"], stats["failures"], stats["short_circuits"]) == ("open", 3, 7)
        assert rig.witness.tier_kinds() == ["failure", "failure", "failure", "breaker_opened"]
        rig.clock.advance(2)
        assert await rig.cache.get("k") is None
        assert rig.stores[0].count("get") == 4
        rig.clock.advance(3)
        assert await rig.cache.get("k") is None
        assert rig.stores[0].count("get") == 4
        rig.clock.advance(1)
        rig.stores[0].heal()
        assert await rig.cache.get("k") is None
        assert rig.cache.stats()["tiers"]["store0"]["breaker"] == "closed"
        assert rig.witness.tier_kinds()[-2:] == ["breaker_closed", "recovered"]


async def test_changes_while_the_breaker_is_open_are_owed_and_never_lost() -> None:
    async with AsyncRig(1, 1, breaker=BreakerRule(failures=1, open_for=2)) as rig:
        await rig.cache.set_many({"deleted": 1, "set": 1})
        rig.stores[0].fail("get", times=1)
        await rig.cache.get("other")
        assert (await rig.cache.delete("deleted")).degraded
        assert (await rig.cache.set("set", 2)).degraded
        rig.forget()
        assert await rig.cache.get_many(["deleted", "set"]) == {}
        rig.clock.advance(2)
        assert await rig.cache.flush() == 0
        assert await rig.cache.get_many(["deleted", "set"]) == {"set": 2}


async def test_a_refusal_is_an_answer_and_opens_no_breaker() -> None:
    async with AsyncRig(1, 1, breaker=BreakerRule(failures=1)) as rig:
        rig.stores[0].fail("put", error=StoreRejected("too large"))
        assert (await rig.cache.set("k", 1)).complete
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["breaker"], stats["rejected"], stats["failures"]) == ("closed", 1, 0)
        assert rig.witness.tier_kinds() == ["rejected"]


async def test_a_refusal_that_left_the_older_value_is_owed_and_keeps_no_other_key_from_being_read() -> None:
    async with AsyncRig(0, 1, breaker=BreakerRule(failures=1)) as rig:
        await rig.cache.set_many({"k": 1, "l": 1})
        rig.stores[0].fail("put", "put_many", error=StoreUnchanged("read-only"))
        assert (await rig.cache.set("k", 2)).outcomes[0].effect is Effect.QUEUED
        assert (await rig.cache.set_many({"k": 3, "m": 3})).outcomes[0].effect is Effect.QUEUED
        assert await rig.cache.get_many(["k", "l", "m"]) == {"l": 1}
        assert await rig.cache.get("l") == 1
        stats = rig.cache.stats()["tiers"]["store0"]
        assert (stats["breaker"], stats["rejected"], stats["failures"], stats["owed"]) == ("closed", 2, 0, 2)
        rig.stores[0].heal()
        assert await rig.cache.flush() == 0
        assert await rig.cache.get_many(["k", "l", "m"]) == {"k": 3, "l": 1, "m": 3}


async def test_a_probe_that_is_refused_closes_the_breaker_as_any_answer_does() -> None:
    async with AsyncRig(1, 1, breaker=BreakerRule(failures=1, open_for=2)) as rig:
        rig.stores[0].fail("get", times=1)
        await rig.cache.get("k")
        rig.clock.advance(2)
        rig.stores[0].fail("put", error=StoreRejected("too large"), times=1)
        await rig.cache.set("k", 1)
        assert rig.cache.stats()["tiers"]["store0"]["breaker"] == "closed"


async def test_a_timeout_is_counted_as_one_whoever_noticed_it() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("get", error=StoreTimeout("the server did not answer"), times=1)
        assert await rig.cache.get("k") is None
        assert rig.cache.stats()["tiers"]["store0"]["timeouts"] == 1
        assert rig.witness.tiers[0].reason == "StoreTimeout: the server did not answer"


async def test_what_observers_are_told_holds_no_value() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put", error=ValueError("secret-value"))
        report = await rig.cache.set("k", "secret-value")
        assert "secret-value" not in repr(rig.witness.tiers) + repr(report)


async def test_an_observer_that_fails_is_counted_and_fails_nobody() -> None:
    async with AsyncRig(1, 1) as rig:

        class Broken:
            def on_tier(self, _: object, /) -> None:
                raise RuntimeError("broken observer")

            on_load = on_tier

        rig.core.audience = Audience([Broken(), rig.witness], rig.core.stats)
        rig.core.tell_tier(TierEvent("store0", "failure"))
        with pytest.raises(OSError, match="origin"):
            await rig.cache.get_or_set("k", AsyncOrigin(OSError("origin")))
        assert rig.witness.load_kinds() == ["failure"]
        assert rig.cache.stats()["observer_errors"] == 2


async def test_a_tier_that_recovers_says_so_once() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("get", times=3)
        for _ in range(5):
            await rig.cache.get("k")
        kinds = rig.witness.tier_kinds()
        assert kinds == ["failure"] * 3 + ["recovered"]
        assert rig.witness.tiers[-1].count == 3


async def test_a_payload_that_can_neither_be_read_nor_removed_is_a_miss_and_not_stored_over() -> None:
    async with AsyncRig(1, 1) as rig:
        codec = rig.assembly.tiers[0].codec
        wall = rig.clock.wall()
        foreign = Record(b"\xc1", wall, wall + 100, wall + 100)
        await rig.inner[0].put("app:k", codec.encode("app:k", foreign), dead_at=wall + 100)
        rig.stores[0].fail("delete")
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1
        assert rig.stores[0].count("put_if") == 0


class Forgetful(AsyncShelf):
    """A store that leaves something out of every bulk answer."""

    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        return await super().get_many(addresses[1:])


async def test_what_a_store_leaves_out_of_a_bulk_answer_is_not_taken_for_absent() -> None:
    clock = MovedClock()
    async with AsyncRig(0, [Forgetful(clock.wall), AsyncShelf(clock.wall)], clock=clock) as rig:
        rig.stores[0] = rig.inner[0]  # type: ignore[call-overload]  # without the fault planner, which asks for each
        rig.assembly, rig.cache = rig.face()
        await rig.cache.set_many({"a": 1, "b": 2})
        assert await rig.cache.get_many(["a", "b"]) == {"a": 1, "b": 2}
        rig.stores.clear()


async def test_a_load_refused_by_a_store_that_held_nothing_is_no_failure() -> None:
    async with AsyncRig(1, 1) as rig:
        rig.stores[0].fail("put_if", error=StoreRejected("too large"))
        assert await rig.cache.get_or_set("k", AsyncOrigin(1)) == 1
        assert rig.stores[0].count("delete") == 0
        assert await rig.cache.get("k") == 1


async def test_a_store_that_bounds_its_own_calls_is_called_directly() -> None:
    clock = MovedClock()
    shelf = AsyncShelf(clock.wall, capabilities=Capabilities(bounded_calls=True))
    async with AsyncRig(1, [shelf], clock=clock) as rig:
        rig.stores[0] = shelf  # type: ignore[call-overload]  # without the fault planner, whose calls are not bounded
        rig.assembly, rig.cache = rig.face()
        await rig.cache.set("k", 1)
        rig.forget()
        assert await rig.cache.get("k") == 1
        rig.stores.clear()


async def test_a_store_keeps_no_longer_than_its_cap() -> None:
    async with AsyncRig(1, 1, rules=[TierRule(ttl_cap=30)]) as rig:
        await rig.cache.set("k", 1, ttl=20, stale_ttl=100)
        await rig.cache.get_or_set("l", AsyncOrigin(2), ttl=100)
        rig.forget()
        entry = await rig.cache.get_entry("k")
        assert entry is not None
        assert (entry.ttl, entry.stale_ttl) == (20, 10)
        assert await rig.cache.ttl("l") == 30
