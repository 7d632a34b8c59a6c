"""Durations are read strictly, and a life is only ever cut, never extended."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidLifetime
from hexcache.domain.lifetime import NEVER, UNSET, Lifetime, parse_ttl
from tests.unit.domain.laws import law

seconds = st.floats(0, 1e9, exclude_min=True)


class TestParsing:
    """What may be written for a duration."""

    @pytest.mark.parametrize(
        ("ttl", "expected"),
        [
            (None, NEVER),
            (math.inf, NEVER),
            (1, 1.0),
            (0.25, 0.25),
            (timedelta(minutes=1, milliseconds=5), 60.005),
            ("90s", 90.0),
            ("10m", 600.0),
            ("2h30m", 9000.0),
            ("1d", 86400.0),
            ("1d1h1m1s1ms", 90061.001),
            ("1.5s", 1.5),
            ("250ms", 0.25),
            ("1m1ms", 60.001),
            ("007s", 7.0),
        ],
    )
    def test_each_form_is_read_as_seconds(self, ttl: object, expected: float) -> None:
        assert parse_ttl(ttl) == pytest.approx(expected)
        assert isinstance(parse_ttl(ttl), float)

    @pytest.mark.parametrize(
        "ttl",
        [
            *(
                "",
                "90",
                "s",
                "90 s",
                " 90s",
                "90S",
                "-90s",
                "+90s",
                "1s1s",
                "1m1h",
                "1.5m",
                "1e3s",
                "1_0s",
                "٣s",
                "1s\n",
            ),
            *("m", ".5s", "5.s", "1msm", "inf", "never"),
            *(b"90s", [90], True, False, object(), 1 + 0j),
            *(math.nan, 0, -1, 0.0, -0.0, -math.inf, timedelta(0), timedelta(seconds=-1), "0s", "0d0h"),
            10**400,
        ],
    )
    def test_anything_else_is_refused_with_the_forms(self, ttl: object) -> None:
        with pytest.raises(InvalidLifetime, match=r"^ttl is .*accepted: seconds as a number"):
            parse_ttl(ttl)

    def test_the_refusal_names_the_argument(self) -> None:
        with pytest.raises(InvalidLifetime, match=r"^stale_ttl is "):
            parse_ttl("soon", "stale_ttl")

    @law
    @given(st.integers(0, 999), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(1, 999))
    def test_text_adds_up(self, days: int, hours: int, minutes: int, whole: int, parts: int) -> None:
        text = f"{days}d{hours}h{minutes}m{whole}s{parts}ms"
        expected = timedelta(days=days, hours=hours, minutes=minutes, seconds=whole, milliseconds=parts)
        assert parse_ttl(text) == pytest.approx(expected.total_seconds())
        assert parse_ttl(expected) == expected.total_seconds()

    @law
    @given(st.text("0123456789dhms. ", max_size=8))
    def test_text_is_seconds_or_refused(self, text: str) -> None:
        try:
            assert parse_ttl(text) > 0
        except InvalidLifetime:
            return

    @law
    @given(seconds | st.integers(1, 10**9))
    def test_a_number_is_itself(self, number: float) -> None:
        assert parse_ttl(number) == number

    def test_left_out_is_told_from_never(self) -> None:
        assert repr(UNSET) == "UNSET"
        with pytest.raises(InvalidLifetime, match="Unset"):
            parse_ttl(UNSET)


class TestLife:
    """Caps and jitter."""

    @law
    @given(seconds | st.just(NEVER), st.floats(0, 1e9) | st.just(NEVER), seconds | st.just(NEVER))
    def test_a_cap_bounds_the_whole_and_adds_nothing(self, ttl: float, stale_ttl: float, cap: float) -> None:
        capped = Lifetime(ttl, stale_ttl).capped(cap)
        assert capped.ttl <= ttl
        assert capped.stale_ttl <= stale_ttl
        assert capped.stale_ttl >= 0
        assert capped.ttl + capped.stale_ttl <= cap or math.isclose(capped.ttl + capped.stale_ttl, cap)

    def test_a_cap_takes_from_the_stale_window_first(self) -> None:
        assert Lifetime(10, 20).capped(60) == Lifetime(10, 20)
        assert Lifetime(10, 20).capped(15) == Lifetime(10, 5)
        assert Lifetime(10, 20).capped(4) == Lifetime(4, 0)
        assert Lifetime(NEVER).capped(60) == Lifetime(60, 0)
        assert Lifetime(NEVER, NEVER).capped(NEVER) == Lifetime(NEVER, NEVER)

    @law
    @given(seconds, st.floats(0, 1e9), st.floats(0, 0.5), st.floats(0, 1, exclude_max=True))
    def test_jitter_stays_within_its_ratio_and_leaves_the_stale_window(
        self, ttl: float, stale_ttl: float, ratio: float, u: float
    ) -> None:
        life = Lifetime(ttl, stale_ttl).jittered(ratio, u)
        assert abs(life.ttl - ttl) <= ttl * ratio * (1 + 1e-9) + 1e-300
        assert life.ttl >= 0
        assert life.stale_ttl == stale_ttl

    @law
    @given(seconds, st.floats(0.001, 0.5), st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True))
    def test_jitter_follows_the_draw(self, ttl: float, ratio: float, u: float, v: float) -> None:
        assume(abs(u - v) > 1e-6)
        life = Lifetime(ttl)
        assert (life.jittered(ratio, u).ttl <= life.jittered(ratio, v).ttl) == (u < v) or ttl < 1e-300

    def test_jitter_at_its_middle_and_its_ends(self) -> None:
        assert Lifetime(100).jittered(0.05, 0.5).ttl == 100
        assert Lifetime(100).jittered(0.05, 0.0).ttl == pytest.approx(95)
        assert Lifetime(100).jittered(0.05, 1 - 2**-53).ttl == pytest.approx(105)

    def test_what_never_ends_has_no_jitter_and_no_ratio_changes_nothing(self) -> None:
        life = Lifetime(NEVER, 5)
        assert life.jittered(0.05, 0.1) is life
        life = Lifetime(7.0, 5)
        assert life.jittered(0, 0.9) is life
