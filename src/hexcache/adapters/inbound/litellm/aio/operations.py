"""The operations behind LiteLLM's methods: values, numbers and sets under one kind of key.

Rule: ``None`` is a value: only a caller that gives no other ``default`` cannot tell it from a miss. A tier that fails
never fails a look-up or a write here; what the cache does about it stands in the driving port.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hexcache.adapters.inbound.litellm.aio.counting import AsyncNumbers
from hexcache.adapters.inbound.litellm.marks import check_value, mark_in
from hexcache.adapters.inbound.litellm.rules import ENDED, Rules
from hexcache.domain.errors import CodecError, InvalidKey, StoreUnavailable
from hexcache.domain.increment import check_number
from hexcache.domain.lifetime import NEVER
from hexcache.domain.lookup import MISS
from hexcache.ports.aio.cache import AsyncCachePort


class AsyncOperations:
    """What one cache does in this world.

    Args:
        cache: the cache.
        rules: how arguments are read.
        near: those of a cache that has a tier with this one in common and counts for itself; None if there is none.
    """

    def __init__(self, cache: AsyncCachePort[Any], rules: Rules, near: AsyncOperations | None = None) -> None:
        self._cache = cache
        self._rules = rules
        self._numbers = AsyncNumbers(cache, rules, None if near is None else near.numbers)

    @property
    def numbers(self) -> AsyncNumbers:
        """The numbers and sets."""
        return self._numbers

    async def get(self, key: Any, default: Any = None) -> Any:
        """The value, the number or the set under ``key``; ``default`` on a miss."""
        key = self._rules.key(key)
        return await self._shown(key, await self._cache.get(key, MISS), default)

    async def get_many(self, keys: Sequence[Any]) -> dict[Any, Any]:
        """What is under several keys, those of a miss left out, in one trip and one more if numbers are counted."""
        meant = {key: self._rules.key(key) for key in keys if key is not None}
        held = await self._cache.get_many(list(meant.values()))
        marks = {key: mark for key, value in held.items() if (mark := mark_in(value)) is not None}
        if marks:
            held |= await self._numbers.read_many(marks)
        found = {key: self._parsed(held.get(own, MISS)) for key, own in meant.items()}
        return {key: value for key, value in found.items() if value is not MISS}

    async def set(self, key: Any, value: Any, ttl: object = None) -> None:
        """Store a value; a ttl of 0 or less removes what is there and stores nothing.

        Raises:
            UnsupportedValue, InvalidKey, InvalidLifetime: an argument is not usable; nothing was changed.
        """
        await self.set_many([(key, value)], ttl)

    async def set_many(self, pairs: Sequence[tuple[Any, Any]], ttl: object = None) -> None:
        """Store several values in one trip; of a key that comes twice the last one stands. Errors as of ``set``."""
        seconds = self._rules.ttl(ttl)
        values = {self._rules.key(key): value for key, value in pairs}
        try:
            await self._store(values, seconds)
        except (CodecError, InvalidKey):
            if not self._rules.behaviour.silent:
                raise

    async def add(self, key: Any, value: Any, ttl: object = None) -> bool:
        """Store a value where there is none; of several callers exactly one gets True.

        Raises:
            UnsupportedValue, InvalidKey, InvalidLifetime: an argument is not usable; nothing was changed.
            StoreError: the deciding tier failed; whether the value was stored is unknown.
        """
        key, seconds = self._rules.key(key), self._rules.ttl(ttl)
        check_value(value)
        if seconds == ENDED or not self._rules.fits(value):
            return False
        return await self._cache.add(key, value, ttl=seconds)

    async def increment(self, key: Any, by: Any, ttl: object = None, *, refresh: bool = False) -> float:
        """Add to the number under ``key`` in one atomic step, and return the new one.

        Args:
            key: which number; where there is none it starts at 0.
            by: what to add; negative to subtract.
            ttl: life of a number that is made by this; one that is there keeps its end.
            refresh: give it this life anew each time.

        Raises:
            NotANumber: something else is there, or ``by`` is no number; nothing was changed.
            StoreError: the store that counts failed; whether it was counted is unknown.
            Unsupported: no tier can count.
        """
        seconds = self._rules.counting_ttl(ttl)
        by = check_number(by, "value")
        return await self._numbers.increment(self._rules.key(key), by, seconds, refresh=refresh)

    async def increment_many(self, increments: Sequence[Mapping[str, Any]]) -> list[float]:
        """Make several increments; each a mapping of ``key``, ``increment_value`` and, if need be, ``ttl``.

        Raises:
            NotANumber: one of them is not usable; nothing was counted.
            ExceptionGroup: some failed; the others were counted.
            StoreError, Unsupported: as of ``increment``.
        """
        asked = [
            (
                self._rules.key(each["key"]),
                check_number(each["increment_value"], "increment_value"),
                self._rules.counting_ttl(each.get("ttl")),
            )
            for each in increments
        ]
        return await self._numbers.increment_many(asked, refresh=self._rules.behaviour.slides) if asked else []

    async def add_members(self, key: Any, members: Sequence[str], ttl: object = None) -> None:
        """Add to the set under ``key``; its ttl counts from when it was made.

        Raises:
            NotANumber: something else is there.
            UnsupportedValue: the members are no texts.
            StoreError, Unsupported: as of ``increment``.
        """
        await self._numbers.add_members(self._rules.key(key), list(members), self._rules.counting_ttl(ttl))

    async def delete_many(self, keys: Sequence[Any]) -> None:
        """Remove what is under these keys, in every tier."""
        meant = [self._rules.key(key) for key in keys]
        for key in meant:
            await self._numbers.forget(key)
        await self._cache.delete_many(meant)

    async def clear(self) -> None:
        """Remove everything of this namespace, and nothing else."""
        await self._cache.clear()

    async def left(self, key: Any) -> float | None:
        """Seconds of life left; None when there is nothing, or nothing with an end."""
        seconds = await self._cache.ttl(self._rules.key(key))
        return None if not seconds or seconds == NEVER else seconds

    async def extend(self, key: Any, ttl: object = None) -> bool:
        """Give what is there a new life; False when nothing is."""
        return await self._cache.touch(self._rules.key(key), self._rules.counting_ttl(ttl))

    def oldest(self, n: int) -> list[str]:
        """The keys that die soonest in the nearest memory tier, soonest first."""
        return self._cache.oldest(n)

    async def flush(self) -> int:
        """Bring what a write buffer holds; returns how many changes are still owed."""
        return await self._cache.flush()

    async def ping(self) -> bool:
        """Ask every tier.

        Returns:
            True: all of them answered.

        Raises:
            StoreUnavailable: one did not; names it.
        """
        for tier, state in (await self._cache.health()).items():
            if not state["ok"]:
                raise StoreUnavailable(f"tier {tier!r} does not answer: {state['error']}")
        return True

    async def _store(self, values: dict[Any, Any], ttl: float | None) -> None:
        """Store what is light enough; what is not leaves no older value behind."""
        rules = self._rules
        for value in values.values():
            check_value(value)
        kept = {key: value for key, value in values.items() if ttl != ENDED and rules.fits(value)}
        for key in values:
            await self._numbers.forget(key)
        if len(kept) < len(values):
            await self._cache.delete_many([key for key in values if key not in kept])
        if rules.behaviour.keeps_end:
            for key in list(kept):
                left = await self._cache.ttl(key)
                if left:
                    await self._cache.set(key, kept.pop(key), ttl=None if left == NEVER else left)
        if len(kept) == 1:
            ((key, value),) = kept.items()
            await self._cache.set(key, value, ttl=ttl)
        elif kept:
            await self._cache.set_many(kept, ttl=ttl)

    async def _shown(self, key: Any, held: Any, default: Any) -> Any:
        mark = mark_in(held)
        if mark is not None:
            held = await self._numbers.read(key, mark)
        held = self._parsed(held)
        return default if held is MISS else held

    def _parsed(self, value: Any) -> Any:
        """The value; an old behaviour reads texts."""
        if not self._rules.behaviour.parses_text or not isinstance(value, (str, bytes)):
            return value
        try:
            return json.loads(value)
        except ValueError:
            return value
