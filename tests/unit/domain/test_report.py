"""A report is complete when every tier serves nothing older than the change, a closing clean when nothing was left."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.report import CloseReport, Effect, TierOutcome, WriteReport
from tests.unit.domain.laws import law


@pytest.mark.parametrize(
    ("effect", "ok"),
    [
        (Effect.DONE, True),
        (Effect.BUFFERED, True),
        (Effect.REFUSED, True),
        (Effect.SKIPPED, True),
        (Effect.QUEUED, False),
        (Effect.FAILED, False),
    ],
)
def test_an_outcome_is_ok_when_nothing_older_is_left(effect: Effect, ok: bool) -> None:
    assert TierOutcome("disk", effect).ok is ok


def test_every_effect_is_judged_above() -> None:
    assert len(Effect) == 6


@law
@given(st.lists(st.builds(TierOutcome, st.text(), st.sampled_from(Effect), st.text())))
def test_a_report_is_complete_exactly_when_each_outcome_is_ok(outcomes: list[TierOutcome]) -> None:
    report = WriteReport(tuple(outcomes))
    assert report.complete == all(outcome.ok for outcome in outcomes)
    assert report.degraded != report.complete


@pytest.mark.parametrize("report", [WriteReport(()), WriteReport((TierOutcome("disk", Effect.DONE),), found=True)])
def test_a_report_has_no_truth_of_its_own(report: WriteReport) -> None:
    with pytest.raises(TypeError, match=r"ask \.complete, \.degraded or \.found"):
        bool(report)


def test_a_report_tells_whether_something_was_found() -> None:
    assert not WriteReport(()).found
    assert WriteReport((), found=True).found


def test_a_closing_is_clean_when_nothing_was_left() -> None:
    assert CloseReport().clean
    for left in (
        CloseReport(abandoned=1),
        CloseReport(owed=1),
        CloseReport(unclosed=("disk",)),
        CloseReport(pending=1),
    ):
        assert not left.clean


def test_a_closing_has_no_truth_of_its_own() -> None:
    with pytest.raises(TypeError, match=r"ask \.clean"):
        bool(CloseReport())
