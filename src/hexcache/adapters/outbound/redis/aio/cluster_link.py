"""The link to a cluster: commands to the nodes that serve their keys.

Rule: a node that fails fails its own keys alone. A command whose keys are being moved one by one is made of single
ones, which can be redirected.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from redis.exceptions import NoScriptError, TryAgainError

from hexcache.adapters.outbound.redis.aio.cluster_nodes import AsyncClusterNodes
from hexcache.adapters.outbound.redis.aio.primitives import AsyncReads
from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.adapters.outbound.redis.errand import Errand
from hexcache.adapters.outbound.redis.errors import translated
from hexcache.adapters.outbound.redis.packing import packed, packed_get, packed_mget
from hexcache.adapters.outbound.redis.repeating import repeatable
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.adapters.outbound.redis.slots import slot_of
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable

PAGE = 500
"""Keys that a node looks at for one page of a scan."""


class AsyncClusterLink:
    """A link to a cluster; an :class:`~hexcache.adapters.outbound.redis.aio.link.AsyncLink`."""

    sharded = True

    def __init__(self, settings: RedisSettings) -> None:
        """Connect nothing.

        Args:
            settings: where and how; of mode ``cluster``.
        """
        self._nodes = AsyncClusterNodes(settings)
        self._get = AsyncReads(self._read, self._read_all).get

    async def call(self, *command: Argument) -> Reply:
        """One command; see the link. One without a key goes to any node."""
        errand = Errand(_slot_of_command(command), packed(command))
        (reply,) = await self._run_errands([errand], again=repeatable(command))
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def get(self, key: bytes, /) -> bytes | None:
        """``GET``; see the link. Several at one moment share a trip to each node."""
        try:
            reply = await self._get(key)
        except Exception as exc:
            raise translated(exc) from exc
        if isinstance(reply, Exception):
            raise translated(reply) from reply
        found: bytes | None = reply
        return found

    async def _read(self, key: bytes) -> Reply:
        (reply,) = await self._nodes.run([Errand(slot_of(key), packed_get(key), reads=True)], again=True)
        return reply

    async def _read_all(self, keys: Sequence[bytes]) -> list[Reply | Exception]:
        """Each key's value or error; keys of one slot by one command."""
        slots: dict[int, list[int]] = {}
        for place, key in enumerate(keys):
            slots.setdefault(slot_of(key), []).append(place)
        errands = [
            Errand(slot, packed_mget([keys[place] for place in places]), reads=True) for slot, places in slots.items()
        ]
        found: list[Reply | Exception] = [None] * len(keys)
        split: list[int] = []
        for places, reply in zip(slots.values(), await self._nodes.run(errands, again=True), strict=True):
            values = [reply] * len(places) if isinstance(reply, Exception) else reply
            for place, value in zip(places, values, strict=True):
                found[place] = value
            if isinstance(reply, TryAgainError):
                split += places
        if split:
            single = [Errand(slot_of(keys[place]), packed_get(keys[place])) for place in split]
            for place, reply in zip(split, await self._nodes.run(single, again=True), strict=True):
                found[place] = reply
        return found

    async def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        """``MGET`` slot by slot; see the link."""
        if not keys:
            return []
        try:
            replies = await self._read_all(keys)
        except Exception as exc:
            raise translated(exc) from exc
        found: list[bytes | StoreError | None] = [
            translated(reply) if isinstance(reply, Exception) else reply for reply in replies
        ]
        first = found[0]
        if isinstance(first, StoreError) and all(isinstance(one, StoreError) for one in found):
            raise first
        return found

    async def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        """Several commands, in one trip to each node; see the link."""
        errands = [Errand(_slot_of_command(command), packed(command)) for command in commands]
        return await self._run_errands(errands, again=all(map(repeatable, commands)))

    async def _run_errands(self, errands: list[Errand], *, again: bool) -> list[Reply | Exception]:
        """Their replies, errors typed; raises when every one of them failed for want of a server."""
        if not errands:
            return []
        try:
            replies = await self._nodes.run(errands, again=again)
        except Exception as exc:
            raise translated(exc) from exc
        told = [translated(reply) if isinstance(reply, Exception) else reply for reply in replies]
        if all(isinstance(reply, (StoreUnavailable, StoreTimeout)) for reply in told):
            raise told[0]
        return told

    async def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        """Run a script where its keys are; see the link."""
        (reply,) = await self.run_all(script, [(keys, args)])
        if isinstance(reply, Exception):
            raise reply
        return reply

    async def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        """Run one script several times, in one trip to each node; see the link."""
        slots = [slot_of(keys[0]) if keys else None for keys, _ in calls]
        tails: list[Command] = [(len(keys), *keys, *args) for keys, args in calls]
        known = [Errand(slot, packed(("EVALSHA", script.sha, *tail))) for slot, tail in zip(slots, tails, strict=True)]
        replies = await self._run_errands(known, again=script.repeatable)
        unknown = [place for place, reply in enumerate(replies) if _is_unknown(reply)]
        told = [Errand(slots[place], packed(("EVAL", script.source, *tails[place]))) for place in unknown]
        for place, reply in zip(unknown, await self._run_errands(told, again=script.repeatable), strict=True):
            replies[place] = reply
        return replies

    async def scan(self, pattern: bytes, /) -> AsyncIterator[list[bytes]]:
        """Keys by pattern, in pages, node by node; see the link."""
        for node in await self._primaries():
            cursor: Argument = 0
            while True:
                page = packed(("SCAN", cursor, "MATCH", pattern, "COUNT", PAGE))
                (reply,) = await self._run_errands([Errand(None, page, node)], again=True)
                if isinstance(reply, Exception):
                    raise reply
                cursor, keys = reply
                yield list(keys)
                if not int(cursor):
                    break

    async def call_everywhere(self, *command: Argument) -> list[Reply]:
        """One command to every primary, side by side."""
        errands = [Errand(None, packed(command), node) for node in await self._primaries()]
        replies = await self._run_errands(errands, again=repeatable(command))
        for reply in replies:
            if isinstance(reply, Exception):
                raise reply
        return replies

    async def _primaries(self) -> Sequence[Address]:
        try:
            return await self._nodes.primaries()
        except Exception as exc:
            raise translated(exc) from exc

    async def ping(self) -> None:
        """A round trip to every primary; see the link."""
        await self.call_everywhere("PING")

    async def aclose(self) -> None:
        """Close the connections; calls fail from then on."""
        await self._nodes.aclose()


def _slot_of_command(command: Command) -> int | None:
    key = command[1] if len(command) > 1 else None
    return slot_of(key) if isinstance(key, bytes) else None


def _is_unknown(reply: Reply) -> bool:
    return isinstance(reply, Exception) and isinstance(reply.__cause__, NoScriptError)
