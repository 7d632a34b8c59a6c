"""What a format can hold, and the quick question whether a value needs anything beyond it.

Rule: types are compared exactly. A subclass would come back as its parent, so it is never plain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

MAX_DEPTH: Final = 200
"""Deepest nesting of containers. Readers recurse, so this must stay well under the interpreter's limit."""

MAX_PARTS: Final = 1 << 24
"""Most parts of one value, each shared part counted as often as it is written out."""

_WIDE: Final = 1 << 16
_SHARING: Final = 8
_LONG: Final = 16

Fold: TypeAlias = Callable[[Any], object]
"""Turns a scalar or the folded items of a container into something that the format holds."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """The types that one format gives back equal and of the same type.

    Attributes:
        accepted: the sentence that an error shows.
        leaves: scalar types that every plain tree may hold, whatever their value (the encoder itself refuses the few
            values that it cannot write).
        keys: types of dict keys that the format writes by itself.
        guards: scalar types of which only some values are plain, with the test.
        scalars: for every scalar type what is written instead; raises ``Refused`` for a value that has no form.
        wraps: for every container type except ``dict`` what is written instead of its folded items.
        wrap_dict: what is written instead of the flat list of keys and values of a dict whose keys are not all of
            ``keys``; ``None`` where such dicts are refused.
    """

    accepted: str
    leaves: frozenset[type]
    keys: frozenset[type]
    scalars: Mapping[type, Fold]
    wraps: Mapping[type, Fold]
    guards: Mapping[type, Callable[[Any], bool]] = field(default_factory=dict[type, Callable[[Any], bool]])
    wrap_dict: Fold | None = None


def is_plain(value: object, dialect: Dialect) -> bool:
    """Whether a value is a tree of lists, dicts and leaves that the format's encoder can be given as it is.

    ``False`` only means that a closer look is needed. Goes level by level instead of recursing: no frame per container,
    and a cycle ends at the depth limit. A level that keeps growing because few containers are shared many times is cut
    short, so that the work stays in proportion to the value.
    """
    if type(value) is not list and type(value) is not dict:
        return type(value) in dialect.leaves
    level: list[Any] = [value]
    for _ in range(MAX_DEPTH):
        below = _next_level(level, dialect)
        if not below:
            return below is not None
        if len(below) > _WIDE and len(below) > _SHARING * len({*map(id, below)}):
            return False
        level = below
    return False


def _next_level(level: list[Any], dialect: Dialect) -> list[Any] | None:
    """The containers inside these containers; ``None`` when something else than plain parts was met."""
    leaves = dialect.leaves
    all_keys = dialect.keys
    all_leaves = leaves.issuperset
    guards = dialect.guards
    below: list[Any] = []
    for container in level:
        parts = container
        if type(container) is dict:
            for key in container:
                if type(key) is not str and type(key) not in all_keys:
                    return None
            parts = container.values()
        elif len(container) > _LONG and all_leaves(map(type, container)):  # long flat lists: embeddings, columns
            continue
        for part in parts:
            kind = type(part)
            if kind in leaves:
                continue
            if kind is dict or kind is list:
                below.append(part)
            elif kind not in guards or not guards[kind](part):
                return None
    return below
