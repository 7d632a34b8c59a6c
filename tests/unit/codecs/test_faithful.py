"""The default serializer keeps every value and type it accepts and refuses the rest by its path."""

from __future__ import annotations

import enum
import sys
import threading
import tracemalloc
from collections import OrderedDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from decimal import Decimal
from pathlib import PurePosixPath
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.domain.errors import Undecodable, UnsupportedValue
from tests.unit.codecs.values import identical, msgpack_trees, scalars, values
from tests.unit.domain.laws import law

faithful = FaithfulSerializer()


class Colour(enum.IntEnum):
    RED = 1


class Mood(enum.Enum):
    GOOD = "good"


class Word(str):
    __slots__ = ()


class Rate(float):
    __slots__ = ()


class Rows(list[int]):
    pass


class Later(datetime):
    pass


@dataclass
class User:
    name: str


class Zone(tzinfo):
    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        return timedelta(0)

    def tzname(self, moment: datetime | None) -> str | None:
        return "here"

    def dst(self, moment: datetime | None) -> timedelta | None:
        return None


Point = namedtuple("Point", "x y")


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


class TestRefusal:
    """What would not come back is refused with the path to it."""

    @pytest.mark.parametrize(
        "part",
        [
            Colour.RED, Mood.GOOD, Word("w"), Rate(1.0), Rows([1]), Later(2020, 1, 1), Point(1, 2), User("ada"),
            OrderedDict(a=1), defaultdict(int), bytearray(b"x"), memoryview(b"x"), range(3), object(), 1j, Ellipsis,
            PurePosixPath("/"), User, len, iter([]), "\ud800", "a\udfffb",
            datetime(2020, 1, 1, tzinfo=ZoneInfo("Europe/Paris")), datetime(2020, 1, 1, tzinfo=ZoneInfo("UTC")),
            time(1, tzinfo=ZoneInfo("Europe/Paris")), time(1, tzinfo=Zone()), msgspec.msgpack.Ext(1, b""),
            msgspec.Raw(b"\xc0"), msgspec.UNSET,
        ],
        ids=lambda part: type(part).__name__,
    )  # fmt: skip
    def test_the_path_leads_to_the_part(self, part: object) -> None:
        holders: dict[str, object] = {
            "$": part,
            "$.user.tags[3]": {"user": {"tags": [1, 2, 3, part]}},
            "$[1][0]": [0, (part,)],
            "$['two words'][7]": {"two words": {7: part}},
            "$[<tuple>]": {(1, 2): part},
            "$[<bytes>][0]": {b"k": [part]},
            "$[None][True]": {None: {True: part}},
            "$[-1]": {-1: part},
        }
        for path, value in holders.items():
            with pytest.raises(UnsupportedValue) as caught:
                faithful.dumps(value)
            assert caught.value.path == path

    @pytest.mark.parametrize("key", [Colour.RED, Word("w"), Rate(1.0), Point(1, 2), len, "\ud800"], ids=repr)
    def test_keys_and_members_are_looked_at_too(self, key: Any) -> None:
        for value, path in (
            ({"a": {"b": 1, key: 2}}, "$.a.keys()[1]"),
            ({(0, key): 1}, "$.keys()[0][1]"),
            ([{key}], "$[0]{...}"),
            ((frozenset([(key,)]),), "$[0]{...}[0]"),
        ):
            with pytest.raises(UnsupportedValue) as caught:
                faithful.dumps(value)
            assert caught.value.path == path

    @pytest.mark.parametrize("nan", [float("nan"), Decimal("NaN")], ids=repr)
    def test_nan_is_refused_where_nothing_could_find_it(self, nan: Any) -> None:
        for value in ({nan: 1}, {(1, (nan,)): 1}, {nan}, frozenset([(nan,)]), {frozenset([(nan,)]): 1}):
            with pytest.raises(UnsupportedValue, match="NaN"):
                faithful.dumps([value])
        assert identical(faithful.loads(faithful.dumps([(nan,), {"a": nan}])), [(nan,), {"a": nan}])

    def test_messages_hold_no_value(self) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            faithful.dumps({"card": Word("4111-1111"), "k" * 500: 1})
        assert "4111" not in str(caught.value)
        assert "str" in str(caught.value)

    def test_keys_in_paths_are_cut(self) -> None:
        with pytest.raises(UnsupportedValue) as caught:
            faithful.dumps({"k" * 5000: object(), 10**400: object()})
        assert len(caught.value.path) < 100
        with pytest.raises(UnsupportedValue) as caught:
            faithful.dumps({10**400: object()})
        assert caught.value.path == "$[<int>]"


def nested(wrap: Callable[[Any], Any], depth: int) -> Any:
    value = wrap(1)
    for _ in range(depth - 1):
        value = wrap(value)
    return value


WRAPS: list[Callable[[Any], Any]] = [
    lambda inner: [inner],
    lambda inner: (inner,),
    lambda inner: {"a": inner},
    lambda inner: frozenset([inner]),
    lambda inner: {1.5: inner},
]


def deeper(frames: int, call: Callable[[], Any]) -> Any:
    return deeper(frames - 1, call) if frames else call()


class TestShape:
    """Depth, cycles and size are bounded in both directions."""

    @pytest.mark.parametrize("wrap", WRAPS)
    def test_two_hundred_levels_come_back_from_deep_inside_a_program(self, wrap: Callable[[Any], Any]) -> None:
        value = nested(wrap, 200)
        payload = deeper(300, lambda: faithful.dumps(value))
        assert deeper(300, lambda: faithful.loads(payload)) == value

    @pytest.mark.parametrize("wrap", WRAPS)
    @pytest.mark.parametrize("depth", [201, 400])
    def test_more_levels_are_refused(self, wrap: Callable[[Any], Any], depth: int) -> None:
        with pytest.raises(UnsupportedValue, match="deeper than 200"):
            faithful.dumps(nested(wrap, depth))

    def test_depth_counts_through_a_part_that_is_shared(self) -> None:
        shared = nested(lambda inner: (inner,), 150)
        with pytest.raises(UnsupportedValue, match="deeper than 200"):
            faithful.dumps([shared, nested(lambda inner: (inner,), 30), deep_list(shared, 60)])
        assert faithful.loads(faithful.dumps([shared, deep_list(shared, 40)])) == [shared, deep_list(shared, 40)]

    def test_a_stack_that_is_nearly_used_up_is_a_typed_error(self) -> None:
        value = nested(lambda inner: (inner,), 190)

        payload = faithful.dumps(value)
        usual = sys.getrecursionlimit()
        sys.setrecursionlimit(sum(1 for _ in frames()) + 120)
        try:
            with pytest.raises(UnsupportedValue, match="too deep for the stack"):
                faithful.dumps(value)
            with pytest.raises(Undecodable):
                faithful.loads(payload)
        finally:
            sys.setrecursionlimit(usual)

    def test_cycles_are_refused_with_their_path(self) -> None:
        looped: list[Any] = [1]
        looped.append({"again": looped})
        with pytest.raises(UnsupportedValue, match="contains itself") as caught:
            faithful.dumps({"in": looped})
        assert caught.value.path == "$.in[1].again"

    def test_cycles_that_branch_are_refused_at_once(self) -> None:
        looped: dict[str, Any] = {}
        looped.update(a=looped, b=looped, c=[looped, looped])
        with pytest.raises(UnsupportedValue, match="contains itself"):
            faithful.dumps(looped)

    @pytest.mark.parametrize(
        "wrap", [lambda inner: [inner, inner], lambda inner: (inner, inner)], ids=["list", "tuple"]
    )
    def test_sharing_that_explodes_when_written_out_is_refused_at_once(self, wrap: Callable[[Any], Any]) -> None:
        with pytest.raises(UnsupportedValue, match="more than 16777216 parts"):
            faithful.dumps(nested(wrap, 150))

    def test_much_sharing_that_does_not_explode_is_fine(self) -> None:
        shared = {"a": 1}
        assert faithful.loads(faithful.dumps([[shared] * 100_000])) == [[shared] * 100_000]


def deep_list(inner: Any, depth: int) -> Any:
    for _ in range(depth):
        inner = [inner]
    return inner


def frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


def ext(code: int, data: bytes) -> bytes:
    return msgspec.msgpack.encode(msgspec.msgpack.Ext(code, data))


def nested_ext(levels: int) -> bytes:
    data = b"\x90"
    for _ in range(levels):
        data = b"\x91" + ext(2, data)
    return data


HOSTILE = [
    b"", b"\xc1", b"\xc0\xc0", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xffa",
    b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x02", b"\xdd\x00\xff\xff\xff" * 50, b"\xdf\x00\xff\xff\xff" * 50,
    b"\x91" * 100_000, b"\x81\xc0" * 100_000, b"\x81\x91" * 50_000, b"\xa1\xff", b"\x81\x80\x01", nested_ext(1500),
    ext(0, b""), ext(12, b""), ext(127, b"x"), ext(-2, b"x"), ext(-1, b"x"),
    ext(1, b""), ext(1, b"\x05"), ext(1, b"\xff" * 8), ext(1, b"\x05" + bytes(40)),
    ext(2, b""), ext(2, b"\xc0"), ext(2, b"\x81\x01\x02"), ext(2, b"\x91"), ext(2, b"\x91\x01\x01"), ext(2, b"\xa2ab"),
    ext(3, b"\x92\x01\x01"), ext(3, b"\x91\x90"), ext(4, b"\x92\x01\x01"), ext(4, b"\x91\x80"), ext(4, b"\xc3"),
    ext(5, b"\x91\x01"), ext(5, b"\x94\x01\x01\x01\x02"), ext(5, b"\x92\x90\x01"), ext(5, b"\x80"),
    ext(6, b""), ext(6, bytes(12)), ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x10"),
    ext(6, b"\x07\xd0\x01\x01" + bytes(8) + b"x"), ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x02x"),
    ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x04" + b"\x7f" * 8),
    ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x0c" + bytes(8) + b"\xff"),
    ext(7, b"\x00\x00\x00\x00"), ext(7, b"\x07\xd0\x01"), ext(8, b"\x18" + bytes(7)), ext(8, bytes(9)),
    ext(9, b"\x7f" * 12), ext(9, bytes(11)), ext(10, bytes(15)), ext(10, bytes(17)),
    ext(11, b""), ext(11, b"1_0"), ext(11, b" 1"), ext(11, b"1e5"), ext(11, b"\xd9\xa1"), ext(11, b"abc"),
]  # fmt: skip


class TestHostileBytes:
    """Bytes that nobody wrote end in ``Undecodable`` and in nothing else."""

    @pytest.mark.parametrize("payload", HOSTILE, ids=lambda payload: payload[:12].hex() or "empty")
    def test_known_tricks_are_undecodable(self, payload: bytes) -> None:
        for wrapped in (payload, b"\x91" + payload, ext(2, b"\x91" + payload)):
            with pytest.raises(Undecodable) as caught:
                faithful.loads(wrapped)
            assert caught.value.reason == "payload"

    @pytest.mark.parametrize("opening", [b"\xdd", b"\xdf", b"\xc6", b"\xdb", b"\xdc", b"\xde", b"\xc9"])
    def test_a_declared_length_reserves_no_memory(self, opening: bytes) -> None:
        tracemalloc.start()
        try:
            for length in (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x0f\xff\xff\xff"):
                with pytest.raises(Undecodable):
                    faithful.loads(opening + length + b"\x02")
            with pytest.raises(Undecodable):  # many lengths that might each be true, inside one another
                faithful.loads((b"\xdd" + (200_000).to_bytes(4, "big")) * 150 + b"\xc0" * 250_000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 8 << 20

    @law
    @given(st.binary(max_size=200))
    def test_any_bytes_give_a_value_or_undecodable(self, payload: bytes) -> None:
        loads_or_refuses(payload)

    @law
    @given(st.integers(-128, 127), st.binary(max_size=40))
    def test_any_extension_gives_a_value_or_undecodable(self, code: int, data: bytes) -> None:
        loads_or_refuses(ext(code, data))

    @law
    @given(values, st.data())
    def test_any_change_gives_a_value_or_undecodable(self, value: Any, data: st.DataObject) -> None:
        payload = faithful.dumps(value)
        at = data.draw(st.integers(0, len(payload) - 1))
        loads_or_refuses(payload[:at] + bytes([data.draw(st.integers(0, 255))]) + payload[at + 1 :])
        loads_or_refuses(payload[:at])

    @law
    @given(values, st.binary(min_size=1, max_size=8))
    def test_bytes_behind_a_payload_are_refused(self, value: Any, more: bytes) -> None:
        with pytest.raises(Undecodable):
            faithful.loads(faithful.dumps(value) + more)


def loads_or_refuses(payload: bytes) -> None:
    with suppress(Undecodable):
        faithful.loads(payload)


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
            time(1, tzinfo=ZoneInfo("Europe/Paris")), datetime(2020, 1, 1, tzinfo=Zone()), Later(2020, 1, 1), object(),
            User("ada"), tuple(range(1000)), frozenset([float("nan")]), frozenset([(Decimal("NaN"),)]), bytearray(b"a"),
            (Decimal("sNaN"),),
        ],
        ids=lambda value: type(value).__name__,
    )  # fmt: skip
    def test_nothing_else_is_shared(self, value: object) -> None:
        assert not faithful.shares(value)

    def test_an_exploding_tuple_is_answered_at_once(self) -> None:
        assert not faithful.shares(nested(lambda inner: (inner, inner), 150))


def is_immutable(value: Any) -> bool:
    if isinstance(value, (tuple, frozenset)):
        return all(map(is_immutable, value))
    return not isinstance(value, (list, set, dict, bytearray))


def test_the_span_of_every_type_comes_back() -> None:
    extremes = [
        datetime.min, datetime.max, datetime.max.replace(tzinfo=UTC), time.min, time.max, timedelta.min, timedelta.max,
        datetime.min.date(), datetime.max.date(), Decimal("9" * 500 + "E-1000"), Decimal("1E+999999"), 5e-324, -0.0,
    ]  # fmt: skip
    assert identical(faithful.loads(faithful.dumps(extremes)), extremes)


def test_name_and_repr() -> None:
    assert faithful.name == "faithful"
    assert repr(faithful) == "FaithfulSerializer()"
