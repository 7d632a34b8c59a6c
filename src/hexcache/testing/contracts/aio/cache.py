"""The contract of the driving port: subclass it and override ``make`` and, where there are stores, ``make_store``."""

from __future__ import annotations

from hexcache.testing.contracts.aio.cache_bulk import AsyncCacheBulkLaws
from hexcache.testing.contracts.aio.cache_coherence import AsyncCacheCoherenceLaws
from hexcache.testing.contracts.aio.cache_counts import AsyncCacheCountLaws
from hexcache.testing.contracts.aio.cache_faults import AsyncCacheFaultLaws
from hexcache.testing.contracts.aio.cache_lifetimes import AsyncCacheLifetimeLaws
from hexcache.testing.contracts.aio.cache_loads import AsyncCacheLoadLaws
from hexcache.testing.contracts.aio.cache_scopes import AsyncCacheScopeLaws
from hexcache.testing.contracts.aio.cache_stale import AsyncCacheStaleLaws
from hexcache.testing.contracts.aio.cache_tags import AsyncCacheTagLaws
from hexcache.testing.contracts.aio.cache_values import AsyncCacheValueLaws


class AsyncCacheContract(
    AsyncCacheValueLaws,
    AsyncCacheLifetimeLaws,
    AsyncCacheLoadLaws,
    AsyncCacheBulkLaws,
    AsyncCacheStaleLaws,
    AsyncCacheTagLaws,
    AsyncCacheCoherenceLaws,
    AsyncCacheFaultLaws,
    AsyncCacheScopeLaws,
    AsyncCacheCountLaws,
):
    """Every law of the driving port."""


__all__ = ["AsyncCacheContract"]
