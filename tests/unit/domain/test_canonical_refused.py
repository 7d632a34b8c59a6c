"""What has no reliable identity is refused by name and place, and so is what would never end."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from dataclasses import dataclass

import pytest

from hexcache.domain.canonical import canonical, walk
from hexcache.domain.canonical.walk import MAX_DEPTH, MAX_PARTS
from hexcache.domain.errors import InvalidKey
from tests.unit.domain.encoded import Point


class Keyed:
    def __init__(self, key: object) -> None:
        self.key = key

    def __cache_key__(self) -> object:
        return self.key


@dataclass
class Table(dict[str, int]):
    """A dataclass that holds more than its fields."""

    x: int = 0


class TestRefused:
    """What has no reliable identity."""

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            (object(), "an object of class builtins.object"),
            (lambda: None, "an object of class builtins.function"),
            (iter([]), "an object of class builtins.list_iterator"),
            (memoryview(b""), "an object of class builtins.memoryview"),
            (OrderedDict(a=1), "an object of class collections.OrderedDict"),
            (defaultdict(int), "an object of class collections.defaultdict"),
            (type("Text", (str,), {})("a"), r"an object of class .*\.Text"),
            (Table(), r"an object of class .*\.Table"),
        ],
    )
    def test_the_error_names_the_class_the_place_and_what_is_accepted(self, value: object, found: str) -> None:
        with pytest.raises(InvalidKey, match=rf"cannot make a key of {found} at \$\.users\[1\]; accepted: None, bool"):
            canonical({"users": ["a", value]})

    @pytest.mark.parametrize(
        ("value", "path"),
        [
            (object(), "$"),
            ([0, (1, object())], "$[1][1]"),
            ({"a": {"b": object()}}, "$.a.b"),
            ({"not a name": object()}, "$[...]"),
            ({7: object()}, "$[...]"),
            ({object(): 7}, "$[...]"),
            (frozenset([object()]), "${...}"),
            (Point(1, [object()]), "$.y[0]"),
            (Keyed({"k": object()}), "$.__cache_key__.k"),
            ({"kind": {"a": Point}, "b": object()}, "$.b"),
        ],
    )
    def test_the_path_leads_to_the_part(self, value: object, path: str) -> None:
        with pytest.raises(InvalidKey) as caught:
            canonical(value)
        assert f" at {path}; accepted" in str(caught.value)

    def test_the_root_has_a_name(self) -> None:
        with pytest.raises(InvalidKey, match=r" at args\[0\]; "):
            canonical((object(),), "args")

    def test_a_value_within_itself_is_refused(self) -> None:
        loop: list[object] = []
        loop.append(loop)
        with pytest.raises(InvalidKey, match="nested deeper than 64 levels"):
            canonical(loop)
        own = Keyed(None)
        own.key = own
        with pytest.raises(InvalidKey, match="does it hold itself"):
            canonical(own)

    def test_the_deepest_value_is_accepted(self) -> None:
        deep: list[object] = []
        for _ in range(MAX_DEPTH - 1):
            deep = [deep]
        canonical(deep)
        with pytest.raises(InvalidKey, match="nested deeper"):
            canonical([deep])

    def test_siblings_do_not_add_to_the_depth(self) -> None:
        canonical([[[]] for _ in range(3 * MAX_DEPTH)])

    def test_a_value_of_too_many_parts_is_refused_before_the_work(self) -> None:
        with pytest.raises(InvalidKey, match=f"more than {MAX_PARTS} parts"):
            canonical([None] * (MAX_PARTS + 1))

    def test_parts_that_are_held_over_and_over_count_each_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(walk, "MAX_PARTS", 10_000)
        wide: list[object] = []
        for _ in range(12):
            wide = [wide, wide]
        canonical(wide)
        with pytest.raises(InvalidKey, match="more than 10000 parts"):
            canonical([wide, {"again": wide}, (wide, {1: wide})])

    def test_no_value_is_shown(self) -> None:
        secret = type("Secret", (str,), {})("hunter2")
        with pytest.raises(InvalidKey) as caught:
            canonical({"password of hunter2": secret})
        assert "hunter2" not in str(caught.value)
