"""A bucket in memory that notes each request and fails those that a plan names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from tests.unit.objects.aio.dict_bucket import AsyncDictBucket
from tests.unit.objects.contents import Contents
from tests.unit.objects.faults import Fault

T = TypeVar("T")


class AsyncPlannedBucket(AsyncDictBucket):
    """Requests as they came, and faults to come.

    Attributes:
        requests: the methods that were called, in order; a page of a listing is one ``page``.
    """

    def __init__(self, contents: Contents | None = None, **options: Any) -> None:
        super().__init__(contents, **options)
        self.requests: list[str] = []
        self._faults: dict[str, list[Fault | None]] = defaultdict(list)

    def plan(self, method: str, *faults: Fault | None) -> None:
        """Let the next requests of this kind fail so; None for one that goes well."""
        self._faults[method].extend(faults)

    async def read(self, name: str, /) -> ObjectRead | None:
        return await self._meet("read", super().read, name)

    async def facts(self, name: str, /) -> ObjectFacts | None:
        return await self._meet("facts", super().facts, name)

    async def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        return await self._meet("write", super().write, name, body, label=label, condition=condition)

    async def remove(self, name: str, /) -> None:
        await self._meet("remove", super().remove, name)

    async def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        return await self._meet("remove_many", super().remove_many, names)

    async def pages(self, prefix: str, /) -> AsyncIterator[Sequence[Listed]]:
        pages = super().pages(prefix)
        while True:
            page = await self._meet("page", _page, pages)
            if page is None:
                return
            yield page

    async def _meet(self, method: str, call: Callable[..., Awaitable[T]], *args: Any, **options: Any) -> T:
        self.requests.append(method)
        planned = self._faults[method]
        fault = planned.pop(0) if planned else None
        if fault is None:
            return await call(*args, **options)
        if fault.late:
            await call(*args, **options)
        fault.meanwhile()
        raise fault.error


async def _page(pages: AsyncIterator[Sequence[Listed]]) -> Sequence[Listed] | None:
    return await anext(pages, None)
