"""Laws of a counter about limiters, sets, prefixes and closing."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import CacheClosed, NotANumber, StoreError
from hexcache.domain.increment import Increment
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.counter_ground import AsyncCounterGround
from hexcache.testing.contracts.aio.primitives import together

RULES = [FixedWindow(10, 60.0), SlidingWindow(10, 60.0), Gcra(10, 60.0)]


class AsyncCounterLimitLaws(AsyncCounterGround):
    """``spend``, ``add_members``, ``members``, ``clear``, ``aclose``."""

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
    async def test_a_limiter_grants_its_limit(self, counter: AsyncCounter, rule: RateRule) -> None:
        """Ten units are granted, the eleventh is not, and the answer says what is left and when to come again."""
        decisions = [await counter.spend(self.at("r"), rule) for _ in range(11)]
        assert [decision.allowed for decision in decisions] == [True] * 10 + [False]
        assert [decision.remaining for decision in decisions] == [*range(9, -1, -1), 0]
        assert decisions[-1].retry_after > 0

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
    async def test_a_refusal_spends_nothing(self, counter: AsyncCounter, rule: RateRule) -> None:
        """A request that is too large is refused and leaves the rest for others."""
        assert (await counter.spend(self.at("r"), rule, 7)).allowed
        assert not (await counter.spend(self.at("r"), rule, 4)).allowed
        assert (await counter.spend(self.at("r"), rule, 3)).allowed

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
    async def test_a_limiter_recovers(self, counter: AsyncCounter, clock: MovedClock, rule: RateRule) -> None:
        """After ``retry_after`` the request that was refused is granted."""
        await counter.spend(self.at("r"), rule, 10)
        refused = await counter.spend(self.at("r"), rule, 2)
        assert not refused.allowed
        await self.pass_time(clock, refused.retry_after)
        assert (await counter.spend(self.at("r"), rule, 2)).allowed

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.kind)
    async def test_concurrent_requests_share_one_limit(
        self, counter: AsyncCounter, second_counter: AsyncCounter, rule: RateRule
    ) -> None:
        """Of thirty-two requests at once, through two objects, exactly ten are granted."""
        both = [counter, second_counter]
        told = await together([partial(both[turn % 2].spend, self.at("r"), rule) for turn in range(32)])
        assert sum(decision.allowed for decision in told) == 10

    async def test_limiters_are_kept_apart(self, counter: AsyncCounter) -> None:
        """What one subject spends, another still has; a removed limiter starts anew."""
        rule = FixedWindow(1, 60.0)
        assert (await counter.spend(self.at("r"), rule)).allowed
        assert (await counter.spend(self.at("R"), rule)).allowed
        assert not (await counter.spend(self.at("r"), rule)).allowed
        assert await counter.remove(self.at("r")) is True
        assert (await counter.spend(self.at("r"), rule)).allowed

    async def test_members_are_added_once(self, counter: AsyncCounter) -> None:
        """``add_members`` counts the new ones; a set holds each once; no set is an empty set."""
        assert await counter.members(self.at("s")) == frozenset()
        assert await counter.add_members(self.at("s"), ["a", "b", "a"]) == 2
        assert await counter.add_members(self.at("s"), ["b", "c", "\u00e9", ""]) == 3
        members = await counter.members(self.at("s"))
        assert type(members) is frozenset
        assert members == {"a", "b", "c", "\u00e9", ""}

    async def test_a_set_lives_from_its_creation(self, counter: AsyncCounter, clock: MovedClock) -> None:
        """The first call sets the end of a set; it is gone at it."""
        await counter.add_members(self.at("s"), ["a"], ttl=10)
        await self.pass_time(clock, 6)
        await counter.add_members(self.at("s"), ["b"], ttl=10)
        left = await counter.ttl(self.at("s"))
        assert left is not None
        assert abs(left - 4) <= self.tick
        await self.pass_time(clock, 4)
        assert await counter.members(self.at("s")) == frozenset()
        assert await counter.ttl(self.at("s")) is None

    async def test_a_number_takes_no_members(self, counter: AsyncCounter) -> None:
        """Adding members to a counter raises ``NotANumber`` and leaves the number as it is."""
        await counter.incr(self.at("n"), 3)
        with pytest.raises(NotANumber):
            await counter.add_members(self.at("n"), ["a"])
        assert await counter.read(self.at("n")) == 3

    async def test_concurrent_members_are_all_added(self, counter: AsyncCounter) -> None:
        """Sixteen callers add one member each, and one that is common to all."""
        told = await together([partial(counter.add_members, self.at("s"), [str(n), "all"]) for n in range(16)])
        assert sum(told) == 17
        assert await counter.members(self.at("s")) == {*map(str, range(16)), "all"}

    async def test_clear_forgets_what_begins_with_the_prefix(self, counter: AsyncCounter) -> None:
        """Numbers, sets and limiters below the prefix go and are counted; others stay, the prefix is literal."""
        await counter.incr(self.at("*n"))
        await counter.add_members(self.at("*s"), ["a"])
        await counter.spend(self.at("*r"), FixedWindow(1, 60.0))
        await counter.incr(self.at("n"), 5)
        await counter.incr(f"{self.root}2:*n", 6)
        assert await counter.clear(self.at("*")) == 3
        assert await counter.read(self.at("*n")) is None
        assert await counter.members(self.at("*s")) == frozenset()
        assert (await counter.spend(self.at("*r"), FixedWindow(1, 60.0))).allowed
        assert [await counter.read(self.at("n")), await counter.read(f"{self.root}2:*n")] == [5, 6]

    @pytest.mark.parametrize(
        "call", ["incr", "incr_many", "read", "ttl", "remove", "spend", "add_members", "members", "clear"]
    )
    async def test_calls_after_closing_raise(self, counter: AsyncCounter, call: str) -> None:
        """A closed counter raises a ``StoreError`` or ``CacheClosed``; it never answers with a number."""
        await counter.incr(self.at("n"))
        await counter.aclose()
        calls: dict[str, Any] = {
            "incr": lambda: counter.incr(self.at("n")),
            "incr_many": lambda: counter.incr_many([Increment(self.at("n"))]),
            "read": lambda: counter.read(self.at("n")),
            "ttl": lambda: counter.ttl(self.at("n")),
            "remove": lambda: counter.remove(self.at("n")),
            "spend": lambda: counter.spend(self.at("r"), FixedWindow(1, 60.0)),
            "add_members": lambda: counter.add_members(self.at("s"), ["a"]),
            "members": lambda: counter.members(self.at("s")),
            "clear": lambda: counter.clear(self.at("")),
        }
        with pytest.raises((StoreError, CacheClosed)):
            await calls[call]()
