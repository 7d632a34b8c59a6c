"""The default serializer keeps every value and type that it accepts, and shares what nobody can change."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from tests.unit.codecs.strangers import Colour, Later, Point, Rate, User, Word, Zone, paris
from tests.unit.codecs.values import identical, msgpack_trees, scalars, values
from tests.unit.domain.laws import law

faithful = FaithfulSerializer()


class TestRoundTrip:
    """What is accepted comes back."""

    @law
    @given(values)
    def test_every_value_comes_back_equal_and_of_the_same_types(self, value: Any) -> None:
        assert identical(faithful.loads(faithful.dumps(value)), value)

    @law
    @given(msgpack_trees)
    def test_plain_trees_are_written_as_msgspec_writes_them(self, value: Any) -> None:
        assert faithful.dumps(value) == msgspec.msgpack.encode(value)

    @law
    @given(values)
    def test_dumping_does_not_change_the_value(self, value: Any) -> None:
        before = faithful.loads(faithful.dumps(value))
        faithful.dumps(value)
        assert identical(value, before)

    @law
    @given(st.lists(values, max_size=3))
    def test_each_load_is_a_value_of_its_own(self, value: list[Any]) -> None:
        payload = faithful.dumps(value)
        first = faithful.loads(payload)
        assert isinstance(first, list)
        first.append("mine")
        assert identical(faithful.loads(payload), value)

    def test_equal_keys_of_other_types_keep_their_own(self) -> None:
        for value in ({True: "a"}, {1: "a"}, {1.0: "a"}, {Decimal(1): "a"}, {"1": "a", 1: "b", b"1": "c", (1,): "d"}):
            assert identical(faithful.loads(faithful.dumps(value)), value)

    def test_dicts_keep_their_order(self) -> None:
        for value in ({"b": 1, "a": 2}, {2: 1, (1, 2): 2, "a": 3, 1: 4}):
            assert list(faithful.loads(faithful.dumps(value))) == list(value)  # type: ignore[call-overload]  # a dict

    def test_shared_parts_come_back_as_equal_copies(self) -> None:
        part = [(1, 2)]
        back = faithful.loads(faithful.dumps([part, part, {"part": part}]))
        assert back == [part, part, {"part": part}]
        assert isinstance(back, list)
        assert back[0] is not back[1]

    def test_an_int_beyond_the_digit_limit_of_str_comes_back(self) -> None:
        value = 7 ** (sys.get_int_max_str_digits() * 2)
        assert faithful.loads(faithful.dumps([value, -value])) == [value, -value]

    def test_threads_may_share_it(self) -> None:
        value = {"a": [(i, {i}, str(i)) for i in range(50)]}
        outcomes: list[object] = []

        def work() -> None:
            outcomes.extend(faithful.loads(faithful.dumps(value)) for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(outcomes) == 80
        assert all(outcome == value for outcome in outcomes)


def nested(wrap: Callable[[Any], Any], depth: int) -> Any:
    value = wrap(1)
    for _ in range(depth - 1):
        value = wrap(value)
    return value


def is_immutable(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(map(is_immutable, value))
    return not isinstance(value, (list, set, dict, bytearray))


class TestShares:
    """Only what no caller can change is shared."""

    @law
    @given(values)
    @example((1, ("a", frozenset([b"x", datetime(2020, 1, 1, tzinfo=UTC)]))))
    @example(((), []))
    def test_shared_values_are_immutable_and_come_back(self, value: Any) -> None:
        if faithful.shares(value):
            assert is_immutable(value)
            assert identical(faithful.loads(faithful.dumps(value)), value)

    @law
    @given(scalars)
    def test_every_scalar_is_shared(self, value: Any) -> None:
        assert faithful.shares(value)

    @pytest.mark.parametrize(
        "value",
        [(), (1, "a", b"b", (None, 2.5)), frozenset(), frozenset([(1, 2)]), ((((((1,),),),),),)],
        ids=repr,
    )
    def test_small_immutable_containers_are_shared(self, value: object) -> None:
        assert faithful.shares(value)

    @pytest.mark.parametrize(
        "value",
        [
            [], {}, set(), ([],), (1, (2, {})), "\ud800", ("\ud800",), Word("a"), Colour.RED, Point(1, 2), (Rate(1.0),),
            time(1, tzinfo=paris()), datetime(2020, 1, 1, tzinfo=Zone()), Later(2020, 1, 1), object(),
            User("ada"), tuple(range(1000)), frozenset([float("nan")]), frozenset([(Decimal("NaN"),)]), bytearray(b"a"),
            (Decimal("sNaN"),),
        ],
        ids=lambda value: type(value).__name__,
    )  # fmt: skip
    def test_nothing_else_is_shared(self, value: object) -> None:
        assert not faithful.shares(value)

    def test_an_exploding_tuple_is_answered_at_once(self) -> None:
        assert not faithful.shares(nested(lambda inner: (inner, inner), 150))


def test_the_span_of_every_type_comes_back() -> None:
    extremes = [
        datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC), time.min, time.max, timedelta.min, timedelta.max,
        datetime.min.date(), datetime.max.date(), Decimal("9" * 500 + "E-1000"), Decimal("1E+999999"), 5e-324, -0.0,
    ]  # fmt: skip
    assert identical(faithful.loads(faithful.dumps(extremes)), extremes)


def test_name_and_repr() -> None:
    assert faithful.name == "faithful"
    assert repr(faithful) == "FaithfulSerializer()"
