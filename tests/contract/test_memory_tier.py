"""The memory tier keeps the contract under each of its policies."""

import pytest

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.domain.eviction.policy import policy_names
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.memory_tier import MemoryTierContract


@pytest.mark.parametrize("policy", policy_names(), scope="class")
class TestInMemoryTier(MemoryTierContract):
    """The laws of the memory tier port, once for each policy."""

    policy: str

    @pytest.fixture(autouse=True)
    def chosen(self, policy: str) -> None:
        self.policy = policy

    def make(self, clock: MovedClock, *, max_items: int, max_bytes: int, max_item_bytes: int) -> InMemoryTier:
        return InMemoryTier(
            clock.monotonic, max_items=max_items, max_bytes=max_bytes, max_item_bytes=max_item_bytes, policy=self.policy
        )
