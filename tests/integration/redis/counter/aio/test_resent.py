"""A change whose answer was lost is sent once more and made once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from hexcache.adapters.outbound.redis.aio.counter import AsyncRedisCounter
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.domain.errors import NotANumber, StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.domain.increment import Increment
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.counter.aio.lossy_link import AsyncLossyLink, Loss
from tests.integration.redis.counter.aio.primitives import fixture, linked
from tests.servers.single import Server

LOSSES: list[Loss] = ["request", "answer", "late"]
RULES: list[RateRule] = [FixedWindow(3, 60.0), SlidingWindow(3, 60.0), Gcra(3, 60.0)]
BATCH = [Increment("kit:a"), Increment("kit:b", 2, operation="one"), Increment("kit:a", 4), Increment("kit:c", 8)]


@fixture
async def sound(valkey: Server) -> AsyncIterator[AsyncLink]:
    """A link that loses nothing."""
    async with linked(valkey) as link:
        yield link


@pytest.fixture(params=[StoreTimeout("late"), StoreUnavailable("broken")], ids=lambda error: type(error).__name__)
def lossy(request: pytest.FixtureRequest, sound: AsyncLink) -> AsyncLossyLink:
    return AsyncLossyLink(sound, request.param)


def counter_at(link: object, prefix: str) -> AsyncRedisCounter:
    return AsyncRedisCounter(cast("AsyncLink", link), entropy=SeededEntropy(), prefix=prefix)


@pytest.fixture
def counter(lossy: AsyncLossyLink, redis_prefix: str) -> AsyncRedisCounter:
    return counter_at(lossy, redis_prefix)


@pytest.mark.parametrize("operation", [None, "one"])
@pytest.mark.parametrize("loss", LOSSES)
async def test_an_increment_is_made_once(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink, loss: Loss, operation: str | None
) -> None:
    await counter.incr("kit:n", 10)
    lossy.plan = [loss]
    lossy.calls = 0
    assert await counter.incr("kit:n", 5, operation=operation) == 15
    assert await counter.read("kit:n") == 15
    assert lossy.calls == 3


@pytest.mark.parametrize("first", LOSSES)
@pytest.mark.parametrize("second", ["request", "answer"])
async def test_an_increment_that_is_lost_twice_fails_and_can_be_repeated_with_its_id(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink, first: Loss, second: Loss
) -> None:
    lossy.plan = [first, second]
    with pytest.raises((StoreTimeout, StoreUnavailable)):
        await counter.incr("kit:n", 5, operation="one")
    assert lossy.calls == 2
    assert await counter.incr("kit:n", 5, operation="one") == 5
    assert await counter.read("kit:n") == 5


async def test_without_an_id_an_increment_that_is_lost_twice_is_made_once_at_most(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink
) -> None:
    lossy.plan = ["answer", "answer"]
    with pytest.raises((StoreTimeout, StoreUnavailable)):
        await counter.incr("kit:n", 5)
    assert await counter.read("kit:n") == 5


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
@pytest.mark.parametrize("loss", LOSSES)
async def test_units_are_spent_once(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink, loss: Loss, rule: RateRule
) -> None:
    lossy.plan = [loss]
    decision = await counter.spend("kit:r", rule, 2)
    assert (decision.allowed, decision.remaining, decision.retry_after) == (True, 1, 0.0)
    lossy.plan = [loss]
    assert not (await counter.spend("kit:r", rule, 2)).allowed
    lossy.plan = [loss]
    decision = await counter.spend("kit:r", rule, 1)
    assert (decision.allowed, decision.remaining) == (True, 0)


async def test_units_that_are_lost_twice_fail(counter: AsyncRedisCounter, lossy: AsyncLossyLink) -> None:
    lossy.plan = ["answer", "answer"]
    with pytest.raises((StoreTimeout, StoreUnavailable)):
        await counter.spend("kit:r", RULES[0])
    assert (await counter.spend("kit:r", RULES[0], 0)).remaining == 2


@pytest.mark.parametrize("lost", [None, {0}, {1, 2}, {0, 1, 2, 3}], ids=repr)
@pytest.mark.parametrize("loss", ["request", "answer"])
async def test_a_batch_is_counted_once(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink, loss: Loss, lost: set[int] | None
) -> None:
    lossy.plan = [loss]
    lossy.lost = lost
    told = await counter.incr_many(BATCH)
    assert [told[1], told[3]] == [2, 8]
    assert lossy.calls == 4 + (4 if lost is None else len(lost)), "what was answered is not sent again"
    assert [await counter.read(f"kit:{key}") for key in "abc"] == [5, 2, 8]


async def test_what_is_lost_twice_in_a_batch_is_told_in_its_place(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink
) -> None:
    lossy.plan = ["answer", "request"]
    lossy.lost = {0, 1}
    wrong: Any = "1"
    told = await counter.incr_many([Increment("kit:w", wrong), *BATCH])
    assert [type(answer) for answer in told[:3]] == [NotANumber, *[type(lossy._error)] * 2]
    assert told[3:] == [5, 8]
    assert [await counter.read(f"kit:{key}") for key in "abc"] == [5, 2, 8]


@pytest.mark.parametrize("lost", [None, {0, 1, 2, 3}], ids=repr)
async def test_a_batch_that_is_lost_altogether_fails(
    counter: AsyncRedisCounter, lossy: AsyncLossyLink, lost: set[int] | None
) -> None:
    lossy.plan = ["answer", "answer"]
    lossy.lost = lost
    with pytest.raises((StoreTimeout, StoreUnavailable)):
        await counter.incr_many(BATCH)
    assert [await counter.read(f"kit:{key}") for key in "abc"] == [5, 2, 8]


async def test_what_only_reads_is_asked_again(counter: AsyncRedisCounter, lossy: AsyncLossyLink) -> None:
    await counter.incr("kit:n", 3, ttl=60)
    await counter.add_members("kit:s", ["a"])
    for call, expected in (
        (lambda: counter.read("kit:n"), 3),
        (lambda: counter.members("kit:s"), {"a"}),
        (lambda: counter.ttl("kit:s"), float("inf")),
    ):
        lossy.plan = ["answer"]
        assert await call() == expected


async def test_what_would_answer_wrongly_is_not_sent_again(counter: AsyncRedisCounter, lossy: AsyncLossyLink) -> None:
    """Repeated, each of these would say that there was nothing to do."""
    await counter.incr("kit:n")
    calls: list[Callable[[], Any]] = [
        lambda: counter.add_members("kit:s", ["a"]),
        lambda: counter.remove("kit:n"),
        lambda: counter.clear("kit:"),
    ]
    for call in calls:
        lossy.plan = ["answer"]
        lossy.calls = 0
        with pytest.raises((StoreTimeout, StoreUnavailable)):
            await call()
        assert lossy.calls == 1
    assert await counter.members("kit:s") == frozenset()
    assert await counter.read("kit:n") is None


async def test_a_clear_that_fails_in_part_fails(counter: AsyncRedisCounter, lossy: AsyncLossyLink) -> None:
    await counter.incr_many(BATCH)
    lossy.plan = ["request"]
    lossy.lost = {1}
    with pytest.raises((StoreTimeout, StoreUnavailable)):
        await counter.clear("kit:")
    assert await counter.clear("kit:") == 1


async def test_what_the_server_rejects_is_not_sent_again(sound: AsyncLink, redis_prefix: str) -> None:
    lossy = AsyncLossyLink(sound, StoreRejected("no"))
    counter = counter_at(lossy, redis_prefix)
    lossy.plan = ["request"]
    with pytest.raises(StoreRejected):
        await counter.incr("kit:n")
    assert lossy.calls == 1
    lossy.plan = ["request"]
    lossy.lost = {0}
    lossy.calls = 0
    told = await counter.incr_many(BATCH)
    assert [type(told[0]), *told[1:]] == [StoreRejected, 2, 4, 8]
    assert lossy.calls == 4
