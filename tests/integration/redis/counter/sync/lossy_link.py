# Generated from tests/integration/redis/counter/aio/lossy_link.py by tools/unasync.py. Do not edit.
"""A link to a real server that loses requests and answers as it is told.

Rule: what is lost is decided by the test; what the server does is the server's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.commands import Argument, Reply, Script
from hexcache.domain.errors import StoreError

Loss: TypeAlias = Literal["request", "answer", "late", "none"]
"""``late``: the request arrives after the next one."""
Call: TypeAlias = tuple[Sequence[bytes], Sequence[Argument]]


class LossyLink:
    """A link whose next calls fail as planned; afterwards it is sound.

    Attributes:
        plan: what happens to the next calls, in turn.
        lost: which of the calls of a batch are lost where one is; None for all, with the whole batch.
        calls: how many scripts were asked for so far.
    """

    sharded = False

    def __init__(self, link: Link, error: StoreError) -> None:
        self._link = link
        self._error = error
        self._late: tuple[Script, Call] | None = None
        self.plan: list[Loss] = []
        self.lost: set[int] | None = None
        self.calls = 0

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        """Run a script; the answer may be lost."""
        self.calls += 1
        loss = self.plan.pop(0) if self.plan else "none"
        if loss == "late":
            self._late = (script, (keys, args))
            raise self._error
        if loss == "request":
            raise self._error
        reply = self._link.run(script, keys, args)
        if self._late is not None:
            (late, call), self._late = self._late, None
            self._link.run(late, *call)
        if loss == "answer":
            raise self._error
        return reply

    def run_all(self, script: Script, calls: Sequence[Call], /) -> list[Reply | Exception]:
        """Run a script several times; some answers, or all, may be lost."""
        self.calls += len(calls)
        loss = self.plan.pop(0) if self.plan else "none"
        if loss == "none":
            return self._link.run_all(script, calls)
        if self.lost is None:
            if loss == "answer":
                self._link.run_all(script, calls)
            raise self._error
        replies: list[Reply | Exception] = []
        for place, (keys, args) in enumerate(calls):
            lost = place in self.lost
            reply = self._error if lost and loss == "request" else self._link.run(script, keys, args)
            replies.append(self._error if lost else reply)
        return replies

    def scan(self, pattern: bytes, /) -> Iterator[list[bytes]]:
        """Keys by pattern; nothing is lost here. One page, so that what else the server holds does not part them."""
        yield [key for page in self._link.scan(pattern) for key in page]
