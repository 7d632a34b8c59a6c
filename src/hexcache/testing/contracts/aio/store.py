"""The contract of the store port: subclass it, name the capabilities, supply the fixture ``store``.

Rule: the laws are the port's docstrings, one test each; they are sorted by topic into the modules beside this one.
"""

from __future__ import annotations

from hexcache.testing.contracts.aio.store_addresses import AsyncStoreAddressLaws
from hexcache.testing.contracts.aio.store_bulk import AsyncStoreBulkLaws
from hexcache.testing.contracts.aio.store_concurrency import AsyncStoreConcurrencyLaws
from hexcache.testing.contracts.aio.store_conditions import AsyncStoreConditionLaws
from hexcache.testing.contracts.aio.store_deadlines import AsyncStoreDeadlineLaws
from hexcache.testing.contracts.aio.store_lifecycle import AsyncStoreLifecycleLaws
from hexcache.testing.contracts.aio.store_listing import AsyncStoreListingLaws
from hexcache.testing.contracts.aio.store_values import AsyncStoreValueLaws


class AsyncStoreContract(
    AsyncStoreValueLaws,
    AsyncStoreDeadlineLaws,
    AsyncStoreConditionLaws,
    AsyncStoreBulkLaws,
    AsyncStoreListingLaws,
    AsyncStoreAddressLaws,
    AsyncStoreConcurrencyLaws,
    AsyncStoreLifecycleLaws,
):
    """Every law of the store port."""


__all__ = ["AsyncStoreContract"]
