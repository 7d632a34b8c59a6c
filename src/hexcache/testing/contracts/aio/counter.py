"""The contract of the counter port: subclass it and supply the fixture ``counter``."""

from __future__ import annotations

from hexcache.testing.contracts.aio.counter_batches import AsyncCounterBatchLaws
from hexcache.testing.contracts.aio.counter_limits import AsyncCounterLimitLaws
from hexcache.testing.contracts.aio.counter_numbers import AsyncCounterNumberLaws


class AsyncCounterContract(AsyncCounterNumberLaws, AsyncCounterBatchLaws, AsyncCounterLimitLaws):
    """Every law of the counter port."""


__all__ = ["AsyncCounterContract"]
