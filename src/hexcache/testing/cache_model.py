"""What a cache must do, as a dict with deadlines and tags.

Rule: the model knows one value for each key, the last one; whatever a cache answers is that value or a miss, and a miss
only where something can have been lost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from typing import TypeAlias

Name: TypeAlias = tuple[str, str]
"""Namespace path and key."""


@dataclass(slots=True)
class Kept:
    """The last value of a key.

    Attributes:
        value: the value.
        fresh_until: the end of its freshness.
        tags: what takes it along, each with its namespace.
        shaken: it was written or loaded while tiers failed, so that it may have been lost.
        written: what stood there when this was loaded, because a failing tier could not give it; it may come back.
    """

    value: object
    fresh_until: float
    tags: frozenset[Name]
    shaken: bool
    written: Kept | None = None


@dataclass(slots=True)
class CacheModel:
    """Every key's last value.

    Attributes:
        kept: the values, dead ones included.
    """

    kept: dict[Name, Kept] = field(default_factory=dict)

    def write(self, name: Name, value: object, end: float, tags: frozenset[Name], *, shaken: bool) -> None:
        """As ``set``."""
        self.kept[name] = Kept(value, end, tags, shaken)

    def load(self, name: Name, value: object, end: float, tags: frozenset[Name], *, shaken: bool) -> None:
        """As ``get_or_set``: a load takes the place of what is missing, and is no newer write than the last one."""
        before = self.kept.get(name)
        written = before.written or before if before is not None and before.shaken else None
        self.kept[name] = Kept(value, end, tags, shaken or written is not None, written)

    def remove(self, name: Name) -> None:
        """As ``delete``."""
        self.kept.pop(name, None)

    def fresh(self, name: Name, now: float) -> Kept | None:
        """The last value, if it may be served."""
        kept = self.kept.get(name)
        return kept if kept is not None and now < kept.fresh_until else None

    def servable(self, name: Name, now: float) -> list[object]:
        """The values that may be served: the last one, and what was written before it was loaded."""
        kept = self.kept.get(name)
        both = [] if kept is None else [kept, kept.written or kept]
        return [one.value for one in both if now < one.fresh_until]

    def clear(self, path: str) -> None:
        """As ``clear`` of a namespace: it and those below it."""
        for name in list(self.kept):
            if not path or name[0] == path or name[0].startswith(path + "/"):
                del self.kept[name]

    def invalidate(self, tag: Name) -> None:
        """As ``invalidate_tags``."""
        for name, kept in list(self.kept.items()):
            if kept.written is not None and tag in kept.written.tags:
                kept.written = None
            if tag in kept.tags:
                del self.kept[name]
                if kept.written is not None:
                    self.kept[name] = kept.written

    def shake(self) -> None:
        """Tiers begin to fail: whatever is served from now on may be missing until it is written anew."""
        for kept in self.kept.values():
            kept.shaken = True

    def end(self, now: float, ttl: float | None) -> float:
        """The deadline of a write."""
        return inf if ttl is None else now + ttl
