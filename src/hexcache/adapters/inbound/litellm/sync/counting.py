# Generated from src/hexcache/adapters/inbound/litellm/aio/counting.py by tools/unasync.py. Do not edit.
"""Numbers and sets by the names that LiteLLM gives them, over counters with one authoritative store.

Rule: every step may be lost or raced by another process without a count being lost: a mark is added only where nothing
is, a number that is already there becomes a base under an id that follows from the entry itself, and only then is
anything counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard

from hexcache.adapters.inbound.litellm.marks import MEMBERS, NUMBER, Mark, is_number, mark_in
from hexcache.adapters.inbound.litellm.rules import Rules
from hexcache.domain.errors import NotANumber, StoreError, StoreUnavailable, Unsupported
from hexcache.domain.increment import Increment
from hexcache.domain.lifetime import NEVER
from hexcache.domain.lookup import MISS
from hexcache.ports.sync.cache import CachePort

ROUNDS: Final = 16
"""How often a mark is looked for before a key that others keep replacing is given up."""


class Numbers:
    """The numbers and sets of one cache.

    Args:
        cache: the cache.
        rules: how arguments are read.
        near: those of a cache with a tier in common, whose marks are met here; None if there is none.
    """

    def __init__(self, cache: CachePort[Any], rules: Rules, near: Numbers | None = None) -> None:
        self._cache = cache
        self._rules = rules
        self._near = near

    @property
    def home(self) -> str:
        """Where they are counted."""
        return self._rules.home

    def increment(self, key: str, by: float, ttl: float | None, *, refresh: bool = False) -> float:
        """Add to the number under ``key`` and return the new one; see ``Operations.increment``."""
        mark = self._marked(key, NUMBER, ttl)
        number = self._cache.incr(mark.counter(key), by, ttl=ttl, refresh_ttl=refresh)
        if refresh:
            self._cache.touch(key, ttl)
        return (mark.base or 0) + number

    def increment_many(
        self, increments: Sequence[tuple[str, float, float | None]], *, refresh: bool = False
    ) -> list[float]:
        """Add to several numbers in one trip, after one trip that looks for their marks."""
        held = self._cache.get_many([key for key, _, _ in increments])
        marks: list[Mark] = []
        for key, _, ttl in increments:
            mark = mark_in(held.get(key))
            marks.append(mark if self._own(mark, NUMBER) else self._marked(key, NUMBER, ttl))
        numbers = self._cache.incr_many(
            [
                Increment(mark.counter(key), by, ttl=ttl, refresh_ttl=refresh)
                for mark, (key, by, ttl) in zip(marks, increments, strict=True)
            ]
        )
        if refresh:
            for key, _, ttl in increments:
                self._cache.touch(key, ttl)
        return [(mark.base or 0) + number for mark, number in zip(marks, numbers, strict=True)]

    def add_members(self, key: str, members: Sequence[str], ttl: float | None) -> None:
        """Add to the set under ``key``."""
        mark = self._marked(key, MEMBERS, ttl)
        self._cache.add_members(mark.counter(key), members, ttl=ttl)

    def read(self, key: str, mark: Mark) -> Any:
        """The number or the set that a mark stands for.

        Returns:
            MISS where its life has ended, and where the store that counts does not answer.
        """
        if mark.home != self.home:
            near = self._near
            return MISS if near is None or near.home != mark.home else near.read(key, mark)
        try:
            if mark.kind == MEMBERS:
                return set(self._cache.members(mark.counter(key))) or MISS
            number = self._cache.count(mark.counter(key))
        except StoreError:
            return MISS
        if number is None:
            return MISS if mark.base is None else mark.base
        return (mark.base or 0) + number

    def read_many(self, marks: Mapping[str, Mark]) -> dict[str, Any]:
        """What several marks stand for, numbers in one trip."""
        counted = {key: mark for key, mark in marks.items() if self._own(mark, NUMBER)}
        found = {key: self.read(key, mark) for key, mark in marks.items() if key not in counted}
        if len(counted) == 1:
            return found | {key: self.read(key, mark) for key, mark in counted.items()}
        # Adding nothing reads several numbers in one trip; the port of counters has no other way.
        asked = [Increment(mark.counter(key), 0, ttl=mark.ttl) for key, mark in counted.items()]
        try:
            numbers = self._cache.incr_many(asked) if asked else []
        except (StoreError, ExceptionGroup):
            return found | dict.fromkeys(counted, MISS)
        return found | {
            key: (mark.base or 0) + number for (key, mark), number in zip(counted.items(), numbers, strict=True)
        }

    def forget(self, key: str) -> None:
        """Remove the counter under ``key``, if there is one that would not end by itself."""
        if self._rules.counts and self._rules.default_ttl is None:
            mark = mark_in(self._cache.get(key))
            if mark is not None and mark.ttl is None:
                self._cache.reset_count(mark.counter(key))

    def _marked(self, key: str, kind: str, ttl: float | None) -> Mark:
        """The mark under ``key``, made if need be."""
        if not self._rules.counts:
            raise Unsupported("no tier of this cache can count; memory, disk and Redis tiers can")
        for _ in range(ROUNDS):
            held = self._cache.get(key, MISS)
            mark = mark_in(held)
            if mark is not None and self._own(mark, kind):
                return mark
            if held is MISS:
                mark = Mark(kind, self._rules.token(), ttl=ttl, home=self.home)
                if self._cache.add(key, mark.stored, ttl=ttl):
                    return mark
                continue
            number = held if mark is None else self.read(key, mark)
            if number is MISS and mark is not None and self._near is not None and self._near.home == mark.home:
                self._cache.delete(key)  # what was counted nearer has ended
            elif kind == NUMBER and is_number(number):
                mark = self._adopted(key, held, number)
                if mark is not None:
                    return mark
            elif self._rules.behaviour.counts_anything:
                self._cache.delete(key)
            else:
                raise NotANumber(f"what is under this key is {_said(held)}; it is left as it is")
        raise StoreUnavailable("the key is replaced by others as fast as it can be looked at")

    def _own(self, mark: Mark | None, kind: str) -> TypeGuard[Mark]:
        return mark is not None and mark.kind == kind and mark.home == self.home

    def _adopted(self, key: str, held: object, number: float) -> Mark | None:
        """A mark in place of a number that is not counted here; None where something else is there by now.

        The mark's id follows from the entry, so that of several processes all write the same one.
        """
        entry = self._cache.get_entry(key)
        left = self._cache.ttl(key)
        if entry is None or entry.stale or entry.value != held or not left:
            return None
        ttl = None if left == NEVER else left
        mark = Mark(NUMBER, entry.version.hex(), number, ttl, self.home)
        self._cache.set(key, mark.stored, ttl=ttl)
        return mark


def _said(held: object) -> str:
    mark = mark_in(held)
    if mark is not None:
        return "a set" if mark.kind == MEMBERS else "a number that is counted elsewhere"
    return f"a {type(held).__name__}"
