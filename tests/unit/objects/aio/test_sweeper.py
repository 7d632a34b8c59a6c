"""Sweeps: what is of no use goes, everything else stays, and no more is asked than was allowed."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.objects.aio.sweeper import AsyncSweeper
from hexcache.adapters.outbound.objects.refusals import Throttled
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sweeping import SweepReport, SweepRule
from hexcache.domain.errors import InvalidSetting, StoreUnavailable
from hexcache.ports.clock import Clocks
from hexcache.testing.contracts.aio.primitives import MARKS
from hexcache.testing.entropy import SeededEntropy
from tests.unit.objects.aio.bench import NEVER, QUICK, AsyncBench
from tests.unit.objects.faults import Fault

pytestmark = MARKS
HOUR = 3_600.0
LONG = "kit:" + "k" * 4_000


async def filled(**options: Any) -> AsyncBench:
    """Six live blobs and six dead ones, one of each with a long address, two placeholders, and a foreign object."""
    bench = AsyncBench(**options)
    for number in range(5):
        await bench.store.put(f"kit:live{number}", b"blob", dead_at=NEVER)
        await bench.store.put(f"kit:dead{number}", b"blob", dead_at=bench.clock.wall() + 60)
    await bench.store.put(f"{LONG}-live", b"blob", dead_at=bench.clock.wall() + 10 * HOUR)
    await bench.store.put(f"{LONG}-dead", b"blob", dead_at=bench.clock.wall() + 60)
    await bench.store.get_many(["kit:absent1", "kit:absent2"])
    bench.contents.write("cache/foreign.txt", b"x", None, None, 0.0)
    bench.clock.advance(HOUR)
    await bench.store.get("kit:young")
    bench.asked()
    return bench


def sweeper(bench: AsyncBench) -> AsyncSweeper:
    clocks = Clocks(monotonic=bench.clock.monotonic, wall=bench.clock.wall)
    settings = ObjectStoreSettings(prefix="cache", tombstone_ttl=600.0, side_by_side=4)
    return AsyncSweeper(bench.bucket, settings, clocks=clocks, entropy=SeededEntropy(1), patience=QUICK)


async def left_in(bench: AsyncBench) -> set[str]:
    return {address async for address in bench.store.scan("kit:")}


async def test_what_is_of_no_use_goes_and_everything_else_stays() -> None:
    bench = await filled(page_size=4)
    report = await sweeper(bench).sweep()
    assert (report.listed, report.dead, report.abandoned, report.removed) == (15, 6, 2, 8)
    assert report.stopped_at is None
    asked = bench.asked()
    assert (asked.count("facts"), asked.count("remove_many")) == (12, 3)
    assert report.requests == 12 + 3 + 5  # a listing of full pages ends with an empty one
    assert await left_in(bench) == {f"{LONG}-live", *(f"kit:live{number}" for number in range(5))}
    assert "cache/foreign.txt" in bench.contents.things
    assert bench.names.name("kit:young") in bench.contents.things
    assert bench.names.name("kit:absent1") not in bench.contents.things


async def test_a_dry_run_tells_the_same_and_removes_nothing() -> None:
    bench = await filled()
    before = dict(bench.contents.things)
    dry = await sweeper(bench).sweep(SweepRule(dry_run=True))
    assert bench.contents.things == before
    wet = await sweeper(bench).sweep()
    assert (dry.dead, dry.abandoned, dry.removed, dry.freed) == (wet.dead, wet.abandoned, wet.removed, wet.freed)
    assert len(before) - len(bench.contents.things) == wet.removed


@pytest.mark.parametrize("budget", range(3, 24))
async def test_no_more_is_asked_than_was_allowed_and_another_sweep_goes_on(budget: int) -> None:
    bench = await filled(page_size=4)
    after: str | None = ""
    removed = 0
    for _ in range(100):
        report = await sweeper(bench).sweep(SweepRule(budget=budget, after=after or ""))
        assert report.requests <= budget
        removed += report.removed
        after = report.stopped_at
        if after is None:
            break
    if budget >= 7:  # each sweep lists what the earlier ones have passed
        assert after is None
        assert removed == 8


async def test_young_objects_cost_nothing() -> None:
    bench = await filled()
    await sweeper(bench).sweep(SweepRule(older_than=2 * HOUR))
    assert set(bench.asked()) == {"page"}


async def test_progress_is_told_after_each_page() -> None:
    bench = await filled(page_size=4)
    told: list[int] = []
    await sweeper(bench).sweep(progress=lambda report: told.append(report.listed))
    assert told == sorted(told)
    assert told[-1] == 15
    assert len(told) == 4


async def test_a_sweep_that_is_turned_away_goes_on() -> None:
    bench = await filled(page_size=4)
    bench.bucket.plan("page", None, Fault(Throttled("planned")))
    bench.bucket.plan("facts", Fault(Throttled("planned")))
    bench.bucket.plan("remove_many", Fault(Throttled("planned")))
    assert (await sweeper(bench).sweep()).removed == 8


async def test_a_sweep_that_fails_says_so() -> None:
    bench = await filled()
    bench.bucket.plan("facts", Fault(StoreUnavailable("planned")))
    with pytest.raises(StoreUnavailable):
        await sweeper(bench).sweep()


async def test_the_bucket_is_closed_with_the_sweeper() -> None:
    bench = await filled()
    await sweeper(bench).aclose()
    assert bench.bucket.closed == 1


async def test_a_rule_that_cannot_be_kept_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="budget"):
        SweepRule(budget=0)
    with pytest.raises(InvalidSetting, match="older_than"):
        SweepRule(older_than=-1)
    assert SweepReport() == SweepReport()
