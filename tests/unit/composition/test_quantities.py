"""Durations and sizes as settings write them: one meaning each, and nothing doubtful."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.composition.quantities import endless_seconds, seconds, size
from hexcache.domain.lifetime import NEVER


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        (0, 0),
        (1024, 1024),
        ("1024", 1024),
        ("512B", 512),
        ("64MiB", 64 * 1024**2),
        ("64 MiB", 64 * 1024**2),
        ("1.5GiB", 1536 * 1024**2),
        ("2TiB", 2 * 1024**4),
        ("64MB", 64_000_000),
        ("1kB", 1000),
        ("1KB", 1000),
        ("1KiB", 1024),
    ],
)
def test_a_size_is_a_number_of_bytes(text: object, amount: int) -> None:
    assert size(text) == amount


@pytest.mark.parametrize(
    "text", ["", "64mib", "MiB", "-1", "1.0000001KiB", "0.5", "1e6", "64 M", "∞", -1, 1.5, True, None, []]
)
def test_a_size_of_another_form_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="accepted: a whole number of bytes"):
        size(text)


@given(st.integers(0, 2**40), st.sampled_from([("B", 1), ("KiB", 1024), ("MiB", 1024**2), ("kB", 1000), ("MB", 10**6)]))
def test_a_unit_multiplies(amount: int, unit: tuple[str, int]) -> None:
    assert size(f"{amount}{unit[0]}") == amount * unit[1]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, 0.0),
        (0.0, 0.0),
        ("0.5", 0.5),
        ("90", 90.0),
        ("90s", 90.0),
        ("2h30m", 9000.0),
        ("250ms", 0.25),
        (timedelta(minutes=1), 60.0),
    ],
)
def test_a_duration_is_seconds(value: object, expected: float) -> None:
    assert seconds(value) == expected


@pytest.mark.parametrize("value", [None, "never", float("inf"), -1, "-1", "soon", "", True, float("nan"), [1]])
def test_a_duration_with_an_end_refuses_others(value: object) -> None:
    with pytest.raises(ValueError, match="accepted: seconds as a number"):
        seconds(value)


@pytest.mark.parametrize("value", [None, "never", float("inf")])
def test_a_duration_may_be_without_end_where_that_makes_sense(value: object) -> None:
    assert endless_seconds(value) == NEVER


@pytest.mark.parametrize("value", [0, "0", -1, "soon", True, float("nan")])
def test_a_lifetime_is_above_zero(value: object) -> None:
    with pytest.raises(ValueError, match='above zero, or "never"'):
        endless_seconds(value)
