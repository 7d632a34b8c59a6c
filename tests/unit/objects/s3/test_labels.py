"""What is written beside a body is read back as it was, whatever becomes of the headers for others."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects.s3.labels import label_in, written_with
from hexcache.adapters.outbound.objects.things import Kind, Label

KINDS: tuple[Kind, ...] = ("value", "placeholder")


@given(st.sampled_from(KINDS), st.floats(allow_nan=False), st.floats(0, 1e10))
def test_a_label_comes_back(kind: Kind, dead_at: float, now: float) -> None:
    label = Label(kind, dead_at)
    metadata: dict[str, str] = written_with(label, now)["Metadata"]
    assert label_in(metadata) == label
    assert label_in({name.title(): text for name, text in metadata.items()}) == label


@given(st.dictionaries(st.sampled_from(["hexcache-kind", "hexcache-dead-at", "other"]), st.text()))
def test_whatever_stands_there_is_a_label_or_none(metadata: dict[str, str]) -> None:
    label = label_in(metadata)
    assert label is None or label.kind in KINDS


@pytest.mark.parametrize(
    ("dead_at", "age"),
    [(100.0, 0), (160.9, 60), (50.0, 0), (float("inf"), 31_536_000), (1e18, 31_536_000), (float("-inf"), 0)],
)
def test_the_age_is_what_is_left_within_a_year(dead_at: float, age: int) -> None:
    assert written_with(Label("value", dead_at), now=100.0)["CacheControl"] == f"max-age={age}"


def test_what_expires_says_when() -> None:
    assert written_with(Label("value", 90.5), 0.0)["Expires"] == datetime.fromtimestamp(90, UTC)
    for never in (float("inf"), 1e18, -1.0):
        assert "Expires" not in written_with(Label("value", never), 0.0)
