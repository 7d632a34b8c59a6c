"""What adapters and composition spell differently in the awaited world. Written by hand."""

from __future__ import annotations

from pathlib import Path

from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.memory.aio.leases import AsyncMemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.composition.stores import Counters, Leases, Stores
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.clock import Clock


def offer(store: AsyncStore, counter: AsyncCounter | None) -> Stores:
    """A store, and a counter beside it."""
    return Stores(capabilities=store.capabilities, awaited=lambda: store, counters=counting(counter))


def counting(counter: AsyncCounter | None) -> Counters | None:
    """A counter."""
    return None if counter is None else Counters(awaited=lambda: counter)


def leasing(table: LeaseTable) -> Leases:
    """Leases of a table."""
    return Leases(awaited=lambda: AsyncMemoryLeases(table))


def disk_store(folder: Path, wall: Clock) -> AsyncDiskStore:
    """A store in a folder, with a deadline that a busy machine meets."""
    return AsyncDiskStore.from_settings(DiskSettings(folder, deadline=20.0), wall=wall)
