# Generated from tests/integration/redis/store/aio/meddling.py by tools/unasync.py. Do not edit.
"""A link between whose commands something else happens.

Rule: a store's call is a few commands; whatever can happen in between can be made to happen exactly there.
"""

from __future__ import annotations

from collections.abc import Iterator, Awaitable, Callable, Sequence

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.domain.errors import StoreError


class MeddlingLink:
    """Another link, with something done before each of its commands.

    Attributes:
        before: what is done; it is told which call of the link comes next.
    """

    sharded = False

    def __init__(self, inner: Link, before: Callable[[str], object]) -> None:
        self._inner = inner
        self.before = before

    def call(self, *command: Argument) -> Reply:
        self.before("call")
        return self._inner.call(*command)

    def get(self, key: bytes, /) -> bytes | None:
        self.before("get")
        return self._inner.get(key)

    def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        self.before("get_many")
        return self._inner.get_many(keys)

    def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        self.before("call_all")
        return self._inner.call_all(commands)

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        self.before("run")
        return self._inner.run(script, keys, args)

    def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        self.before("run_all")
        return self._inner.run_all(script, calls)

    def scan(self, pattern: bytes, /) -> Iterator[list[bytes]]:
        for page in self._inner.scan(pattern):
            self.before("page")
            yield page
        self.before("end")

    def call_everywhere(self, *command: Argument) -> list[Reply]:
        return self._inner.call_everywhere(*command)

    def ping(self) -> None:
        self._inner.ping()

    def close(self) -> None:
        self._inner.close()
