"""A link that speaks through the commands of a client of redis-py.

Rule: everything that redis-py does for a command (TLS, AUTH, redirects, retries) stays in force here, at its price. The
client was made elsewhere and is closed there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from redis.exceptions import NoScriptError

from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.adapters.outbound.redis.errors import translated
from hexcache.domain.errors import StoreError

PAGE = 500
"""Keys that a server looks at for one page of a scan."""


class AsyncClientLink:
    """A link over one client of one server."""

    sharded = False

    def __init__(self, client: Any) -> None:
        self._client = client

    async def call(self, *command: Argument) -> Reply:
        """One command; see the link."""
        try:
            return await self._client.execute_command(*command)
        except Exception as exc:
            raise translated(exc) from exc

    async def get(self, key: bytes, /) -> bytes | None:
        """``GET``; see the link."""
        found: bytes | None = await self.call("GET", key)
        return found

    async def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        """``MGET``; see the link."""
        found: list[bytes | StoreError | None] = await self.call("MGET", *keys) if keys else []
        return found

    async def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        """Several commands in one trip; see the link."""
        if not commands:
            return []
        pipeline = self._client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            replies = await pipeline.execute(raise_on_error=False)
        except Exception as exc:
            raise translated(exc) from exc
        return [translated(reply) if isinstance(reply, Exception) else reply for reply in replies]

    async def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        """Run a script; see the link."""
        try:
            return await self._client.execute_command("EVALSHA", script.sha, len(keys), *keys, *args)
        except NoScriptError:
            return await self.call("EVAL", script.source, len(keys), *keys, *args)
        except Exception as exc:
            raise translated(exc) from exc

    async def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        """Run one script several times in one trip; see the link."""
        if not calls:
            return []
        await self.call("SCRIPT LOAD", script.source)
        return await self.call_all([("EVALSHA", script.sha, len(keys), *keys, *args) for keys, args in calls])

    async def scan(self, pattern: bytes, /) -> AsyncIterator[list[bytes]]:
        """Keys by pattern, in pages; see the link."""
        cursor: Any = 0
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
        """Nothing: the client belongs to whoever made it."""
