# Generated from tests/unit/testing/aio/test_dict_store.py by tools/unasync.py. Do not edit.
"""A store as a third party writes it passes the whole contract."""

import pytest

from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store import StoreContract
from tests.unit.testing.sync.dict_store import DictStore


class TestDictStore(StoreContract):
    """The dict store keeps every law of the store port."""

    @pytest.fixture
    def store(self, clock: MovedClock) -> DictStore:
        return DictStore(clock.wall)
