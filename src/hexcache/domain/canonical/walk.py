"""The walk through a value.

Rule: a value is walked in bounded depth and bounded steps, so that one which holds itself, or holds the same part over
and over, is refused instead of walked for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from hexcache.domain.canonical.instance import owner_name, parts_of
from hexcache.domain.canonical.leaf import LEAVES, Refused, class_name, text
from hexcache.domain.canonical.shape import encode_shape, is_shape
from hexcache.domain.errors import InvalidKey

MAX_DEPTH: Final = 64
"""Deepest nesting."""

MAX_PARTS: Final = 1_000_000
"""Most parts of one value, about a second of work."""

_ACCEPTED: Final = (
    "None, bool, int, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, datetime, date, time, "
    "timedelta (zones by offset or key), UUID, Decimal, Enum, paths, classes, dataclasses, NamedTuples, Structs, "
    "pydantic models, attrs classes, and objects with __cache_key__()"
)


def canonical(value: object, root: str = "$") -> bytes:
    """The canonical encoding of a value.

    Args:
        value: what to encode.
        root: what the value is called in an error.

    Raises:
        InvalidKey: some part is of a class that is not accepted, or the value is too deep or too large; names the path
            to it.
    """
    try:
        return Walk().encode(value)
    except Refused as refused:
        path = root + "".join(reversed(refused.path))
        raise InvalidKey(f"cannot make a key of {refused.found} at {path}; accepted: {_ACCEPTED}") from refused
    except RecursionError as exc:  # called from deep down, or a class whose annotations hold itself as a value
        raise InvalidKey(f"cannot make a key of what is at {root}: it is nested too deeply") from exc


class Walk:
    """One walk: how deep it is, and how many parts it may still meet."""

    __slots__ = ("_depth", "_left")

    def __init__(self) -> None:
        self._depth = 0
        self._left = MAX_PARTS

    def encode(self, value: object) -> bytes:
        """The encoding of a part."""
        leaf = LEAVES.get(type(value))
        if leaf is not None:
            return leaf(value)
        if self._depth == MAX_DEPTH:
            raise Refused(f"a value nested deeper than {MAX_DEPTH} levels (does it hold itself?)")
        self._depth += 1
        branch = _BRANCHES.get(type(value), _other)
        data = branch(self, value)
        self._depth -= 1
        return data

    def spend(self, parts: int) -> int:
        """Take note that so many parts are met."""
        self._left -= parts
        if self._left < 0:
            raise Refused(f"a value of more than {MAX_PARTS} parts")
        return parts

    def each(self, parts: Iterable[object], step: str) -> list[bytes]:
        """The encodings of parts that are told by their position."""
        done: list[bytes] = []
        try:
            for part in parts:
                done.append(self.encode(part))  # noqa: PERF401 - how many are done tells the position on refusal
        except Refused as refused:
            refused.path.append(step.format(len(done)))
            raise
        return done

    def named(self, name: str, value: object) -> bytes:
        """A name and the encoding of what it stands for."""
        try:
            return text(name) + self.encode(value)
        except Refused as refused:
            refused.path.append(f".{name}" if name.isidentifier() else "[...]")
            raise


def _sequence(letter: bytes) -> Callable[[Walk, Any], bytes]:
    def encode(walk: Walk, value: Any) -> bytes:
        return b"%b%d:%b" % (letter, walk.spend(len(value)), b"".join(walk.each(value, "[{}]")))

    return encode


def _members(letter: bytes) -> Callable[[Walk, Any], bytes]:
    def encode(walk: Walk, value: Any) -> bytes:
        return b"%b%d:%b" % (letter, walk.spend(len(value)), b"".join(sorted(walk.each(value, "{{...}}"))))

    return encode


def _dict(walk: Walk, value: dict[Any, Any]) -> bytes:
    walk.spend(2 * len(value))
    pairs = [walk.named(key, part) if type(key) is str else _pair(walk, key, part) for key, part in value.items()]
    return b"d%d:%b" % (len(pairs), b"".join(sorted(pairs)))


def _pair(walk: Walk, key: object, value: object) -> bytes:
    return b"".join(walk.each((key, value), "[...]"))


def _other(walk: Walk, value: Any) -> bytes:
    if is_shape(value):
        return encode_shape(value, _encode_constant)
    found = parts_of(value)
    if found is None:
        raise Refused(f"an object of class {class_name(type(value))}")
    kind, parts = found
    data = b"".join([walk.named(name, part) for name, part in parts])
    return b"o%b%b%d:%b" % (text(kind), text(owner_name(type(value))), walk.spend(len(parts)), data)


def _encode_constant(value: object) -> bytes:
    return Walk().encode(value)


_BRANCHES: Final[dict[type, Callable[[Walk, Any], bytes]]] = {
    list: _sequence(b"l"),
    tuple: _sequence(b"t"),
    set: _members(b"S"),
    frozenset: _members(b"Z"),
    dict: _dict,
}
