"""What is remembered of calls: only what type and equality tell apart, and only so much."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.inbound.decorator import memo
from hexcache.adapters.inbound.decorator.memo import SingleMemo, TupleMemo, is_plain
from hexcache.domain.call_key import call_key

NAN = float("nan")
PLAIN = st.one_of(st.text(), st.integers(), st.booleans(), st.none(), st.floats(), st.binary())


class Word(str):
    """Equal to a text, but of another type."""


@given(st.lists(PLAIN, max_size=3), st.lists(PLAIN, max_size=3))
def test_found_arguments_have_the_key_of_the_call(first: list[object], second: list[object]) -> None:
    table = TupleMemo()
    table.remember(tuple(first), call_key(*first))
    known = table.known.get(tuple(second))
    if known is not None and known[0] == tuple(map(type, second)):
        assert known[1] == call_key(*second)


@given(PLAIN, PLAIN)
def test_a_found_argument_has_the_key_of_the_call(first: object, second: object) -> None:
    table = SingleMemo()
    table.remember(first, call_key(first))
    key = table.by_type[type(second)].get(second)
    assert key is None or key == call_key(second)


@pytest.mark.parametrize("value", ["", "x" * 256, b"x" * 256, 0, -1, 2**256 - 1, True, None, 1.5])
def test_plain_scalars_are_remembered(value: object) -> None:
    table = SingleMemo()
    table.remember(value, "key")
    assert table.by_type[type(value)] == {value: "key"}


@pytest.mark.parametrize("value", ["x" * 257, b"x" * 257, 2**256, 0.0, -0.0, NAN, Word("a"), (1,), [1], object()])
def test_what_is_large_or_not_told_apart_by_equality_is_not_remembered(value: object) -> None:
    assert not is_plain(value)
    single, several = SingleMemo(), TupleMemo()
    single.remember(value, "key")
    assert not any(single.by_type.values())
    if not isinstance(value, list):
        several.remember((value,), "key")
        assert not several.known


def test_a_full_table_is_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MAX_REMEMBERED", 3)
    single, several = SingleMemo(), TupleMemo()
    for number in range(4):
        single.remember(number, str(number))
        several.remember((number,), str(number))
    assert single.by_type[int] == {3: "3"}
    assert list(several.known) == [(3,)]
