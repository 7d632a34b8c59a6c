# Generated from src/hexcache/testing/contracts/aio/lease.py by tools/unasync.py. Do not edit.
"""The contract of the lease port: subclass it and supply the fixture ``keeper``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import CacheClosed, StoreError
from hexcache.domain.lease import LeaseState
from hexcache.ports.sync.lease import LeaseKeeper
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.primitives import MARKS, fixture, interrupted, together

ONE, OTHER = b"one", b"\x00\xffother\r\n"
"""Tokens of two who ask."""


class LeaseContract:
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
    def keeper(self, clock: MovedClock) -> LeaseKeeper:
        """The keeper under test, without leases; override it."""
        raise NotImplementedError("override the fixture `keeper(self, clock)` and return your keeper, without leases")

    @pytest.fixture
    def second_keeper(self, keeper: LeaseKeeper) -> LeaseKeeper:
        """Another object on the same leases, where there can be one; override it."""
        return keeper

    def pass_time(self, clock: MovedClock, seconds: float) -> None:
        """Let time pass for the leases; override it where their time cannot be moved."""
        clock.advance(seconds)

    @fixture(autouse=True)
    def closed_at_the_end(self, keeper: LeaseKeeper) -> Iterator[None]:
        """After each test the keeper can be closed, and closed again."""
        yield
        keeper.close()
        keeper.close()

    def at(self, key: str) -> str:
        """The address of what is loaded, as a cache would make it."""
        return f"{self.root}:{key}"

    def state(self, keeper: LeaseKeeper, key: str, holder: bytes) -> LeaseState:
        """What a request for a lease is answered."""
        return (keeper.acquire(self.at(key), holder, ttl=self.ttl)).state

    def test_a_free_lease_is_granted(self, keeper: LeaseKeeper) -> None:
        """The first who asks gets it, for as long as he asked."""
        answer = keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert answer.state is LeaseState.GRANTED
        assert answer.remaining == self.ttl

    def test_a_held_lease_is_nobody_elses(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper
    ) -> None:
        """Another is told that it is held and for how long, however often he asks, and asking changes nothing."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        for _ in range(3):
            answer = second_keeper.acquire(self.at("a"), OTHER, ttl=4 * self.ttl)
            assert answer.state is LeaseState.HELD
            assert 0 < answer.remaining <= self.ttl
        assert keeper.renew(self.at("a"), ONE, ttl=self.ttl) is True

    def test_leases_are_kept_apart(self, keeper: LeaseKeeper) -> None:
        """Addresses that look alike have different leases."""
        keys = ["a", "A", "a:b", "a/b", "a.", "*", "{a}", "{a}b", "\u00e9", "e\u0301", "%41", "k" * 4_000]
        assert [self.state(keeper, key, ONE) for key in keys] == [LeaseState.GRANTED] * len(keys)
        assert [self.state(keeper, key, OTHER) for key in keys] == [LeaseState.HELD] * len(keys)
        assert keeper.release(self.at("a"), ONE) is True
        assert [self.state(keeper, key, OTHER) for key in keys[1:]] == [LeaseState.HELD] * (len(keys) - 1)

    def test_to_its_holder_a_lease_is_granted_again(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """A repeated request is harmless: it is granted, and the whole ttl begins anew."""
        assert self.state(keeper, "a", ONE) is LeaseState.GRANTED
        self.pass_time(clock, 0.75 * self.ttl)
        assert self.state(second_keeper, "a", ONE) is LeaseState.GRANTED
        self.pass_time(clock, self.ttl - self.tick)
        assert self.state(keeper, "a", OTHER) is LeaseState.HELD

    def test_a_released_lease_is_free(self, keeper: LeaseKeeper, second_keeper: LeaseKeeper) -> None:
        """The next who asks is granted it; releasing again is releasing nothing."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert keeper.release(self.at("a"), ONE) is True
        assert keeper.release(self.at("a"), ONE) is False
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    def test_only_its_holder_releases_a_lease(self, keeper: LeaseKeeper) -> None:
        """The token of another, or of nobody, changes nothing."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert keeper.release(self.at("a"), OTHER) is False
        assert keeper.release(self.at("a"), OTHER, rest=self.ttl) is False
        assert keeper.release(self.at("never"), OTHER, rest=self.ttl) is False
        assert self.state(keeper, "a", OTHER) is LeaseState.HELD
        assert self.state(keeper, "never", ONE) is LeaseState.GRANTED

    def test_a_lease_ends_at_its_ttl(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """A tick before it is held, at it anybody is granted it, whatever became of its holder."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        self.pass_time(clock, self.ttl - self.tick)
        answer = second_keeper.acquire(self.at("a"), OTHER, ttl=self.ttl)
        assert answer.state is LeaseState.HELD
        assert 0 < answer.remaining <= self.tick
        self.pass_time(clock, self.tick)
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    def test_a_renewed_lease_lives_on(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """Each renewal lets it live for the ttl from then on, not longer and not shorter."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        for _ in range(3):
            self.pass_time(clock, 0.75 * self.ttl)
            assert keeper.renew(self.at("a"), ONE, ttl=self.ttl) is True
        self.pass_time(clock, self.ttl - self.tick)
        assert self.state(second_keeper, "a", OTHER) is LeaseState.HELD
        self.pass_time(clock, self.tick)
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    def test_only_its_holder_renews_a_lease(self, keeper: LeaseKeeper, clock: MovedClock) -> None:
        """The token of another neither renews it nor takes it; what nobody holds is not renewed into being."""
        assert keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert self.state(keeper, "a", ONE) is LeaseState.GRANTED
        self.pass_time(clock, 0.75 * self.ttl)
        assert keeper.renew(self.at("a"), OTHER, ttl=self.ttl) is False
        self.pass_time(clock, 0.25 * self.ttl)
        assert self.state(keeper, "a", OTHER) is LeaseState.GRANTED

    def test_a_lease_that_ended_is_not_its_holders_any_more(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """Neither before nor after another took it can it be renewed or released by the one who had it."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        self.pass_time(clock, self.ttl)
        assert keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert keeper.release(self.at("a"), ONE) is False
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED
        assert keeper.renew(self.at("a"), ONE, ttl=self.ttl) is False
        assert keeper.release(self.at("a"), ONE) is False
        assert keeper.release(self.at("a"), ONE, rest=self.ttl) is False
        assert second_keeper.renew(self.at("a"), OTHER, ttl=self.ttl) is True

    def test_a_resting_lease_is_granted_to_nobody_until_its_rest_is_over(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """Not to the one who left it so, who holds it no more, nor to others; a tick before the end, and not at it."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        assert keeper.release(self.at("a"), ONE, rest=self.ttl) is True
        self.pass_time(clock, self.ttl - self.tick)
        for asked, holder in ((keeper, ONE), (second_keeper, OTHER)):
            answer = asked.acquire(self.at("a"), holder, ttl=self.ttl)
            assert answer.state is LeaseState.RESTING
            assert 0 < answer.remaining <= self.tick
            assert asked.renew(self.at("a"), holder, ttl=self.ttl) is False
            assert asked.release(self.at("a"), holder) is False
        self.pass_time(clock, self.tick)
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    def test_of_those_who_race_for_a_free_lease_one_is_granted_it(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper
    ) -> None:
        """Thirty-two ask at once, through two objects."""
        both = [keeper, second_keeper]
        told = together([partial(self.state, both[turn % 2], "a", b"%d" % turn) for turn in range(32)])
        assert sorted(state.value for state in told) == ["granted"] + ["held"] * 31

    def test_of_those_who_race_for_a_lease_that_ended_one_is_granted_it(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, clock: MovedClock
    ) -> None:
        """The dead holder's lease passes to one of thirty-two."""
        both = [keeper, second_keeper]
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        self.pass_time(clock, self.ttl)
        told = together([partial(self.state, both[turn % 2], "a", b"%d" % turn) for turn in range(32)])
        assert sorted(state.value for state in told) == ["granted"] + ["held"] * 31

    @pytest.mark.parametrize("turns", range(6))
    def test_an_interrupted_request_leaves_the_lease_whole(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, turns: int
    ) -> None:
        """Whether it was granted or not, whoever asked can have it or give it back, and then another can."""
        interrupted(partial(self.state, keeper, "a", ONE), turns)
        assert self.state(keeper, "a", ONE) is LeaseState.GRANTED
        assert self.state(second_keeper, "a", OTHER) is LeaseState.HELD
        assert keeper.release(self.at("a"), ONE) is True
        assert self.state(second_keeper, "a", OTHER) is LeaseState.GRANTED

    @pytest.mark.parametrize("call", ["acquire", "renew", "release"])
    def test_calls_after_closing_raise(
        self, keeper: LeaseKeeper, second_keeper: LeaseKeeper, call: str
    ) -> None:
        """A closed keeper raises a ``StoreError`` or ``CacheClosed``; the leases of its holders stay theirs."""
        keeper.acquire(self.at("a"), ONE, ttl=self.ttl)
        keeper.close()
        calls: dict[str, Any] = {
            "acquire": partial(keeper.acquire, self.at("b"), ONE, ttl=self.ttl),
            "renew": partial(keeper.renew, self.at("a"), ONE, ttl=self.ttl),
            "release": partial(keeper.release, self.at("a"), ONE),
        }
        with pytest.raises((StoreError, CacheClosed)):
            calls[call]()
        if second_keeper is not keeper:
            assert self.state(second_keeper, "a", OTHER) is LeaseState.HELD
