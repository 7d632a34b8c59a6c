"""The bus inside one process keeps the contract of a bus in both worlds."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.buses.local import AsyncLocalBus, LocalBus, LocalHub
from hexcache.testing.contracts.aio.bus import AsyncBusContract
from hexcache.testing.contracts.sync.bus import BusContract


@pytest.fixture
def hub() -> LocalHub:
    return LocalHub()


class TestLocalBus(BusContract):
    """Two objects on one hub."""

    @pytest.fixture
    def bus(self, hub: LocalHub) -> LocalBus:
        return LocalBus(hub)

    @pytest.fixture
    def second_bus(self, hub: LocalHub) -> LocalBus:
        return LocalBus(hub)


class TestAsyncLocalBus(AsyncBusContract):
    """The same for tasks."""

    @pytest.fixture
    def bus(self, hub: LocalHub) -> AsyncLocalBus:
        return AsyncLocalBus(hub)

    @pytest.fixture
    def second_bus(self, hub: LocalHub) -> AsyncLocalBus:
        return AsyncLocalBus(hub)
