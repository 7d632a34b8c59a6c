"""A blocking bucket for tasks: each request in one of a few threads that do nothing else.

Rule: nothing of a vendor's library runs in the event loop's thread. A request that nobody waits for any more is not
begun; one that is under way ends by the bucket's own waits, and nobody is told that it happened.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from hexcache.adapters.outbound.objects.forking import tell_after_fork
from hexcache.adapters.outbound.objects.settings import MAX_CONNECTIONS, check_count
from hexcache.adapters.outbound.objects.sync.bucket import Bucket, Method
from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from hexcache.domain.errors import StoreUnavailable

T = TypeVar("T")
P = ParamSpec("P")


class AsyncOffloadedBucket:
    """A blocking bucket as an :class:`~hexcache.adapters.outbound.objects.aio.bucket.AsyncBucket`.

    It may be used from several event loops, and in a child after a fork if the bucket may.
    """

    def __init__(self, bucket: Bucket, workers: int) -> None:
        """Begin no thread before the first request.

        Args:
            bucket: the bucket; it is closed with this object.
            workers: threads, and so requests at the same time.

        Raises:
            InvalidSetting: ``workers`` is not a whole number from 1.
        """
        check_count("workers", workers, MAX_CONNECTIONS)
        self._bucket = bucket
        self._workers = workers
        self._closed = False
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Be as if just made: a fork takes no threads with it."""
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    @property
    def page_names(self) -> int:
        """As the bucket says."""
        return self._bucket.page_names

    async def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; see the port."""
        return await self._run(self._bucket.read, name)

    async def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object; see the port."""
        return await self._run(self._bucket.facts, name)

    async def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object; see the port. A cancelled call that had not begun does not happen."""
        return await self._run(self._bucket.write, name, body, label=label, condition=condition)

    async def remove(self, name: str, /) -> None:
        """Remove an object; see the port."""
        await self._run(self._bucket.remove, name)

    async def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove several objects; see the port."""
        return await self._run(self._bucket.remove_many, names)

    async def pages(self, prefix: str, /) -> AsyncIterator[Sequence[Listed]]:
        """List, a page a request; see the port."""
        pages = self._bucket.pages(prefix)
        while (page := await self._run(_next, pages)) is not None:
            yield page

    async def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link; see the port."""
        return await self._run(self._bucket.sign, name, seconds=seconds, method=method)

    async def aclose(self) -> None:
        """Close the bucket and let the threads end. May be called again."""
        closed, self._closed = self._closed, True
        if closed:
            return
        with self._lock:
            threads, self._threads = self._threads, None
        if threads is None:
            self._bucket.close()
            return
        try:
            await asyncio.wrap_future(threads.submit(self._bucket.close))
        finally:
            threads.shutdown(wait=False)

    async def _run(self, call: Callable[P, T], *args: P.args, **options: P.kwargs) -> T:
        return await asyncio.wrap_future(self._opened().submit(partial(call, *args, **options)))

    def _opened(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._closed:
                raise StoreUnavailable("objects: the bucket is closed")
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._workers, "hexcache-objects")
            return self._threads


def _next(pages: Iterator[Sequence[Listed]]) -> Sequence[Listed] | None:
    return next(pages, None)
