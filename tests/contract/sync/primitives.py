"""What adapters and composition spell differently in the blocking world. Written by hand."""

from __future__ import annotations

from pathlib import Path

from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.composition.stores import Counters, Leases, Stores
from hexcache.ports.sync.counter import Counter
from hexcache.ports.sync.store import Store
from hexcache.ports.clock import Clock


def offer(store: Store, counter: Counter | None) -> Stores:
    """A store, and a counter beside it."""
    return Stores(capabilities=store.capabilities, blocking=lambda: store, counters=counting(counter))


def counting(counter: Counter | None) -> Counters | None:
    """A counter."""
    return None if counter is None else Counters(blocking=lambda: counter)


def leasing(table: LeaseTable) -> Leases:
    """Leases of a table."""
    return Leases(blocking=lambda: MemoryLeases(table))


def disk_store(folder: Path, wall: Clock) -> DiskStore:
    """A store in a folder, with a deadline that a busy machine meets."""
    return DiskStore.from_settings(DiskSettings(folder, deadline=20.0), wall=wall)
