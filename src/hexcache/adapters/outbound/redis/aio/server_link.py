"""The link to one server: by its address, or the primary that Sentinels name.

Rule: a request is one buffer that is packed here, over connections that redis-py opened; its replies are what the
server said. A command that a server refuses because it is no primary any more was not carried out: it goes to the new
one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from redis.exceptions import NoScriptError, ReadOnlyError

from hexcache.adapters.outbound.redis.aio.primitives import AsyncConnections, AsyncReads
from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.adapters.outbound.redis.errors import translated
from hexcache.adapters.outbound.redis.packing import packed_all, packed_get, packed_mget
from hexcache.adapters.outbound.redis.repeating import repeatable
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.domain.errors import StoreError

PAGE = 500
"""Keys that a server looks at for one page of a scan."""

RIDERS = 256
"""Most keys that single reads of one moment put into one request."""


class AsyncServerLink:
    """A link to one server; an :class:`~hexcache.adapters.outbound.redis.aio.link.AsyncLink`."""

    sharded = False

    def __init__(self, settings: RedisSettings) -> None:
        """Connect nothing.

        Args:
            settings: where and how; of mode ``standalone`` or ``sentinel``.
        """
        self._follows = settings.mode == "sentinel"
        if self._follows:
            self._primary = AsyncConnections.by_sentinels(settings)
        else:
            self._primary = AsyncConnections.to(settings.addresses[0], settings)
        self._reading = (
            AsyncConnections.by_sentinels(settings, replicas=True) if settings.replica_reads else self._primary
        )
        self._get = AsyncReads(self._read, self._read_all).get

    async def call(self, *command: Argument) -> Reply:
        """One command; see the link."""
        (reply,) = await self._exchange([command], again=repeatable(command))
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def get(self, key: bytes, /) -> bytes | None:
        """``GET``; see the link. Several at one moment are one ``MGET``, for which a key of another type is absent."""
        try:
            reply = await self._get(key)
        except Exception as exc:
            raise translated(exc) from exc
        if isinstance(reply, Exception):
            raise translated(reply) from reply
        found: bytes | None = reply
        return found

    async def _read(self, key: bytes) -> Reply:
        return (await self._reading.exchange(packed_get(key), 1, again=True))[0]

    async def _read_all(self, keys: list[bytes]) -> list[Reply | Exception]:
        """Reads of one moment; where they may not be made together, each by itself."""
        replies: list[Reply | Exception] = []
        for first in range(0, len(keys), RIDERS):
            riders = keys[first : first + RIDERS]
            (found,) = await self._reading.exchange(packed_mget(riders), 1, again=True)
            if isinstance(found, Exception):
                each = b"".join([packed_get(key) for key in riders])
                found = await self._reading.exchange(each, len(riders), again=True)
            replies += found
        return replies

    async def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        """``MGET``; see the link."""
        if not keys:
            return []
        try:
            (reply,) = await self._reading.exchange(packed_mget(keys), 1, again=True)
        except Exception as exc:
            raise translated(exc) from exc
        if isinstance(reply, Exception):
            raise translated(reply) from reply
        found: list[bytes | StoreError | None] = reply
        return found

    async def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        """Several commands in one trip; see the link."""
        if not commands:
            return []
        return await self._exchange(commands, again=all(map(repeatable, commands)))

    async def _exchange(self, commands: Sequence[Command], *, again: bool) -> list[Reply | Exception]:
        try:
            replies = await self._primary.exchange(packed_all(commands), len(commands), again=again)
            if self._follows:
                replies = await self._moved(commands, replies)
        except Exception as exc:
            raise translated(exc) from exc
        return [translated(reply) if isinstance(reply, Exception) else reply for reply in replies]

    async def _moved(self, commands: Sequence[Command], replies: list[Reply]) -> list[Reply]:
        """Say again to the new primary what the old one refused."""
        refused = [place for place, reply in enumerate(replies) if isinstance(reply, ReadOnlyError)]
        if not refused:
            return replies
        await self._primary.renew()
        buffer = packed_all([commands[place] for place in refused])
        for place, reply in zip(refused, await self._primary.exchange(buffer, len(refused)), strict=True):
            replies[place] = reply
        return replies

    async def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        """Run a script; see the link."""
        (reply,) = await self.run_all(script, [(keys, args)])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        """Run one script several times in one trip; see the link."""
        if not calls:
            return []
        commands: list[Command] = [("EVALSHA", script.sha, len(keys), *keys, *args) for keys, args in calls]
        replies = await self._exchange(commands, again=script.repeatable)
        unknown = [place for place, reply in enumerate(replies) if is_unknown(reply)]
        if unknown:
            told = [commands[place] for place in unknown]
            told[0] = ("EVAL", script.source, *told[0][2:])
            for place, reply in zip(unknown, await self._exchange(told, again=script.repeatable), strict=True):
                replies[place] = reply
        return replies

    async def scan(self, pattern: bytes, /) -> AsyncIterator[list[bytes]]:
        """Keys by pattern, in pages; see the link."""
        cursor: Argument = 0
        while True:
            cursor, keys = await self.call("SCAN", cursor, "MATCH", pattern, "COUNT", PAGE)
            yield list(keys)
            if not int(cursor):
                return

    async def call_everywhere(self, *command: Argument) -> list[Reply]:
        """One command to the one server."""
        return [await self.call(*command)]

    async def ping(self) -> None:
        """A round trip; see the link."""
        await self.call("PING")

    async def aclose(self) -> None:
        """Close the connections; calls fail from then on."""
        await self._primary.aclose()
        if self._reading is not self._primary:
            await self._reading.aclose()


def is_unknown(reply: Reply) -> bool:
    """Whether a server did not know the script, and so did nothing."""
    return isinstance(reply, Exception) and isinstance(reply.__cause__, NoScriptError)
