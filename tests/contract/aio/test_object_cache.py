"""A cache over an object store keeps the contract of the driving port, with and without a memory tier before it.

Over a bucket in memory; over a real server the vendors' own tests make whole caches by their settings.
"""

from __future__ import annotations

from itertools import count

from hexcache.adapters.outbound.objects.aio.store import AsyncObjectStore
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.ports.clock import Clocks
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.aio.assemblies import AsyncAssembled
from tests.unit.objects.aio.dict_bucket import AsyncDictBucket

SEEDS = count(3_000_000)
"""No two stores draw the same write ids."""


def object_store(clock: MovedClock) -> AsyncObjectStore:
    """A store over a bucket of its own."""
    clocks = Clocks(monotonic=clock.monotonic, wall=clock.wall)
    bucket = AsyncDictBucket(wall=clock.wall, page_size=7, page_names=5)
    settings = ObjectStoreSettings(prefix="cache", tombstone_ttl=600.0)
    return AsyncObjectStore(bucket, settings, clocks=clocks, entropy=SeededEntropy(next(SEEDS)))


class OnObjects(AsyncAssembled):
    """Stores over buckets."""

    def make_store(self, clock: MovedClock, place: int) -> AsyncObjectStore:
        del place
        return object_store(clock)


class TestMemoryOverObjects(OnObjects):
    """A memory tier over an object tier."""
