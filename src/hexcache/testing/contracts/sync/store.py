# Generated from src/hexcache/testing/contracts/aio/store.py by tools/unasync.py. Do not edit.
"""The contract of the store port: subclass it, name the capabilities, supply the fixture ``store``.

Rule: the laws are the port's docstrings, one test each; they are sorted by topic into the modules beside this one.
"""

from __future__ import annotations

from hexcache.testing.contracts.sync.store_addresses import StoreAddressLaws
from hexcache.testing.contracts.sync.store_bulk import StoreBulkLaws
from hexcache.testing.contracts.sync.store_concurrency import StoreConcurrencyLaws
from hexcache.testing.contracts.sync.store_conditions import StoreConditionLaws
from hexcache.testing.contracts.sync.store_deadlines import StoreDeadlineLaws
from hexcache.testing.contracts.sync.store_lifecycle import StoreLifecycleLaws
from hexcache.testing.contracts.sync.store_listing import StoreListingLaws
from hexcache.testing.contracts.sync.store_values import StoreValueLaws


class StoreContract(
    StoreValueLaws,
    StoreDeadlineLaws,
    StoreConditionLaws,
    StoreBulkLaws,
    StoreListingLaws,
    StoreAddressLaws,
    StoreConcurrencyLaws,
    StoreLifecycleLaws,
):
    """Every law of the store port."""


__all__ = ["StoreContract"]
