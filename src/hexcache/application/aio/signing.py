"""Signed links to what a tier holds.

Rule: the nearest tier that can sign does; a cache without one says which kinds of tiers could.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from hexcache.application.aio.tier import AsyncTier
from hexcache.domain.errors import InvalidLifetime, InvalidSetting, Unsupported
from hexcache.domain.lifetime import NEVER, TtlLike, parse_ttl
from hexcache.ports.aio.skills import AsyncSigningStore, LinkMethod, layers


class AsyncSigning:
    """The tiers of one cache that can sign."""

    def __init__(self, tiers: Sequence[AsyncTier]) -> None:
        self._tiers = tuple(tiers)

    async def link(self, address: str, expires: TtlLike, method: str) -> str:
        """A link to what the nearest signing tier holds at an address.

        Raises:
            InvalidLifetime: ``expires`` is no duration with an end.
            InvalidSetting: ``method`` is none that a link can allow.
            Unsupported: no tier can sign; says which could.
            StoreError: a tier that can could not be asked.
        """
        seconds = parse_ttl(expires)
        if seconds == NEVER:
            raise InvalidLifetime("a link does not live for ever; accepted: a duration such as '15m'")
        for known in get_args(LinkMethod):
            if method == known:
                return await self._link(address, seconds, known)
        raise InvalidSetting(f"method is {method!r}; accepted: {', '.join(get_args(LinkMethod))}")

    async def _link(self, address: str, seconds: float, method: LinkMethod) -> str:
        unable: list[str] = []
        for tier in self._tiers:
            for store in layers(tier.store):
                if isinstance(store, AsyncSigningStore):
                    link = await tier.ask("presign", _signed, store, address, seconds, method)
                    if isinstance(link, str):
                        return link
                    unable.append(f"{tier.name}: {link}")
        if unable:
            raise Unsupported(f"no tier of this cache can sign a link; {'; '.join(unable)}")
        raise Unsupported("no tier of this cache can sign a link; tiers that can: s3, gs, azure")


async def _signed(store: AsyncSigningStore, address: str, seconds: float, method: LinkMethod) -> str | Unsupported:
    """A link; that there is none is an answer, too, and no failure of the tier."""
    try:
        return await store.presign(address, seconds=seconds, method=method)
    except Unsupported as exc:
        return exc
