"""A store as a third party writes it passes the whole contract."""

import pytest

from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from tests.unit.testing.aio.dict_store import AsyncDictStore


class TestDictStore(AsyncStoreContract):
    """The dict store keeps every law of the store port."""

    @pytest.fixture
    def store(self, clock: MovedClock) -> AsyncDictStore:
        return AsyncDictStore(clock.wall)
