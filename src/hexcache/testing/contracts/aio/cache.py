"""The contract of the driving port: subclass it and override ``make`` and, where there are stores, ``make_store``."""

from __future__ import annotations

from hexcache.testing.contracts.aio.cache_lifetimes import AsyncCacheLifetimeLaws
from hexcache.testing.contracts.aio.cache_values import AsyncCacheValueLaws


class AsyncCacheContract(AsyncCacheValueLaws, AsyncCacheLifetimeLaws):
    """Every law of the driving port."""


__all__ = ["AsyncCacheContract"]
