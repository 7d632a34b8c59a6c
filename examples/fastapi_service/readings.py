"""What the service knows about texts, served from the cache where possible.

Rule: this is the only module that talks to the cache, and it knows one ``AsyncCache`` and no tier. What goes into the
cache are plain values (dicts, lists, numbers, texts); models are made at this border.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from examples.fastapi_service.library import Analysis, Library, Neighbour
from hexcache import AsyncCache, EntryView, Missing, NotModified

EVERY_TEXT = "texts"
"""The tag of what was made from all texts together."""


def tag_of(name: str) -> str:
    """The tag of what was made from one text."""
    return f"text:{name}"


class Readings:
    """Analyses and neighbours of texts.

    Args:
        cache: where they are kept.
        library: where they come from.
    """

    def __init__(self, cache: AsyncCache[Any], library: Library) -> None:
        self._cache = cache
        self._library = library
        # Decorated here and not in the class body, because the cache belongs to the instance.
        self._neighbours = cache.cached(ttl="1h", stale_ttl="1d", tags=[EVERY_TEXT], version="1")(self._compare)

    async def analysis(self, name: str) -> Analysis | None:
        """What was measured in a text; None when there is no such text, which is remembered too."""

        async def load(previous: EntryView[Any] | None) -> dict[str, Any] | Missing | NotModified:
            if previous is not None and not previous.missing:
                changed = await asyncio.to_thread(self._library.changed, name)
                if changed == previous.value["changed"]:
                    return NotModified()
            made = await asyncio.to_thread(self._library.analysis, name)
            return Missing() if made is None else made.model_dump()

        known = await self._cache.get_or_set(
            f"analysis:{name}", load, ttl="10m", stale_ttl="1d", tags=[tag_of(name)], with_entry=True
        )
        return None if known is None else Analysis.model_validate(known)

    async def neighbours(self, name: str, most: int = 3) -> list[Neighbour]:
        """The texts that resemble this one the most."""
        return [Neighbour.model_validate(one) for one in await self._neighbours(name, most)]

    async def write(self, name: str, text: str) -> None:
        """Change a text; no later reader is shown anything that was made from the earlier one."""
        await asyncio.to_thread(self._library.write, name, text)
        await self._cache.invalidate_tags(tag_of(name), EVERY_TEXT)

    async def recheck(self, name: str) -> None:
        """Somebody else may have changed a text: the next reader is shown what is known, and its file is looked at."""
        await self._cache.expire_tags(tag_of(name), EVERY_TEXT)

    async def health(self) -> dict[str, Any]:
        """A round trip to every tier."""
        return await self._cache.health()

    def stats(self) -> dict[str, Any]:
        """What the cache saved, and what it did not."""
        return {
            "texts_read": self._library.reads,
            "neighbours": asdict(self._neighbours.cache_info()),
            "cache": self._cache.stats(),
        }

    async def _compare(self, name: str, most: int) -> list[dict[str, Any]]:
        found = await asyncio.to_thread(self._library.neighbours, name, most)
        return [one.model_dump() for one in found]
