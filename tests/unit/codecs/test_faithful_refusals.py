"""What would not come back as it was is refused by its path: parts, keys, depth, cycles, size."""

from __future__ import annotations

import sys
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time
from decimal import Decimal
from pathlib import PurePosixPath
from types import FrameType
from typing import Any

import msgspec
import pytest

from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.domain.errors import Undecodable, UnsupportedValue
from tests.unit.codecs.strangers import Colour, Later, Mood, Point, Rate, Rows, User, Word, Zone, paris
from tests.unit.codecs.values import identical

faithful = FaithfulSerializer()


class TestRefusal:
    """What would not come back is refused with the path to it."""

    @pytest.mark.parametrize(
        "part",
        [
            Colour.RED, Mood.GOOD, Word("w"), Rate(1.0), Rows([1]), Later(2020, 1, 1), Point(1, 2), User("ada"),
            OrderedDict(a=1), defaultdict(int), bytearray(b"x"), memoryview(b"x"), range(3), object(), 1j, Ellipsis,
            PurePosixPath("/"), User, len, iter([]), "\ud800", "a\udfffb",
            datetime(2020, 1, 1, tzinfo=paris()), datetime(2020, 1, 1, tzinfo=Zone()),
            time(1, tzinfo=paris()), time(1, tzinfo=Zone()), msgspec.msgpack.Ext(1, b""),
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


WRAPS: list[Callable[[Any], Any]] = [
    lambda inner: [inner],
    lambda inner: (inner,),
    lambda inner: {"a": inner},
    lambda inner: frozenset([inner]),
    lambda inner: {1.5: inner},
]


def nested(wrap: Callable[[Any], Any], depth: int) -> Any:
    value = wrap(1)
    for _ in range(depth - 1):
        value = wrap(value)
    return value


def deep_list(inner: Any, depth: int) -> Any:
    for _ in range(depth):
        inner = [inner]
    return inner


def deeper(frames: int, call: Callable[[], Any]) -> Any:
    return deeper(frames - 1, call) if frames else call()


def frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        yield frame
        frame = frame.f_back


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
