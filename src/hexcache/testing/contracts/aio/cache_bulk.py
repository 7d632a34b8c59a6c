"""Laws of a cache about several keys at once: assembled by key, each with its own outcome."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from hexcache.domain.errors import UnsupportedValue
from hexcache.domain.load import DoNotStore, Loaded, Missing
from hexcache.testing.contracts.aio.cache_ground import AsyncCacheGround, AsyncLab, AsyncOrigin, OriginDown
from hexcache.testing.contracts.aio.primitives import eventually, start


class AsyncShelf:
    """A loader of several keys that answers in reverse order and counts what it was asked."""

    def __init__(self, **answers: object) -> None:
        self.answers = answers
        self.asked: list[list[str]] = []

    async def __call__(self, keys: list[str]) -> Mapping[str, Any]:
        """Load."""
        self.asked.append(list(keys))
        return {key: self.answers[key] for key in reversed(keys) if key in self.answers}


class AsyncCacheBulkLaws(AsyncCacheGround):
    """``get_many``, ``set_many``, ``get_or_set_many``."""

    async def test_bulk_reads_answer_by_key(self, lab: AsyncLab) -> None:
        """What is there is in the answer under its key, what is not is not; duplicates are one."""
        cache = lab.open()
        await cache.set_many({"a": 1, "b": None, "c": 3})
        for asked in (cache, lab.cold(cache)):
            assert await asked.get_many(["c", "never", "a", "b", "c"]) == {"a": 1, "b": None, "c": 3}

    async def test_empty_bulk_calls_do_nothing(self, lab: AsyncLab) -> None:
        """Nothing asked is an empty answer, and no loader runs."""
        cache, shelf = lab.open(), AsyncShelf()
        assert await cache.get_many([]) == {}
        assert (await cache.set_many({})).complete
        assert await cache.get_or_set_many([], shelf) == {}
        assert shelf.asked == []

    async def test_bulk_reads_go_down_tier_by_tier(self, lab: AsyncLab) -> None:
        """Some keys are found near, some far, some nowhere: the answer is whole."""
        cache = lab.open()
        await cache.set_many({key: key for key in "abcd"})
        cold = lab.cold(cache)
        assert await cold.get_many(["a", "b"]) == {"a": "a", "b": "b"}
        assert await cold.get_many(["d", "a", "x", "c"]) == {"a": "a", "c": "c", "d": "d"}

    async def test_nothing_is_stored_if_one_value_cannot_be(self, lab: AsyncLab) -> None:
        """A bulk write is refused before anything is changed."""
        cache = lab.open()
        await cache.set("a", "old")
        with pytest.raises(UnsupportedValue):
            await cache.set_many({"a": "new", "b": object()})
        assert await cache.get_many(["a", "b"]) == {"a": "old"}
        assert await lab.cold(cache).get_many(["a", "b"]) == {"a": "old"}

    async def test_one_load_for_the_keys_that_are_missing(self, lab: AsyncLab) -> None:
        """T28: the loader is asked once, for what no tier has; answers are assembled by key, in the order asked."""
        cache, shelf = lab.open(), AsyncShelf(a="A", b="B", c="C", d="D")
        await cache.set("b", "cached")
        answer = await cache.get_or_set_many(["d", "b", "a", "c", "d"], shelf)
        assert answer == {"d": "D", "b": "cached", "a": "A", "c": "C"}
        assert list(answer) == ["d", "b", "a", "c"]
        assert [sorted(keys) for keys in shelf.asked] == [["a", "c", "d"]]
        cold = lab.cold(cache)
        assert await cold.get_or_set_many(["a", "b", "c", "d"], shelf) == {"a": "A", "b": "cached", "c": "C", "d": "D"}
        assert len(shelf.asked) == 1

    async def test_a_key_left_out_is_missing(self, lab: AsyncLab) -> None:
        """What the loader does not return gives the default, and is not asked for again at once."""
        cache, shelf = lab.open(), AsyncShelf(a="A")
        assert await cache.get_or_set_many(["a", "b"], shelf, default="none") == {"a": "A", "b": "none"}
        assert await cache.get_or_set_many(["a", "b"], shelf, default="none") == {"a": "A", "b": "none"}
        assert len(shelf.asked) == 1

    async def test_a_key_not_asked_for_is_ignored(self, lab: AsyncLab) -> None:
        """What the loader returns beyond the request is neither returned nor stored."""
        cache = lab.open()

        async def generous(keys: list[str]) -> dict[str, str]:
            return {**dict.fromkeys(keys, "v"), "extra": "x"}

        assert await cache.get_or_set_many(["a"], generous) == {"a": "v"}
        await self.misses(cache, key="extra")

    async def test_each_key_has_its_own_outcome(self, lab: AsyncLab) -> None:
        """Lives, negative results and unstored values may be mixed in one answer."""
        cache = lab.open()
        shelf = AsyncShelf(long="l", short=Loaded("s", ttl=10), gone=Missing(), once=DoNotStore("o"))
        keys = ["long", "short", "gone", "once"]
        answer = await cache.get_or_set_many(keys, shelf, ttl=100)
        assert answer == {"long": "l", "short": "s", "gone": None, "once": "o"}
        assert await lab.cold(cache).get_many(keys) == {"long": "l", "short": "s"}
        lab.clock.advance(10)
        assert await cache.get_many(keys) == {"long": "l"}

    async def test_an_error_for_one_key_spoils_no_other(self, lab: AsyncLab) -> None:
        """A failed key raises in an ``ExceptionGroup``; the others were stored all the same."""
        cache, shelf = lab.open(), AsyncShelf(a="A", b=OriginDown("b is down"))
        with pytest.raises(ExceptionGroup) as caught:
            await cache.get_or_set_many(["a", "b"], shelf)
        assert [str(error) for error in caught.value.exceptions] == ["b is down"]
        assert await cache.get_many(["a", "b"]) == {"a": "A"}
        assert await lab.cold(cache).get_many(["a", "b"]) == {"a": "A"}

    async def test_keys_that_others_load_are_not_loaded_again(self, lab: AsyncLab) -> None:
        """A bulk load joins the flights that are in the air and asks for the rest."""
        cache, origin, shelf = lab.open(), AsyncOrigin("by the other"), AsyncShelf(b="B")
        gate = origin.hold()
        other = start(partial(cache.get_or_set, "a", origin))
        await gate.entered()

        async def rest(keys: list[str]) -> Mapping[str, Any]:
            gate.release()
            return await shelf(keys)

        assert await cache.get_or_set_many(["a", "b"], rest) == {"a": "by the other", "b": "B"}
        assert await other.result() == "by the other"
        assert shelf.asked == [["b"]]
        assert origin.calls == 1

    async def test_calls_that_overlap_load_each_key_once(self, lab: AsyncLab) -> None:
        """A key that a bulk call is looking for in the tiers is loaded by nobody else, and not twice by that call."""
        cache, shelf = lab.open(), AsyncShelf(a="A", b="B", c="C")
        if not lab.stores:
            return
        gate = lab.stores[0].hold("get_many")
        first = start(partial(cache.get_or_set_many, ["a", "b"], shelf))
        await gate.entered()
        single = start(partial(cache.get_or_set, "a", AsyncOrigin("loaded again")))
        second = start(partial(cache.get_or_set_many, ["c", "b"], shelf))
        await eventually(self.counted(cache, "joined"), 2)
        gate.release()
        assert await first.result() == {"a": "A", "b": "B"}
        assert await single.result() == "A"
        assert await second.result() == {"c": "C", "b": "B"}
        assert sorted(key for keys in shelf.asked for key in keys) == ["a", "b", "c"]

    async def test_a_bulk_is_whole(self, lab: AsyncLab) -> None:
        """Several hundred keys are one call."""
        cache = lab.open()
        values = {f"k{number}": number for number in range(self.bulk)}
        await cache.set_many(values)
        assert await lab.cold(cache).get_many(values) == values
        await cache.delete_many(values)
        assert await lab.cold(cache).get_many(values) == {}
