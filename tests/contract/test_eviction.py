"""Every eviction policy keeps the contract."""

import pytest

from hexcache.domain.eviction.policy import EvictionPolicy, policy_named, policy_names
from hexcache.testing.contracts.eviction import EvictionPolicyContract


@pytest.mark.parametrize("policy", policy_names(), scope="class")
class TestPolicies(EvictionPolicyContract):
    """The laws of eviction, once for each policy."""

    policy: str

    @pytest.fixture(autouse=True)
    def chosen(self, policy: str) -> None:
        self.policy = policy

    def make(self, max_items: int) -> EvictionPolicy:
        return policy_named(self.policy, max_items)
