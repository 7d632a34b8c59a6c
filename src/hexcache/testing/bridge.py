"""An awaited store or cache driven from blocking code, on an event loop of its own.

Rule: for tests whose driver cannot await, such as a state machine; every call runs to its end on one private loop.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, cast

from hexcache.domain.report import CloseReport
from hexcache.ports.aio.cache import AsyncCachePort
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.finding import StoreFinding, Token
from hexcache.ports.sync.cache import CachePort


class DrivenStore:
    """The blocking store port over an awaited store. Not for use inside a running loop."""

    def __init__(self, inner: AsyncStore) -> None:
        self.inner = inner
        self._runner = asyncio.Runner()

    @property
    def capabilities(self) -> Capabilities:
        """Those of the awaited store."""
        return self.inner.capabilities

    def get(self, address: str, /) -> StoreFinding:
        """As the awaited store does."""
        return self._runner.run(self.inner.get(address))

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """As the awaited store does."""
        return self._runner.run(self.inner.get_many(addresses))

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """As the awaited store does."""
        self._runner.run(self.inner.put(address, blob, dead_at=dead_at))

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """As the awaited store does."""
        return self._runner.run(self.inner.put_if(address, blob, dead_at=dead_at, token=token))

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """As the awaited store does."""
        return self._runner.run(self.inner.put_many(blobs))

    def delete(self, address: str, /) -> bool:
        """As the awaited store does."""
        return self._runner.run(self.inner.delete(address))

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """As the awaited store does."""
        return self._runner.run(self.inner.delete_many(addresses))

    def scan(self, prefix: str, /) -> Iterator[str]:
        """As the awaited store does; the whole listing is taken at once."""

        async def listing() -> list[str]:
            return [address async for address in self.inner.scan(prefix)]

        return iter(self._runner.run(listing()))

    def clear(self, prefix: str, /) -> int:
        """As the awaited store does."""
        return self._runner.run(self.inner.clear(prefix))

    def ping(self) -> None:
        """As the awaited store does."""
        self._runner.run(self.inner.ping())

    def close(self) -> None:
        """Close the awaited store and the private loop. May be called again."""
        try:
            self._runner.run(self.inner.aclose())
        finally:
            self._runner.close()


def driven_cache(inner: AsyncCachePort[Any], runner: asyncio.Runner) -> CachePort[Any]:
    """The blocking driving port over an awaited cache: every call runs to its end on the runner's loop.

    Args:
        inner: the awaited cache.
        runner: shared by all caches of a test; the caller closes it.
    """
    return cast("CachePort[Any]", _DrivenCache(inner, runner))


class _DrivenCache:
    def __init__(self, inner: AsyncCachePort[Any], runner: asyncio.Runner) -> None:
        self._inner = inner
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._inner, name)
        if not inspect.iscoroutinefunction(call):
            return call

        def driven(*args: Any, **options: Any) -> Any:
            return self._runner.run(call(*args, **options))

        return driven

    def get_or_set(self, key: str, loader: Callable[[], object], **options: Any) -> Any:
        async def awaited() -> object:
            return loader()

        return self._runner.run(self._inner.get_or_set(key, awaited, **options))

    def namespace(self, name: str, **defaults: Any) -> _DrivenCache:
        return _DrivenCache(self._inner.namespace(name, **defaults), self._runner)

    def close(self) -> CloseReport:
        return self._runner.run(self._inner.aclose())
