"""The two walks agree on what a value holds, and survive values that change under them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from hexcache.adapters.outbound.codecs.dialect import MAX_DEPTH, is_plain
from hexcache.adapters.outbound.codecs.faithful import DIALECT, FaithfulSerializer
from hexcache.adapters.outbound.codecs.folding import fold, step_to, write
from hexcache.domain.errors import UnsupportedValue
from tests.unit.codecs.values import identical, msgpack_trees, values
from tests.unit.domain.laws import law


class TestAgreement:
    """The quick walk only skips what the thorough one would leave as it is."""

    @law
    @given(values)
    def test_what_is_plain_is_folded_into_itself(self, value: Any) -> None:
        if is_plain(value, DIALECT) and not has_wide_int(value):
            assert identical(fold(value, DIALECT), value)

    @law
    @given(msgpack_trees)
    def test_trees_of_the_format_are_plain(self, value: Any) -> None:
        assert is_plain(value, DIALECT)

    @pytest.mark.parametrize("length", [1, 16, 17, 1000])
    def test_an_intruder_at_the_end_of_a_long_list_is_found(self, length: int) -> None:
        flat: list[Any] = [0.5] * length
        assert is_plain(flat, DIALECT)
        for intruder in ((), set(), object(), [()], {"a": ()}, {(): 1}):
            assert not is_plain([*flat, intruder], DIALECT)
            assert not is_plain({"a": [*flat, intruder]}, DIALECT)
        for friend in ([], {}, [1], {"a": 1}, "a"):
            assert is_plain([*flat, friend], DIALECT)

    def test_both_stop_at_the_same_depth(self) -> None:
        value: list[Any] = []
        for _ in range(MAX_DEPTH - 1):
            value = [value]
        assert is_plain(value, DIALECT)
        assert fold(value, DIALECT) == value
        assert not is_plain([value], DIALECT)
        with pytest.raises(UnsupportedValue, match="deeper"):
            fold([value], DIALECT)

    def test_a_wide_tree_without_sharing_stays_plain(self) -> None:
        assert is_plain([[[number]] for number in range(70_000)], DIALECT)


def has_wide_int(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(has_wide_int, [*value, *value.values()]))
    if isinstance(value, list):
        return any(map(has_wide_int, value))
    return isinstance(value, int) and not -(2**63) <= value < 2**64


class TestTrouble:
    """Whatever goes wrong in a walk is a typed error."""

    def test_a_dict_that_changes_under_the_walk(self) -> None:
        victim: dict[str, Any] = {"a": (), "b": 2.5, "c": 1}

        def disturb(value: float) -> float:
            victim[f"new {len(victim)}"] = 1
            return value

        disturbed = replace(DIALECT, scalars={**DIALECT.scalars, float: disturb})
        with pytest.raises(UnsupportedValue, match="another thread"):
            write(victim, disturbed, FaithfulSerializer().dumps)

    def test_an_encoder_that_has_no_room(self) -> None:
        def full(value: object) -> bytes:
            raise OverflowError("too large")

        with pytest.raises(UnsupportedValue, match="larger than the format allows"):
            write([1], DIALECT, full)

    @pytest.mark.parametrize(
        ("key", "step"),
        [
            ("name", ".name"), ("_x1", "._x1"), ("two words", "['two words']"), ("", "['']"),
            ("caf\u00e9", "['caf\\xe9']"),
            ("1a", "['1a']"), (3, "[3]"), (-3, "[-3]"), (True, "[True]"), (None, "[None]"), (b"k", "[<bytes>]"),
            ((1,), "[<tuple>]"), (2**80, "[<int>]"), ("x" * 65, "['" + "x" * 64 + "'...]"),
        ],
    )  # fmt: skip
    def test_steps_of_paths_are_short_ascii(self, key: object, step: str) -> None:
        assert step_to(key) == step
