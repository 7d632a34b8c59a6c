"""Pauses: they double up to a bound, obey the answer, and never reach past the end of the call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.domain.errors import InvalidSetting
from tests.unit.objects.examples import MANY

PATIENCE = Patience(first=0.1, most=1.0, attempts=6)


@pytest.mark.parametrize(("failures", "least"), [(1, 0.05), (2, 0.1), (3, 0.2), (4, 0.4), (5, 0.5)])
def test_a_pause_doubles_up_to_its_bound(failures: int, least: float) -> None:
    assert PATIENCE.pause(failures, drawn=0.0, asked=None, left=10.0) == pytest.approx(least)
    assert PATIENCE.pause(failures, drawn=0.5, asked=None, left=10.0) == pytest.approx(1.5 * least)


def test_patience_ends_with_the_last_attempt() -> None:
    assert PATIENCE.pause(6, drawn=0.0, asked=None, left=10.0) is None


def test_what_the_answer_asks_for_is_waited() -> None:
    assert PATIENCE.pause(1, drawn=0.0, asked=3.0, left=10.0) == 3.0
    assert PATIENCE.pause(1, drawn=0.0, asked=0.0, left=10.0) == pytest.approx(0.05)


@MANY
@given(
    failures=st.integers(1, 5),
    drawn=st.floats(0, 1, exclude_max=True),
    asked=st.none() | st.floats(0, 100),
    left=st.floats(-10, 100),
)
def test_no_pause_reaches_the_end_of_the_call(failures: int, drawn: float, asked: float | None, left: float) -> None:
    pause = PATIENCE.pause(failures, drawn=drawn, asked=asked, left=left)
    assert pause is None or (0 < pause < left and pause >= (asked or 0.0))


@pytest.mark.parametrize(("first", "most", "attempts"), [(0.0, 1.0, 1), (2.0, 1.0, 1), (1.0, 1.0, 0)])
def test_what_cannot_be_kept_is_refused(first: float, most: float, attempts: int) -> None:
    with pytest.raises(InvalidSetting, match="accepted"):
        Patience(first, most, attempts)
