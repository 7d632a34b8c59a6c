"""What was deleted or invalidated is not brought back by calls that extend lives or change tags at the same time."""

from __future__ import annotations

import time
from threading import Thread

import hexcache
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.testing import FaultyStore

WAIT = 30


def test_touch_of_a_copy_does_not_bring_back_what_another_cache_deleted() -> None:
    table = BlobTable(time.time)
    with (
        hexcache.open_cache("memory:", MemoryStore(table)) as one,
        hexcache.open_cache("memory:", MemoryStore(table)) as other,
    ):
        one.set("k", "old")
        assert other.get("k") == "old"
        one.delete("k")
        assert other.touch("k") is False
        assert one.get("k") is None
        assert other.get("k") is None


def test_touch_of_a_copy_prolongs_what_another_cache_wrote_instead() -> None:
    table = BlobTable(time.time)
    with (
        hexcache.open_cache("memory:", MemoryStore(table)) as one,
        hexcache.open_cache("memory:", MemoryStore(table)) as other,
    ):
        one.set("k", "old")
        assert other.get("k") == "old"
        one.set("k", "new")
        assert other.touch("k", ttl=1000) is True
        assert one.get("k") == "new"
        assert other.get("k") == "new"


def test_touch_during_a_delete_leaves_nothing_behind() -> None:
    store = FaultyStore(MemoryStore(BlobTable(time.time)))
    with hexcache.open_cache("memory:", store) as cache:
        cache.set("k", "old")
        gate = store.hold("delete", after=True)
        deleting = Thread(target=cache.delete, args=("k",))
        deleting.start()
        gate.entered()
        assert cache.touch("k") is False
        gate.release()
        deleting.join(WAIT)
        assert cache.get("k") is None


def test_of_two_invalidations_at_once_the_later_one_is_believed() -> None:
    store = FaultyStore(MemoryStore(BlobTable(time.time)))
    with hexcache.open_cache("memory:", store) as cache:
        cache.set("k", "first", tags=["t"])
        gate = store.hold("put_if", after=True)
        invalidating = Thread(target=cache.invalidate_tags, args=("t",))
        invalidating.start()
        gate.entered()
        cache._core.tags.doubt("t")  # as when the belief has expired: the new state is read from the store
        cache.set("k", "second", tags=["t"])
        cache.invalidate_tags("t")
        assert cache.get("k") is None
        gate.release()
        invalidating.join(WAIT)
        assert cache.get("k") is None


def test_states_need_not_be_believed_longer_than_the_call_that_read_them() -> None:
    with hexcache.open_cache("memory:", "memory-store:", tag_max_age=0) as cache:
        cache.set("k", 1, tags=["t", "u"])
        assert cache.get("k") == 1
        cache.invalidate_tags("u")
        assert cache.get("k") is None
