# Generated from tests/contract/aio/test_object_cache.py by tools/unasync.py. Do not edit.
"""A cache over an object store keeps the contract of the driving port, with and without a memory tier before it.

Over a bucket in memory; over a real server the vendors' own tests make whole caches by their settings.
"""

from __future__ import annotations

from itertools import count

from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.ports.clock import Clocks
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.contract.sync.assemblies import Assembled
from tests.unit.objects.sync.dict_bucket import DictBucket

SEEDS = count(3_000_000)
"""No two stores draw the same write ids."""


def object_store(clock: MovedClock) -> ObjectStore:
    """A store over a bucket of its own."""
    clocks = Clocks(monotonic=clock.monotonic, wall=clock.wall)
    bucket = DictBucket(wall=clock.wall, page_size=7, page_names=5)
    settings = ObjectStoreSettings(prefix="cache", tombstone_ttl=600.0)
    return ObjectStore(bucket, settings, clocks=clocks, entropy=SeededEntropy(next(SEEDS)))


class OnObjects(Assembled):
    """Stores over buckets."""

    def make_store(self, clock: MovedClock, place: int) -> ObjectStore:
        del place
        return object_store(clock)


class TestMemoryOverObjects(OnObjects):
    """A memory tier over an object tier."""
