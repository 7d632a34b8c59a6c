"""What is written beside a body is read back as it was, whatever the cloud's own field for it can say."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects.gcs.labels import custom_time_of, label_in, metadata_of
from hexcache.adapters.outbound.objects.things import Kind, Label

KINDS: tuple[Kind, ...] = ("value", "placeholder")


@given(st.sampled_from(KINDS), st.floats(allow_nan=False))
def test_a_label_comes_back(kind: Kind, dead_at: float) -> None:
    assert label_in(metadata_of(Label(kind, dead_at))) == Label(kind, dead_at)


@given(st.dictionaries(st.sampled_from(["hexcache-kind", "hexcache-dead-at", "other"]), st.text()))
def test_whatever_stands_there_is_a_label_or_none(metadata: dict[str, str]) -> None:
    label = label_in(metadata)
    assert label is None or label.kind in KINDS


@given(st.floats(allow_nan=False))
def test_every_deadline_has_a_time_that_the_cloud_takes_or_none(dead_at: float) -> None:
    time = custom_time_of(Label("value", dead_at))
    assert time is None or (time.year >= 1970 and abs(time.timestamp() - dead_at) < 1e-3)


@pytest.mark.parametrize(
    ("dead_at", "time"),
    [
        (0.0, datetime(1970, 1, 1, tzinfo=UTC)),
        (1.5e9, datetime(2017, 7, 14, 2, 40, tzinfo=UTC)),
        (-1.0, None),
        (1e12, None),
        (math.inf, None),
    ],
)
def test_a_deadline_is_a_date_of_four_digits(dead_at: float, time: datetime | None) -> None:
    assert custom_time_of(Label("value", dead_at)) == time
