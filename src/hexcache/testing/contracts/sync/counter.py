# Generated from src/hexcache/testing/contracts/aio/counter.py by tools/unasync.py. Do not edit.
"""The contract of the counter port: subclass it and supply the fixture ``counter``."""

from __future__ import annotations

from hexcache.testing.contracts.sync.counter_batches import CounterBatchLaws
from hexcache.testing.contracts.sync.counter_limits import CounterLimitLaws
from hexcache.testing.contracts.sync.counter_numbers import CounterNumberLaws


class CounterContract(CounterNumberLaws, CounterBatchLaws, CounterLimitLaws):
    """Every law of the counter port."""


__all__ = ["CounterContract"]
