"""A miss is told from every value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.lookup import MISS, EntryView
from tests.unit.domain.laws import law

anything = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.just("MISS")


@law
@given(anything)
def test_no_value_equals_a_miss(value: object) -> None:
    assert value is not MISS
    assert value != MISS


def test_a_miss_shows_its_name() -> None:
    assert repr(MISS) == "MISS"


def test_a_view_is_what_was_seen() -> None:
    view = EntryView("k", None, 1.0, 2.0, 3.0, False, True, "disk", ("t",), b"v", 0.5)
    assert (view.key, view.value, view.missing, view.tier, view.tags) == ("k", None, True, "disk", ("t",))
    assert view == EntryView("k", None, 1.0, 2.0, 3.0, False, True, "disk", ("t",), b"v", 0.5)
