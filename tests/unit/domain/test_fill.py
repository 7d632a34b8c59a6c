"""The read-through serves what its rule allows, in the order of preference that it promises, and never the dead."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.entry import PLAIN, Entry
from hexcache.domain.fill import (
    Load,
    Reading,
    ReadRule,
    ReadTier,
    Serve,
    StaleMode,
    Step,
    after_failure,
    after_tier,
    begin,
    younger,
)
from hexcache.domain.freshness import Freshness, judge_age
from hexcache.domain.lookup import Candidate
from tests.unit.domain.laws import law

NOW = 100.0
SURE, NEVER_EARLY = 0.0, 1 - 2**-53
"""Draws that refresh as early, or as late, as any."""

modes: st.SearchStrategy[StaleMode] = st.sampled_from(["revalidate", "if_error", "never"])


def entry(created: float = 90.0, fresh_until: float = 110.0, dead_at: float = 120.0, cost: float = 0.0) -> Entry:
    """An entry that is fresh now unless told otherwise."""
    return Entry("k", created, PLAIN, fresh_until, dead_at, created, cost=cost)


FRESH, STALE, DEAD = entry(), entry(fresh_until=95.0), entry(fresh_until=95.0, dead_at=100.0)

entries = st.none() | st.builds(
    entry, st.integers(50, 100).map(float), st.sampled_from([90.0, 110.0]), st.sampled_from([95.0, 120.0])
).map(lambda drawn: drawn if drawn.dead_at >= drawn.fresh_until else entry(dead_at=130.0))


def read(found: list[Entry | None], rule: ReadRule, u: float = NEVER_EARLY) -> tuple[Step, int]:
    """Read tiers until a step is not a reading; that step, and how many tiers were read."""
    step = begin(len(found), rule)
    done = 0
    while isinstance(step, ReadTier):
        assert step.state.at == done
        held = found[done]
        step = after_tier(step.state, None if held is None else Candidate(done, held), NOW, u)
        done += 1
    return step, done


class TestOrderOfPreference:
    """Which of several entries is served."""

    @law
    @given(st.lists(entries, max_size=4), modes, st.sampled_from([math.inf, 30.0, 5.0, 0.0]))
    @example([None, STALE], "never", math.inf)
    @example([None, STALE], "if_error", math.inf)
    @example([None, STALE, STALE], "revalidate", math.inf)
    @example([STALE, FRESH], "revalidate", math.inf)
    def test_the_step_is_the_one_that_the_rule_prefers(
        self, found: list[Entry | None], mode: StaleMode, max_age: float
    ) -> None:
        step, done = read(found, ReadRule(mode, max_age))
        usable = [Candidate(at, held) for at, held in enumerate(found) if held and NOW - held.created < max_age]
        fresh = [one for one in usable if judge_age(one.entry, NOW) is Freshness.FRESH]
        stale = [one for one in usable if judge_age(one.entry, NOW) is Freshness.STALE]
        youngest = max(stale, key=lambda one: (one.entry.created, -one.tier), default=None)
        if mode == "revalidate" and stale and stale[0].tier == 0:
            assert (step, done) == (Serve(stale[0], refresh=True, stale=True), 1)
        elif fresh:
            assert (step, done) == (Serve(fresh[0]), fresh[0].tier + 1)
        elif mode == "revalidate" and youngest is not None:
            assert (step, done) == (Serve(youngest, refresh=True, stale=True), len(found))
        else:
            assert isinstance(step, Load)
            assert done == len(found)
            assert step.state.stale == (None if mode == "never" else youngest)

    def test_without_tiers_there_is_only_the_loader(self) -> None:
        assert begin(0, ReadRule()) == Load(Reading(0, 0, ReadRule()))

    def test_dead_entries_are_as_good_as_none(self) -> None:
        assert read([DEAD, DEAD], ReadRule()) == read([None, None], ReadRule())

    @pytest.mark.parametrize(("age", "served"), [(10.001, True), (10.0, False), (0.0, False)])
    def test_an_age_at_its_limit_is_too_old(self, age: float, served: bool) -> None:
        step, _ = read([FRESH], ReadRule(max_age=age))
        assert isinstance(step, Serve) is served


class TestEarlyRefresh:
    """A fresh entry near its end."""

    @staticmethod
    def near_its_end(quiet_until: float) -> Entry:
        """Ten seconds before the end, with a load that takes one."""
        held = entry(cost=1.0)
        held.quiet_until = quiet_until
        return held

    def test_it_is_served_and_refreshed_when_chance_says_so(self) -> None:
        held = self.near_its_end(96.0)
        assert read([held], ReadRule(), SURE)[0] == Serve(Candidate(0, held), refresh=True)
        assert read([held], ReadRule(), NEVER_EARLY)[0] == Serve(Candidate(0, held))

    def test_not_in_its_quiet_time(self) -> None:
        held = self.near_its_end(100.001)
        assert read([held], ReadRule(), SURE)[0] == Serve(Candidate(0, held))

    def test_not_when_it_is_switched_off(self) -> None:
        held = self.near_its_end(96.0)
        assert read([held], ReadRule(beta=0.0), SURE)[0] == Serve(Candidate(0, held))


class TestRefreshing:
    """A refresh is not answered by what it is to replace."""

    rule = ReadRule("if_error", newer_than=90.0)

    def test_an_entry_that_is_not_newer_only_covers_a_failure(self) -> None:
        step, _ = read([FRESH, entry(created=80.0)], self.rule)
        assert isinstance(step, Load)
        assert step.state.stale == Candidate(0, FRESH)
        assert after_failure(step.state.stale, NOW) == Serve(Candidate(0, FRESH))

    def test_a_newer_one_of_a_deeper_tier_answers_it(self) -> None:
        newer = entry(created=90.5)
        assert read([FRESH, newer], self.rule)[0] == Serve(Candidate(1, newer))

    def test_the_same_write_in_another_tier_does_not_answer_it_whatever_its_age(self) -> None:
        rule = replace(self.rule, other_than=b"v1")
        same, other = entry(created=90.5), entry(created=90.5)
        same.version, other.version = b"v1", b"v2"
        step, _ = read([same], rule)
        assert isinstance(step, Load)
        assert step.state.stale == Candidate(0, same)
        assert read([other], rule)[0] == Serve(Candidate(0, other))

    def test_writes_without_a_version_are_not_one_write(self) -> None:
        newer = entry(created=90.5)
        assert newer.version == b""
        assert read([newer], self.rule)[0] == Serve(Candidate(0, newer))


class TestFailure:
    """After the loader failed."""

    def test_a_stale_entry_covers_it(self) -> None:
        assert after_failure(Candidate(1, STALE), NOW) == Serve(Candidate(1, STALE), stale=True)

    def test_an_entry_that_died_during_the_load_does_not(self) -> None:
        assert after_failure(Candidate(1, STALE), 119.9) is not None
        assert after_failure(Candidate(1, STALE), 120.0) is None

    def test_nothing_covers_it_without_an_entry(self) -> None:
        assert after_failure(None, NOW) is None


class TestYounger:
    """Of two entries the one that was created later."""

    def test_the_first_one_wins_a_tie_and_anything_wins_over_nothing(self) -> None:
        one, other = Candidate(0, FRESH), Candidate(1, entry(created=90.0))
        assert younger(one, other) is one
        assert younger(None, other) is other
        assert younger(one, replace(other, entry=entry(created=90.1))).tier == 1
