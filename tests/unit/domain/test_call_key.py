"""The same call gives the same key everywhere, and no two different calls share one."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.call_key import MAX_READABLE, call_key, function_key
from hexcache.domain.errors import InvalidKey
from hexcache.domain.key import check_key
from tests.unit.domain.encoded import VALUES, same, shuffled
from tests.unit.domain.laws import law

arguments: Any = st.dictionaries(st.sampled_from(["user", "temperature", "model", "x"]), VALUES, max_size=3)
positional: Any = st.lists(VALUES, max_size=3).map(tuple)

PINNED = """
from datetime import UTC, datetime
from decimal import Decimal
from hexcache.domain.call_key import call_key, function_key
members = {"b", "a", "c", 1, 2.5, None, ("x", frozenset("yz"))}
print(call_key())
print(call_key(1, "a", user="bob", temperature=0))
print(call_key(members, {"k": members, 3: [b"x", True]}, datetime(2020, 1, 2, tzinfo=UTC), Decimal("1.50")))
print(function_key("shop.prices.quote", "2", {"sku": "a", "count": 3}))
print(function_key("shop.prices.quote", "", {"sku": "a", "kinds": [int, list[str]]}))
"""


class TestPinned:
    """Keys that other processes, machines and releases made."""

    @pytest.mark.parametrize("seed", ["0", "1", "4242"])
    def test_keys_are_the_same_in_every_process(self, seed: str) -> None:
        run = subprocess.run(
            [sys.executable, "-c", PINNED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert run.stdout.split() == [
            "call:a42da6cc1d1a114222681d90b7ebf77b",
            "call:074f93393fb0bc4ff032439abb8898be",
            "call:585d3e95a2bf361b382a7e7d3ae774e6",
            "shop.prices.quote@2:06c90c22eb6e74f73f0d2149ade21b58",
            "shop.prices.quote:d008d3ad05c87b503cbd96cdb93d2539",
        ]


class TestCollisions:
    """Calls that keys made by joining text take for one another."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"user": "bob", "temperature": 0}, {"user": "bobtemperature: 0"}),
            ({"a": 1}, {"a": True}),
            ({"a": 1}, {"a": 1.0}),
            ({"a": 1}, {"a": "1"}),
            ({"a": None}, {"a": "None"}),
            ({"a": None}, {}),
            ({"a": [1, [2]]}, {"a": [[1], 2]}),
            ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}, "c": 2}),
            ({"a": "b", "c": "d"}, {"a": "bc", "": "d"}),
            ({"a": ()}, {"a": []}),
            ({"a": b"x"}, {"a": "x"}),
        ],
    )
    def test_they_have_two_keys(self, one: dict[str, object], other: dict[str, object]) -> None:
        assert call_key(**one) != call_key(**other)
        assert function_key("f", "", one) != function_key("f", "", other)

    def test_a_positional_argument_is_not_a_named_one(self) -> None:
        assert len({call_key(1), call_key(a=1), call_key({"a": 1}), call_key((1,)), call_key([1])}) == 5

    def test_names_of_our_own_parameters_are_free(self) -> None:
        assert len({call_key(args=1), call_key(kwargs=1), call_key(self=1), call_key(function=1)}) == 4

    def test_function_version_and_arguments_do_not_run_together(self) -> None:
        keys = {
            function_key("f@1", "", {}),
            function_key("f", "1", {}),
            function_key("f", "", {}),
            function_key("f", "", {"version": "1"}),
            function_key("call", "", {}),
            call_key(),
        }
        assert len({key.rpartition(":")[2] for key in keys}) == 6

    @law
    @given(positional, arguments, positional, arguments)
    def test_two_calls_share_a_key_exactly_when_they_are_the_same(
        self, args: Any, kwargs: Any, other_args: Any, other_kwargs: Any
    ) -> None:
        alike = same(args, other_args) and same(kwargs, other_kwargs)
        assert (call_key(*args, **kwargs) == call_key(*other_args, **other_kwargs)) == alike
        assert (function_key("f", "", kwargs) == function_key("f", "", other_kwargs)) == same(kwargs, other_kwargs)

    @law
    @given(positional, arguments)
    def test_the_order_of_keywords_and_members_does_not_count(self, args: Any, kwargs: Any) -> None:
        def backwards(parts: list[Any]) -> list[Any]:
            return parts[::-1]

        turned_args, turned = shuffled(args, backwards), shuffled(kwargs, backwards)
        assert call_key(*turned_args, **turned) == call_key(*args, **kwargs)
        assert function_key("f", "1", turned) == function_key("f", "1", kwargs)


class TestForm:
    """What a key looks like."""

    @law
    @given(st.text(), st.text(), arguments)
    def test_every_key_is_a_key(self, function: str, version: str, named: Any) -> None:
        assert check_key(function_key(function, version, named))
        assert check_key(call_key(**named))

    def test_it_can_be_read(self) -> None:
        assert function_key("shop.prices.quote", "2", {}).startswith("shop.prices.quote@2:")
        assert function_key("shop.prices.quote", "", {}).startswith("shop.prices.quote:")
        assert call_key("secret").startswith("call:")
        assert len(call_key("secret")) == len("call:") + 32

    def test_of_a_long_name_the_end_is_shown_and_all_of_it_counts(self) -> None:
        one, other = (function_key(start + "n" * MAX_READABLE, "", {}) for start in "ab")
        assert one.partition(":")[0] == "n" * MAX_READABLE
        assert one != other

    def test_signs_that_a_key_may_not_hold_are_replaced_and_count(self) -> None:
        one, other = function_key("f\n", "", {}), function_key("f\t", "", {})
        assert one.startswith("f?:")
        assert one != other


class TestRefused:
    """Arguments that cannot be told apart."""

    def test_the_error_names_the_argument(self) -> None:
        with pytest.raises(InvalidKey, match=r" at args\[1\]\.client; accepted"):
            call_key(1, {"client": object()})
        with pytest.raises(InvalidKey, match=r" at kwargs\.client; accepted"):
            call_key(client=object())
        with pytest.raises(InvalidKey, match=r" at arguments\.client; accepted"):
            function_key("f", "", {"client": object()})
