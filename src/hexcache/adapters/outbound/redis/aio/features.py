"""What the servers behind a link can do.

Rule: they are asked when somebody first wants to know, and not again; whoever finds that an answer is wrong says so.
"""

from __future__ import annotations

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.versions import Feature, ServerVersion, all_have, told_by_hello, told_by_info
from hexcache.domain.errors import StoreRejected


async def versions_of(link: AsyncLink) -> list[ServerVersion]:
    """What each primary says it is; one whose user may not ask ``INFO`` says less.

    Raises:
        StoreError: one does not answer.
    """
    try:
        return [told_by_info(reply) for reply in await link.call_everywhere("INFO", "server")]
    except StoreRejected:
        return [told_by_hello(reply) for reply in await link.call_everywhere("HELLO")]


class AsyncFeatures:
    """Asks once."""

    def __init__(self, link: AsyncLink) -> None:
        """Ask nothing yet."""
        self._link = link
        self._servers: list[ServerVersion] | None = None

    async def has(self, feature: Feature) -> bool:
        """Whether every primary can do something.

        Raises:
            StoreError: they have to be asked, and one does not answer.
        """
        servers = self._servers
        if servers is None:
            servers = self._servers = await versions_of(self._link)
        return all_have(servers, feature)

    def forget(self) -> None:
        """Ask anew the next time: a server was replaced by another."""
        self._servers = None
