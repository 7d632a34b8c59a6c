# Generated from src/hexcache/testing/contracts/aio/cache.py by tools/unasync.py. Do not edit.
"""The contract of the driving port: subclass it and override ``make`` and, where there are stores, ``make_store``."""

from __future__ import annotations

from hexcache.testing.contracts.sync.cache_bulk import CacheBulkLaws
from hexcache.testing.contracts.sync.cache_coherence import CacheCoherenceLaws
from hexcache.testing.contracts.sync.cache_counts import CacheCountLaws
from hexcache.testing.contracts.sync.cache_faults import CacheFaultLaws
from hexcache.testing.contracts.sync.cache_lifetimes import CacheLifetimeLaws
from hexcache.testing.contracts.sync.cache_loads import CacheLoadLaws
from hexcache.testing.contracts.sync.cache_scopes import CacheScopeLaws
from hexcache.testing.contracts.sync.cache_stale import CacheStaleLaws
from hexcache.testing.contracts.sync.cache_tags import CacheTagLaws
from hexcache.testing.contracts.sync.cache_values import CacheValueLaws


class CacheContract(
    CacheValueLaws,
    CacheLifetimeLaws,
    CacheLoadLaws,
    CacheBulkLaws,
    CacheStaleLaws,
    CacheTagLaws,
    CacheCoherenceLaws,
    CacheFaultLaws,
    CacheScopeLaws,
    CacheCountLaws,
):
    """Every law of the driving port."""


__all__ = ["CacheContract"]
