"""A limiter on a server decides exactly as the domain's rule does, to the last bit of its state."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.count_records import RESEND_SECONDS
from hexcache.domain.errors import InvalidSetting, NotANumber, Unsupported
from hexcache.domain.rate import Decision, FixedWindow, Gcra, RateRule, RateState, SlidingWindow
from hexcache.domain.rate.rule import window_start
from tests.integration.redis.counter.counting import Desk, desk
from tests.servers.single import Server

LIMITS = st.one_of(st.integers(1, 12), st.integers(1, 10**9), st.just(10**9))
PERIODS = st.one_of(st.sampled_from([0.001, 0.1, 1 / 3, 1.0, 7.0, 60.0, 86_400.0, 1e9]), st.floats(0.001, 1e9))
RULES: st.SearchStrategy[RateRule] = st.one_of(
    st.builds(FixedWindow, LIMITS, PERIODS),
    st.builds(SlidingWindow, LIMITS, PERIODS),
    st.builds(Gcra, LIMITS, PERIODS, st.none() | LIMITS),
)
BEGINNINGS = st.one_of(st.floats(0.0, 4e9), st.sampled_from([1_700_000_000.0, 1_700_000_000.123456, 0.0]))
SHARES = st.one_of(st.sampled_from([0.0, 0.001, 0.5, 1.0, 2.0, -0.5, -1.0, -3.0]), st.floats(-1.5, 3.0))
NUDGES = st.sampled_from([0.0, math.inf, -math.inf])
UNITS = st.one_of(st.integers(0, 3), st.integers(0, 10**9), st.just(10**30))
STEPS = st.lists(st.tuples(SHARES, NUDGES, UNITS, st.booleans()), min_size=1, max_size=8)
"""How many periods pass (backwards too), a neighbour of that moment, and units: so many, or so many of the limit."""


@dataclass
class Plain:
    """The rule as it is: what a store does with it, without a store."""

    rule: RateRule
    state: RateState | None = None
    dead_at: float = math.inf

    def spend(self, now: float, n: int) -> Decision:
        after, decision = self.rule.advance(None if self.dead_at <= now else self.state, now, n)
        if decision.allowed and n:
            self.state, self.dead_at = after, now + self.rule.state_ttl
        return decision


@pytest.fixture(scope="module", params=["valkey", "redis_server"])
def rates(request: pytest.FixtureRequest) -> Iterator[Desk]:
    server: Server = request.getfixturevalue(request.param)
    with desk(server, "rates:") as one:
        yield one
        one.counter.clear("")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rule=RULES, beginning=BEGINNINGS, steps=STEPS)
def test_a_server_decides_as_the_rule_does(
    rates: Desk, rule: RateRule, beginning: float, steps: list[tuple[float, float, int, bool]]
) -> None:
    address, plain, moment = rates.new_address(), Plain(rule), beginning
    for share, nudge, units, of_limit in steps:
        moment = max(0.0, moment + share * rule.period)
        rates.time.now = math.nextafter(moment, nudge) if nudge else moment
        n = units % (rule.limit + 1) if of_limit else units
        assert rates.counter.spend(address, rule, n) == plain.spend(rates.time.now, n)
        if plain.state is not None and plain.dead_at > rates.time.now:
            kind, _, *numbers = rates.head(address).split()
            assert (kind, tuple(map(float, numbers))) == (rule.kind, plain.state)


@pytest.mark.parametrize("period", [60.0, 1 / 3])
@pytest.mark.parametrize("kind", [FixedWindow, SlidingWindow, Gcra])
def test_a_server_decides_as_the_rule_does_at_every_border(
    rates: Desk, kind: Callable[[int, float], RateRule], period: float
) -> None:
    """Units at the begin of a window or in it, perhaps more in the next; then a look from each border, or beside it."""
    rule = kind(10, period)
    start = window_start(1_700_000_000.0, period) + period
    borders = [start + count * period for count in (-2, -1, -0.5, 0, 1, 2, 3, 4)]
    moments = [math.nextafter(border, way) for border in borders for way in (-math.inf, border, math.inf)]
    for first, second, moment in itertools.product((0.0, 0.3), (None, 1.0, 1.3), moments):
        address, plain = rates.new_address(), Plain(rule)
        for share, n in ((first, 4), (second, 3)):
            if share is not None:
                rates.time.now = start + share * period
                assert rates.counter.spend(address, rule, n) == plain.spend(rates.time.now, n)
        rates.time.now = moment
        for n in (1, 5):
            assert rates.counter.spend(address, rule, n) == plain.spend(moment, n)
        if plain.state is not None and plain.dead_at > moment:
            assert tuple(map(float, rates.head(address).split()[2:])) == plain.state


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(RULES, min_size=2, max_size=5), n=st.integers(1, 3))
def test_a_rule_of_another_kind_begins_anew(rates: Desk, rules: list[RateRule], n: int) -> None:
    address, state, last, rates.time.now = rates.new_address(), None, "", 1_700_000_000.0
    for rule in rules:
        after, expected = rule.advance(state if rule.kind == last else None, rates.time.now, n)
        assert rates.counter.spend(address, rule, n) == expected
        if expected.allowed:
            state, last = after, rule.kind


@pytest.mark.parametrize("rule", [FixedWindow(3, 10.0), SlidingWindow(3, 10.0), Gcra(3, 10.0)], ids=lambda r: r.kind)
class TestRecords:
    """What a limiter leaves on the server."""

    def test_nothing_is_written_without_a_grant(self, rates: Desk, rule: RateRule) -> None:
        address = rates.new_address()
        assert rates.counter.spend(address, rule, 0).allowed
        assert not rates.counter.spend(address, rule, 4).allowed
        assert rates.client.exists(rates.key(address)) == 0

    def test_a_state_ends_by_itself_on_the_servers_time(self, rates: Desk, rule: RateRule) -> None:
        address = rates.new_address()
        assert rates.on_its_own_time.spend(address, rule, 3).allowed
        refused = rates.on_its_own_time.spend(address, rule, 1)
        assert not refused.allowed
        assert 0 < refused.retry_after <= 20.0
        assert 0 < rates.client.pttl(rates.key(address)) <= rule.state_ttl * 1000 + 1

    def test_ids_of_units_are_forgotten_in_time(self, rates: Desk, rule: RateRule) -> None:
        address, rates.time.now = rates.new_address(), 1_700_000_000.0
        many = type(rule)(1000, 600.0)  # type: ignore[call-arg]  # each of the three is made so
        for _ in range(20):
            rates.counter.spend(address, many)
        assert rates.client.zcard(rates.key(address)) == 21
        rates.time.now += RESEND_SECONDS
        rates.counter.spend(address, many)
        assert rates.client.zcard(rates.key(address)) == 2

    def test_a_limiter_is_no_counter_and_no_set(self, rates: Desk, rule: RateRule) -> None:
        address = rates.new_address()
        rates.counter.spend(address, rule)
        head = rates.head(address)
        with pytest.raises(NotANumber):
            rates.counter.incr(address)
        with pytest.raises(NotANumber):
            rates.counter.add_members(address, ["a"])
        assert (rates.counter.read(address), rates.counter.ttl(address)) == (None, None)
        assert rates.counter.members(address) == frozenset()
        assert rates.head(address) == head
        for other in ("number", "set"):
            taken = rates.new_address()
            _ = rates.counter.incr(taken) if other == "number" else rates.counter.add_members(taken, ["a"])
            with pytest.raises(NotANumber):
                rates.counter.spend(taken, rule)

    @pytest.mark.parametrize("bad", [-1, 1.0, True, "1"], ids=repr)
    def test_what_is_no_number_of_units_is_refused(self, rates: Desk, rule: RateRule, bad: int) -> None:
        with pytest.raises(InvalidSetting):
            rates.counter.spend(rates.new_address(), rule, bad)


def test_a_rule_that_the_server_has_no_script_for_is_refused(rates: Desk) -> None:
    class Generous(FixedWindow):
        """A rule with a mind of its own."""

    with pytest.raises(Unsupported, match="Generous"):
        rates.counter.spend(rates.new_address(), Generous(1, 1.0))
