"""The thorough walk: rewrites a value into what a format holds, or says which part of it has no form.

Rule: the work is in proportion to the value. Each container is rewritten once, however often it is shared; cycles,
nesting and the size when written out are checked before anything is written.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from hexcache.adapters.outbound.codecs.dialect import MAX_DEPTH, MAX_PARTS, Dialect, is_plain
from hexcache.domain.errors import UnsupportedValue

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_LONGEST_STEP: Final = 64


class Refused(Exception):
    """Some part has no form; collects the steps of the path on its way out, innermost first.

    Never leaves this package: :func:`fold` turns it into ``UnsupportedValue``.
    """

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found
        self.steps: list[str] = []

    def at(self, step: str) -> Refused:
        """The same refusal, one step further out."""
        self.steps.append(step)
        return self


def write(value: object, dialect: Dialect, encode: Callable[[object], bytes]) -> bytes:
    """Encode a value after the quick walk or, where that does not settle it, after the thorough one.

    Raises:
        UnsupportedValue: see :func:`fold`; or the outcome is larger than the format allows.
    """
    try:
        if is_plain(value, dialect):
            return encode(value)
    except (OverflowError, UnicodeEncodeError, RuntimeError):
        pass  # a wide int, a lone surrogate, another thread's change: the thorough walk knows what to do
    try:
        return encode(fold(value, dialect))
    except (ValueError, OverflowError, RecursionError) as exc:
        raise UnsupportedValue("$", "something larger than the format allows", dialect.accepted) from exc


def fold(value: object, dialect: Dialect) -> object:
    """What to give the format's encoder instead of ``value``.

    Raises:
        UnsupportedValue: a part has no form in this dialect, contains itself, is nested too deeply or is too large.
    """
    try:
        return _Folding(dialect).fold(value, 0)
    except Refused as refused:
        path = "$" + "".join(reversed(refused.steps))
        raise UnsupportedValue(path, refused.found, dialect.accepted) from None
    except RecursionError as exc:
        raise UnsupportedValue("$", "nesting too deep for the stack that is left", dialect.accepted) from exc
    except RuntimeError as exc:  # "changed size during iteration"
        raise UnsupportedValue("$", "a container that another thread changes", dialect.accepted) from exc


def name_of(kind: type) -> str:
    """How errors call a type."""
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def step_to(key: object) -> str:
    """How a path goes on from a dict to the value of ``key``."""
    if type(key) is str and _NAME.fullmatch(key) and len(key) <= _LONGEST_STEP:
        return f".{key}"
    if type(key) is str and len(key) > _LONGEST_STEP:
        return f"[{key[:_LONGEST_STEP]!a}...]"
    if type(key) in {str, int, bool, type(None)}:
        return f"[{key!a}]" if type(key) is not int or key.bit_length() <= _LONGEST_STEP else "[<int>]"
    return f"[<{name_of(type(key))}>]"


def has_nan(key: Any) -> bool:
    """Whether a hashable value is or holds NaN, which equals nothing and so cannot be found in a dict or set."""
    if type(key) is tuple:
        return any(map(has_nan, key))
    if type(key) is Decimal:
        return key.is_nan()
    return type(key) is float and math.isnan(key)


class _Folding:
    """One walk. Shared containers keep their outcome: what was written, how deep it goes, how many parts it has."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._scalars = dialect.scalars
        self._done: dict[int, tuple[object, object, int, int] | None] = {}
        self._parts = 0
        self._deepest = 0

    def fold(self, value: Any, depth: int) -> object:
        """What to write for a value that lies in ``depth`` containers."""
        kind = type(value)
        scalar = self._scalars.get(kind)
        if scalar is not None:
            return scalar(value)
        if kind is not dict and kind not in self._dialect.wraps:
            raise Refused(name_of(kind))
        depth += 1
        if id(value) in self._done:
            return self._again(value, depth)
        self._done[id(value)] = None
        before, outer, self._deepest = self._parts, self._deepest, depth
        self._count(1, depth)
        folded = self._dict(value, depth) if kind is dict else self._items(value, kind, depth)
        # the value itself is kept, so that its id stays taken
        self._done[id(value)] = (value, folded, self._deepest - depth, self._parts - before)
        self._deepest = max(self._deepest, outer)
        return folded

    def _again(self, value: Any, depth: int) -> object:
        known = self._done[id(value)]
        if known is None:
            raise Refused(f"a {type(value).__name__} that contains itself")
        _, folded, height, parts = known
        self._count(parts, depth + height)
        return folded

    def _count(self, parts: int, deepest: int) -> None:
        self._parts += parts
        self._deepest = max(self._deepest, deepest)
        if deepest > MAX_DEPTH:
            raise Refused(f"nesting deeper than {MAX_DEPTH}")
        if self._parts > MAX_PARTS:
            raise Refused(f"more than {MAX_PARTS} parts")

    def _items(self, value: Any, kind: type, depth: int) -> object:
        ordered = kind is list or kind is tuple
        items: list[object] = []
        try:
            for item in value:
                scalar = self._scalars.get(type(item))
                items.append(self.fold(item, depth) if scalar is None else scalar(item))
                if not ordered and has_nan(item):
                    raise Refused("NaN in a set (nothing could find it there again)")
        except Refused as refused:
            raise refused.at(f"[{len(items)}]" if ordered else "{...}") from None
        self._parts += len(items)
        return self._dialect.wraps[kind](items)

    def _dict(self, value: dict[Any, Any], depth: int) -> object:
        keys = [
            key if type(key) is str and key.isascii() else self._key(key, index, depth)
            for index, key in enumerate(value)
        ]
        values: list[object] = []
        key: object = None
        try:
            for key, item in value.items():  # noqa: B007 - read by the handler
                scalar = self._scalars.get(type(item))
                values.append(self.fold(item, depth) if scalar is None else scalar(item))
        except Refused as refused:
            raise refused.at(step_to(key)) from None
        self._parts += len(keys) + len(values)
        native = self._dialect.keys
        wrap = self._dialect.wrap_dict
        if wrap is None or native.issuperset(map(type, keys)):
            return dict(zip(keys, values, strict=True))
        return wrap([part for pair in zip(keys, values, strict=True) for part in pair])

    def _key(self, key: Any, index: int, depth: int) -> Any:
        try:
            if self._dialect.wrap_dict is None and type(key) not in self._dialect.keys:
                raise Refused(f"{name_of(type(key))} as a dict key")
            folded = self.fold(key, depth)
            if has_nan(key):
                raise Refused("NaN as a dict key (nothing could find it there again)")
        except Refused as refused:
            raise refused.at(f".keys()[{index}]") from None
        return folded
