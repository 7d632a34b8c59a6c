"""Two values have one encoding exactly when they are the same, and what cannot be told apart is refused."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.domain.canonical import canonical
from hexcache.domain.errors import InvalidKey
from tests.unit.domain.encoded import NEAR, VALUES, same, shuffled
from tests.unit.domain.laws import law


class TestInjective:
    """Different values, different encodings; equal ones, equal encodings."""

    @law
    @given(VALUES, VALUES)
    @example({1: "a"}, {True: "a"})
    @example([["a"], "b"], [["a", "b"]])
    @example({"a": {"b": 1}}, {"a": 1, "b": {}})
    @example({("a", "b")}, {"a", "b"})
    @example(["ab", "c"], ["a", "bc"])
    def test_values_have_one_encoding_exactly_when_they_are_the_same(self, one: Any, other: Any) -> None:
        assert (canonical(one) == canonical(other)) == same(one, other)

    def test_no_two_near_values_meet(self) -> None:
        for place, one in enumerate(NEAR):
            for other in NEAR[:place]:
                assert (canonical(one) == canonical(other)) == same(one, other)
        assert len({canonical(value) for value in NEAR}) > len(NEAR) - 4

    @law
    @given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=3))
    def test_encodings_one_after_another_do_not_run_together(self, one: list[Any], other: list[Any]) -> None:
        joined = [b"".join(map(canonical, values)) for values in (one, other)]
        assert (joined[0] == joined[1]) == same(one, other)

    @law
    @given(VALUES, st.randoms(use_true_random=False))
    def test_order_where_there_is_none_does_not_count(self, value: Any, random: Any) -> None:
        def order(parts: list[Any]) -> list[Any]:
            random.shuffle(parts)
            return parts

        assert canonical(shuffled(value, order)) == canonical(value)

    def test_order_where_there_is_one_counts(self) -> None:
        assert canonical([1, 2]) != canonical([2, 1])
        assert canonical((1, 2)) != canonical([1, 2])

    def test_every_nan_is_the_same_one_and_the_two_zeros_are_two(self) -> None:
        assert canonical(float("nan")) == canonical(-float("nan"))
        assert canonical(complex(0, float("nan"))) == canonical(complex(0, -float("nan")))
        assert canonical(0.0) != canonical(-0.0)

    def test_numbers_have_no_limit_on_digits(self) -> None:
        assert canonical(10**5000) != canonical(10**5000 + 1)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (None, b"N"),
            (True, b"T"),
            (-255, b"i-ff;"),
            (1.5, b"f\x3f\xf8\0\0\0\0\0\0"),
            ("é", b"s2:\xc3\xa9"),
            ([1, ["a"]], b"l2:i1;l1:s1:a"),
            ({"b": 1, "a": 2}, b"d2:s1:ai2;s1:bi1;"),
            ({2, 1}, b"S2:i1;i2;"),
            (timedelta(seconds=1), b"e1000000;"),
        ],
    )
    def test_some_encodings_are_pinned(self, value: object, expected: bytes) -> None:
        assert canonical(value) == expected


class TestZones:
    """Times of day in their zones."""

    def test_zones_that_agree_today_are_told_apart(self) -> None:
        zones = ("Europe/Paris", "Europe/Berlin")
        assert len({canonical(datetime(2020, 1, 1, tzinfo=ZoneInfo(zone))) for zone in zones}) == 2

    def test_one_moment_in_two_zones_is_two_values(self) -> None:
        moment = datetime(2020, 1, 1, tzinfo=UTC)
        assert canonical(moment) != canonical(moment.astimezone(timezone(timedelta(hours=1))))

    def test_zones_of_one_offset_count_by_their_names(self) -> None:
        hour = timedelta(hours=1)
        assert canonical(time(1, tzinfo=timezone(hour))) == canonical(time(1, tzinfo=timezone(hour)))
        assert canonical(time(1, tzinfo=timezone(hour, "A"))) != canonical(time(1, tzinfo=timezone(hour, "B")))

    def test_a_zone_that_nothing_names_is_refused(self) -> None:
        class Odd(tzinfo):
            key = "Europe/Paris"

            def utcoffset(self, dt: datetime | None) -> timedelta | None:
                return None if dt is None else timedelta(hours=1)

            dst = utcoffset

            def tzname(self, dt: datetime | None) -> str:
                return "CET"

        with pytest.raises(InvalidKey, match=r"time zone of class .*Odd at \$\.start;"):
            canonical({"start": datetime(2020, 1, 1, tzinfo=Odd())})

    def test_a_zone_of_offset_only_needs_no_name(self) -> None:
        class Fixed(tzinfo):
            def utcoffset(self, dt: datetime | None) -> timedelta:
                return timedelta(hours=1)

            dst = utcoffset

            def tzname(self, dt: datetime | None) -> None:
                return None

        assert canonical(time(1, tzinfo=Fixed())) != canonical(time(1))
