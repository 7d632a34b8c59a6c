"""The public contract kit: for those who write an adapter, and for services that test against a cache.

Rule: everything here is public and versioned with the package; it knows the ports and the domain and no adapter. Names
are loaded when they are used, since pytest imports this package in every run of whoever has installed hexcache.

* contracts: ``StoreContract``, ``UnreachableStoreContract``, ``CounterContract``, ``LeaseContract``, ``BusContract``,
  ``CacheContract`` and their ``Async`` forms; ``MemoryTierContract``, ``EvictionPolicyContract``,
  ``SerializerContract``, ``TransformContract``, ``RecordCodecContract``, ``ClocksContract``, ``EntropyContract``.
* machines: ``store_machine``, ``async_store_machine``, ``cache_machine``, ``async_cache_machine``.
* time, chance and faults: ``MovedClock``, ``SeededEntropy``, ``ScriptedEntropy``, ``FaultyStore``,
  ``AsyncFaultyStore``, ``FaultPlan``; ``RecordingBus`` and ``AsyncRecordingBus``.
* ``hexcache.testing.strategies``: what goes into a cache, for hypothesis.
* fixtures, on by themselves: ``moved_clock``, ``seeded_entropy``, ``provider_overrides``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from hexcache.testing.aio.bus import AsyncRecordingBus
    from hexcache.testing.aio.faults import AsyncFaultyStore
    from hexcache.testing.clock import MovedClock
    from hexcache.testing.contracts.aio.bus import AsyncBusContract
    from hexcache.testing.contracts.aio.cache import AsyncCacheContract
    from hexcache.testing.contracts.aio.counter import AsyncCounterContract
    from hexcache.testing.contracts.aio.lease import AsyncLeaseContract
    from hexcache.testing.contracts.aio.store import AsyncStoreContract
    from hexcache.testing.contracts.aio.unreachable_store import AsyncUnreachableStoreContract
    from hexcache.testing.contracts.clock import ClocksContract, EntropyContract
    from hexcache.testing.contracts.codec import RecordCodecContract, SerializerContract, TransformContract
    from hexcache.testing.contracts.eviction import EvictionPolicyContract
    from hexcache.testing.contracts.memory_tier import MemoryTierContract
    from hexcache.testing.contracts.sync.bus import BusContract
    from hexcache.testing.contracts.sync.cache import CacheContract
    from hexcache.testing.contracts.sync.counter import CounterContract
    from hexcache.testing.contracts.sync.lease import LeaseContract
    from hexcache.testing.contracts.sync.store import StoreContract
    from hexcache.testing.contracts.sync.unreachable_store import UnreachableStoreContract
    from hexcache.testing.entropy import ScriptedEntropy, SeededEntropy
    from hexcache.testing.fault import FaultPlan
    from hexcache.testing.machine import async_store_machine, store_machine
    from hexcache.testing.overrides import ProviderOverrides
    from hexcache.testing.sameness import same
    from hexcache.testing.stack_machine import async_cache_machine, cache_machine
    from hexcache.testing.sync.bus import RecordingBus
    from hexcache.testing.sync.faults import FaultyStore

_HOMES: Final = {
    "AsyncBusContract": "contracts.aio.bus",
    "AsyncCacheContract": "contracts.aio.cache",
    "AsyncCounterContract": "contracts.aio.counter",
    "AsyncFaultyStore": "aio.faults",
    "AsyncLeaseContract": "contracts.aio.lease",
    "AsyncRecordingBus": "aio.bus",
    "AsyncStoreContract": "contracts.aio.store",
    "AsyncUnreachableStoreContract": "contracts.aio.unreachable_store",
    "BusContract": "contracts.sync.bus",
    "CacheContract": "contracts.sync.cache",
    "ClocksContract": "contracts.clock",
    "CounterContract": "contracts.sync.counter",
    "EntropyContract": "contracts.clock",
    "EvictionPolicyContract": "contracts.eviction",
    "FaultPlan": "fault",
    "FaultyStore": "sync.faults",
    "LeaseContract": "contracts.sync.lease",
    "MemoryTierContract": "contracts.memory_tier",
    "MovedClock": "clock",
    "ProviderOverrides": "overrides",
    "RecordCodecContract": "contracts.codec",
    "RecordingBus": "sync.bus",
    "ScriptedEntropy": "entropy",
    "SeededEntropy": "entropy",
    "SerializerContract": "contracts.codec",
    "StoreContract": "contracts.sync.store",
    "TransformContract": "contracts.codec",
    "UnreachableStoreContract": "contracts.sync.unreachable_store",
    "async_cache_machine": "stack_machine",
    "async_store_machine": "machine",
    "cache_machine": "stack_machine",
    "same": "sameness",
    "store_machine": "machine",
}

__all__ = [
    "AsyncBusContract",
    "AsyncCacheContract",
    "AsyncCounterContract",
    "AsyncFaultyStore",
    "AsyncLeaseContract",
    "AsyncRecordingBus",
    "AsyncStoreContract",
    "AsyncUnreachableStoreContract",
    "BusContract",
    "CacheContract",
    "ClocksContract",
    "CounterContract",
    "EntropyContract",
    "EvictionPolicyContract",
    "FaultPlan",
    "FaultyStore",
    "LeaseContract",
    "MemoryTierContract",
    "MovedClock",
    "ProviderOverrides",
    "RecordCodecContract",
    "RecordingBus",
    "ScriptedEntropy",
    "SeededEntropy",
    "SerializerContract",
    "StoreContract",
    "TransformContract",
    "UnreachableStoreContract",
    "async_cache_machine",
    "async_store_machine",
    "cache_machine",
    "same",
    "store_machine",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
