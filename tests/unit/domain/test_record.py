"""A record is a plain value."""

from __future__ import annotations

import pytest

from hexcache.domain.record import Record


def test_equal_parts_make_equal_records_that_can_be_members_of_a_set() -> None:
    one = Record(b"p", 1.0, 2.0, 3.0, cost=0.5, version=b"v", deps=(("t", b"x"),))
    other = Record(b"p", 1.0, 2.0, 3.0, cost=0.5, version=b"v", deps=(("t", b"x"),))
    assert one == other
    assert len({one, other}) == 1
    assert one != Record(b"p", 1.0, 2.0, 3.0, cost=0.5, version=b"w", deps=(("t", b"x"),))


def test_what_is_left_out_says_nothing() -> None:
    record = Record(b"", 1.0, 2.0, 3.0)
    assert (record.cost, record.version, record.deps, record.missing) == (0.0, b"", (), False)


def test_a_record_does_not_change() -> None:
    record = Record(b"", 1.0, 2.0, 3.0)
    with pytest.raises(AttributeError):
        record.payload = b"other"  # type: ignore[misc]  # wrong on purpose
