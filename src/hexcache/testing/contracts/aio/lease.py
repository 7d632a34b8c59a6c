"""The contract of the lease port: subclass it and supply the fixture ``keeper``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import CacheClosed, StoreError
from hexcache.domain.lease import LeaseState
from hexcache.ports.aio.lease import AsyncLeaseKeeper
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.primitives import MARKS, fixture, interrupted, together

ONE, OTHER = b"one", b"\x00\xffother\r\n"
"""Tokens of two who ask."""


class AsyncLeaseContract:
    """Every law of the lease port, with two objects on the same leases where there can be two.

    Attributes:
        root: every address of the kit begins with it and a colon.
        ttl: life of the leases of the tests, seconds.
        tick: the finest difference of lives that the keeper can tell, seconds; less than a quarter of ``ttl``.
    """

    pytestmark = MARKS
    root = "kit"
    ttl = 12.0
    tick = 2.0**-10

    @pytest.fixture
    def clock(self) -> MovedClock:
        """The time that the keeper under test is given."""
        return MovedClock()

    @pytest.fixture
    def keeper(self, clock: MovedClock) -> AsyncLeaseKeeper:
        """The keeper under test, without leases; override it."""
        raise NotImplementedError("override the fixture `keeper(self, clock)` and return your keeper, without leases")

    @pytest.fixture
    def second_keeper(self, keeper: AsyncLeaseKeeper) -> AsyncLeaseKeeper:
        """Another object on the same leases, where there can be one; override it."""
        return keeper

    async def pass_time(self, clock: MovedClock, seconds: float) -> None:
        """Let time pass for the leases; override it where their time cannot be moved."""
        clock.advance(seconds)

    @fixture(autouse=True)
    async def closed_at_the_end(self, keeper: AsyncLeaseKeeper) -> AsyncIterator[None]:
        """After each test the keeper can be closed, and closed again."""
        yield
        await keeper.aclose()
        await keeper.aclose()

    def at(self, key: str) -> str:
        """The address of what is loaded, as a cache would make it."""
        return f"{self.root}:{key}"

    async def state(self, keeper: AsyncLeaseKeeper, key: str, holder: bytes) -> LeaseState:
        """What a request for a lease is answered."""
        return (await keeper.acquire(self.at(key), holder, ttl=self.ttl)).state

    async def test_a_free_lease_is_granted(self, keeper: AsyncLeaseKeeper) -> None:
        """The first who asks gets it, for as long as he asked."""
        answer = await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert answer.state is LeaseState.GRANTED
        assert answer.remaining == self.ttl

    async def test_a_held_lease_is_nobody_elses(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper
    ) -> None:
        """Another is told that it is held and for how long, however often he asks, and asking changes nothing."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        for _ in range(3):
            answer = await second_keeper.acquire(self.at("a"), OTHER, ttl=4 * self.ttl)
            assert answer.state is LeaseState.HELD
            assert 0 < answer.remaining <= self.ttl
        assert await keeper.renew(self.at("a"), ONE, ttl=self.ttl) is True

    async def test_leases_are_kept_apart(self, keeper: AsyncLeaseKeeper) -> None:
        """Addresses that look alike have different leases."""
        keys = ["a", "A", "a:b", "a/b", "a.", "*", "{a}", "{a}b", "\u00e9", "e\u0301", "%41", "k" * 4_000]
        assert [await self.state(keeper, key, ONE) for key in keys] == [LeaseState.GRANTED] * len(keys)
        assert [await self.state(keeper, key, OTHER) for key in keys] == [LeaseState.HELD] * len(keys)
        assert await keeper.release(self.at("a"), ONE) is True
        assert [await self.state(keeper, key, OTHER) for key in keys[1:]] == [LeaseState.HELD] * (len(keys) - 1)

    async def test_to_its_holder_a_lease_is_granted_again(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """A repeated request is harmless: it is granted, and the whole ttl begins anew."""
        assert await self.state(keeper, "a", ONE) is LeaseState.GRANTED
        await self.pass_time(clock, 0.75 * self.ttl)
        assert await self.state(second_keeper, "a", ONE) is LeaseState.GRANTED
        await self.pass_time(clock, self.ttl - self.tick)
        assert await self.state(keeper, "a", OTHER) is LeaseState.HELD

    async def test_a_released_lease_is_free(self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper) -> None:
        """The next who asks is granted it; releasing again is releasing nothing."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert await keeper.release(self.at("a"), ONE) is True
        assert await keeper.release(self.at("a"), ONE) is False
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    async def test_only_its_holder_releases_a_lease(self, keeper: AsyncLeaseKeeper) -> None:
        """The token of another, or of nobody, changes nothing."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert await keeper.release(self.at("a"), OTHER) is False
        assert await keeper.release(self.at("a"), OTHER, rest=self.ttl) is False
        assert await keeper.release(self.at("never"), OTHER, rest=self.ttl) is False
        assert await self.state(keeper, "a", OTHER) is LeaseState.HELD
        assert await self.state(keeper, "never", ONE) is LeaseState.GRANTED

    async def test_a_lease_ends_at_its_ttl(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """A tick before it is held, at it anybody is granted it, whatever became of its holder."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        await self.pass_time(clock, self.ttl - self.tick)
        answer = await second_keeper.acquire(self.at("a"), OTHER, ttl=self.ttl)
        assert answer.state is LeaseState.HELD
        assert 0 < answer.remaining <= self.tick
        await self.pass_time(clock, self.tick)
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    async def test_a_renewed_lease_lives_on(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """Each renewal lets it live for the ttl from then on, not longer and not shorter."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        for _ in range(3):
            await self.pass_time(clock, 0.75 * self.ttl)
            assert await keeper.renew(self.at("a"), ONE, ttl=self.ttl) is True
        await self.pass_time(clock, self.ttl - self.tick)
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.HELD
        await self.pass_time(clock, self.tick)
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    async def test_only_its_holder_renews_a_lease(self, keeper: AsyncLeaseKeeper, clock: MovedClock) -> None:
        """The token of another neither renews it nor takes it; what nobody holds is not renewed into being."""
        assert await keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert await self.state(keeper, "a", ONE) is LeaseState.GRANTED
        await self.pass_time(clock, 0.75 * self.ttl)
        assert await keeper.renew(self.at("a"), OTHER, ttl=self.ttl) is False
        await self.pass_time(clock, 0.25 * self.ttl)
        assert await self.state(keeper, "a", OTHER) is LeaseState.GRANTED

    async def test_a_lease_that_ended_is_not_its_holders_any_more(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """Neither before nor after another took it can it be renewed or released by the one who had it."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        await self.pass_time(clock, self.ttl)
        assert await keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert await keeper.release(self.at("a"), ONE) is False
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED
        assert await keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert await keeper.release(self.at("a"), ONE) is False
        assert await keeper.release(self.at("a"), ONE, rest=self.ttl) is False
        assert await second_keeper.renew(self.at("a"), OTHER, ttl=self.ttl) is True

    async def test_a_resting_lease_is_granted_to_nobody_until_its_rest_is_over(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """Not to the one who left it so, who holds it no more, nor to others; a tick before the end, and not at it."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert await keeper.release(self.at("a"), ONE, rest=self.ttl) is True
        await self.pass_time(clock, self.ttl - self.tick)
        for asked, holder in ((keeper, ONE), (second_keeper, OTHER)):
            answer = await asked.acquire(self.at("a"), holder, ttl=self.ttl)
            assert answer.state is LeaseState.RESTING
            assert 0 < answer.remaining <= self.tick
            assert await asked.renew(self.at("a"), holder, ttl=self.ttl) is False
            assert await asked.release(self.at("a"), holder) is False
        await self.pass_time(clock, self.tick)
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    async def test_of_those_who_race_for_a_free_lease_one_is_granted_it(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper
    ) -> None:
        """Thirty-two ask at once, through two objects."""
        both = [keeper, second_keeper]
        told = await together([partial(self.state, both[turn % 2], "a", b"%d" % turn) for turn in range(32)])
        assert sorted(state.value for state in told) == ["granted"] + ["held"] * 31

    async def test_of_those_who_race_for_a_lease_that_ended_one_is_granted_it(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, clock: MovedClock
    ) -> None:
        """The dead holder's lease passes to one of thirty-two."""
        both = [keeper, second_keeper]
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        await self.pass_time(clock, self.ttl)
        told = await together([partial(self.state, both[turn % 2], "a", b"%d" % turn) for turn in range(32)])
        assert sorted(state.value for state in told) == ["granted"] + ["held"] * 31

    @pytest.mark.parametrize("turns", range(6))
    async def test_an_interrupted_request_leaves_the_lease_whole(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, turns: int
    ) -> None:
        """Whether it was granted or not, whoever asked can have it or give it back, and then another can."""
        await interrupted(partial(self.state, keeper, "a", ONE), turns)
        assert await self.state(keeper, "a", ONE) is LeaseState.GRANTED
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.HELD
        assert await keeper.release(self.at("a"), ONE) is True
        assert await self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    @pytest.mark.parametrize("call", ["acquire", "renew", "release"])
    async def test_calls_after_closing_raise(
        self, keeper: AsyncLeaseKeeper, second_keeper: AsyncLeaseKeeper, call: str
    ) -> None:
        """A closed keeper raises a ``StoreError`` or ``CacheClosed``; the leases of its holders stay theirs."""
        await keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        await keeper.aclose()
        calls: dict[str, Any] = {
            "acquire": partial(keeper.acquire, self.at("b"), ONE, ttl=self.ttl),
            "renew": partial(keeper.renew, self.at("a"), ONE, ttl=self.ttl),
            "release": partial(keeper.release, self.at("a"), ONE),
        }
        with pytest.raises((StoreError, CacheClosed)):
            await calls[call]()
        if second_keeper is not keeper:
            assert await self.state(second_keeper, "a", OTHER) is LeaseState.HELD
