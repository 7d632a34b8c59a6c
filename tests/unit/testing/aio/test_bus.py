"""A bus inside one process keeps the bus contract, so that the contract can be kept."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.invalidation import Invalidation
from hexcache.testing.contracts.aio.bus import COUNTERS, AsyncBusContract

Handler = Callable[[Invalidation], None]


class AsyncRoomBus:
    """Tells whoever is in the same room."""

    bounded_calls = True

    def __init__(self, room: list[tuple["AsyncRoomBus", str, Handler]]) -> None:
        self.room = room
        self.counts = dict.fromkeys(COUNTERS, 0)

    async def publish(self, topic: str, /, *messages: Invalidation) -> None:
        self.counts["published"] += len(messages)
        for message in messages:
            self.tell(topic, message)

    def lost(self, topic: str, /) -> None:
        self.tell(topic, Invalidation(b"", 0, "epoch", ""))

    def tell(self, topic: str, message: Invalidation) -> None:
        for bus, heard, handler in list(self.room):
            if bus is not self and heard == topic:
                bus.counts["heard"] += 1
                with suppress(ValueError):
                    handler(message)

    async def subscribe(self, topic: str, handler: Handler, /) -> Callable[[], None]:
        place = (self, topic, handler)
        self.room.append(place)
        return lambda: self.room.remove(place) if place in self.room else None

    def hears(self, topic: str, /) -> bool:
        return any(bus is self and heard == topic for bus, heard, _ in self.room)

    def stats(self) -> dict[str, int]:
        return {**self.counts, "connected": True}

    async def aclose(self) -> None:
        self.room[:] = [place for place in self.room if place[0] is not self]


class TestRoomBus(AsyncBusContract):
    """The bus of one room."""

    @pytest.fixture
    def bus(self) -> AsyncRoomBus:
        return AsyncRoomBus([])

    @pytest.fixture
    def second_bus(self, bus: AsyncBus) -> AsyncRoomBus:
        assert isinstance(bus, AsyncRoomBus)
        return AsyncRoomBus(bus.room)
