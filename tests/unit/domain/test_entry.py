"""An entry keeps what it was given; a copy belongs to nobody yet."""

from __future__ import annotations

import pytest

from hexcache.domain.entry import MISSING, PLAIN, SEALED, TAGGED, Entry


def test_an_entry_is_quiet_while_it_is_fresh_unless_told_otherwise() -> None:
    assert Entry("k", 1, PLAIN, 10.0, 20.0, 0.0).quiet_until == 10.0
    assert Entry("k", 1, PLAIN, 10.0, 20.0, 0.0, quiet_until=4.0).quiet_until == 4.0


def test_a_copy_is_the_same_entry_without_its_place_in_a_tier() -> None:
    value: list[int] = []
    entry = Entry(
        "k", value, TAGGED, 10.0, 20.0, -1.0, quiet_until=4.0, cost=0.5, version=b"v", deps=(("t", b"x"),), weight=7
    )
    entry.mark, entry.home = 3, 5
    copy = entry.copy()
    told = ("name", "kind", "fresh_until", "dead_at", "created", "quiet_until", "cost", "version", "deps", "weight")
    assert [getattr(copy, name) for name in told] == [getattr(entry, name) for name in told]
    assert copy.value is value
    assert (copy.mark, copy.home) == (0, 0)
    copy.fresh_until = 0.0
    assert entry.fresh_until == 10.0


def test_kinds_are_bits_of_their_own_and_plain_is_none_of_them() -> None:
    assert PLAIN == 0
    assert sorted({SEALED, TAGGED, MISSING, SEALED | TAGGED | MISSING}) == [1, 2, 4, 7]


def test_its_text_shows_no_value() -> None:
    assert repr(Entry("k", "secret", SEALED, 1.0, 2.0, 0.0, weight=9)) == "<Entry 'k' kind=1 weight=9>"


def test_it_takes_no_further_attributes() -> None:
    with pytest.raises(AttributeError):
        Entry("k", 1, PLAIN, 1.0, 2.0, 0.0).note = "x"  # type: ignore[attr-defined]  # wrong on purpose
