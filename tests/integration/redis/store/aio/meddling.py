"""A link between whose commands something else happens.

Rule: a store's call is a few commands; whatever can happen in between can be made to happen exactly there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.domain.errors import StoreError


class AsyncMeddlingLink:
    """Another link, with something done before each of its commands.

    Attributes:
        before: what is done; it is told which call of the link comes next.
    """

    sharded = False

    def __init__(self, inner: AsyncLink, before: Callable[[str], Awaitable[object]]) -> None:
        self._inner = inner
        self.before = before

    async def call(self, *command: Argument) -> Reply:
        await self.before("call")
        return await self._inner.call(*command)

    async def get(self, key: bytes, /) -> bytes | None:
        await self.before("get")
        return await self._inner.get(key)

    async def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        await self.before("get_many")
        return await self._inner.get_many(keys)

    async def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        await self.before("call_all")
        return await self._inner.call_all(commands)

    async def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        await self.before("run")
        return await self._inner.run(script, keys, args)

    async def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        await self.before("run_all")
        return await self._inner.run_all(script, calls)

    async def scan(self, pattern: bytes, /) -> AsyncIterator[list[bytes]]:
        async for page in self._inner.scan(pattern):
            await self.before("page")
            yield page
        await self.before("end")

    async def call_everywhere(self, *command: Argument) -> list[Reply]:
        return await self._inner.call_everywhere(*command)

    async def ping(self) -> None:
        await self._inner.ping()

    async def aclose(self) -> None:
        await self._inner.aclose()
