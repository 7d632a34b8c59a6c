"""A bucket in memory, complete: the object store's tests run over it without a server, in both worlds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from time import time

from hexcache.adapters.outbound.objects.aio.bucket import Method
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.ports.clock import Clock
from tests.unit.objects.contents import Contents


class AsyncDictBucket:
    """Objects in a dict; an ``AsyncBucket``.

    Attributes:
        contents: what it holds.
        page_size: names on a page of a listing.
        closed: how often it was closed.
    """

    def __init__(
        self, contents: Contents | None = None, *, wall: Clock = time, page_size: int = 1000, page_names: int = 1000
    ) -> None:
        self.contents = Contents() if contents is None else contents
        self.page_size = page_size
        self.closed = 0
        self._names = page_names
        self._wall = wall

    @property
    def page_names(self) -> int:
        return self._names

    async def read(self, name: str, /) -> ObjectRead | None:
        return self.contents.read(name)

    async def facts(self, name: str, /) -> ObjectFacts | None:
        return self.contents.facts(name)

    async def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        return self.contents.write(name, body, label, condition, self._wall())

    async def remove(self, name: str, /) -> None:
        self.contents.remove(name)

    async def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        assert len(names) <= self._names, "more names than one request takes"
        for name in names:
            self.contents.remove(name)
        return {}

    async def pages(self, prefix: str, /) -> AsyncIterator[Sequence[Listed]]:
        last = ""
        while True:
            found = self.contents.after(prefix, last, self.page_size)
            yield [Listed(name, len(thing.body), thing.changed_at) for name, thing in found]
            if len(found) < self.page_size:
                return
            last = found[-1][0]

    async def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        return f"memory://{name}?method={method}&seconds={seconds:g}"

    async def aclose(self) -> None:
        self.closed += 1
