"""The moved clock and the seeded entropy keep the contracts of their ports, as do the system's own."""

import random
import time

import pytest

from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.clock import ClocksContract, EntropyContract
from hexcache.testing.entropy import SeededEntropy


class TestMovedClock(ClocksContract):
    """Time that a test moves."""

    @pytest.fixture
    def clocks(self) -> Clocks:
        return MovedClock().clocks


class TestSystemClock(ClocksContract):
    """The interpreter's own clocks."""

    @pytest.fixture
    def clocks(self) -> Clocks:
        return Clocks(monotonic=time.monotonic, wall=time.time)


class TestSeededEntropy(EntropyContract):
    """Chance from a seed."""

    @pytest.fixture
    def entropy(self) -> Entropy:
        return SeededEntropy(7)


class TestSystemEntropy(EntropyContract):
    """The operating system's chance."""

    @pytest.fixture
    def entropy(self) -> Entropy:
        return random.SystemRandom()
