"""The contract of the clock and of entropy: what a substitute for the system's own must keep."""

from __future__ import annotations

import pytest

from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy


class ClocksContract:
    """Every law of the clock port: override ``clocks``."""

    @pytest.fixture
    def clocks(self) -> Clocks:
        """The clocks under test; override it."""
        raise NotImplementedError("override the fixture `clocks(self)`")

    def test_the_monotonic_clock_never_goes_back(self, clocks: Clocks) -> None:
        """Each reading is at least the one before."""
        readings = [clocks.monotonic() for _ in range(1_000)]
        assert readings == sorted(readings)

    def test_both_clocks_give_finite_seconds(self, clocks: Clocks) -> None:
        """Readings are floats; wall time is that of this century, in seconds."""
        assert type(clocks.monotonic()) is float
        assert type(clocks.wall()) is float
        assert 0.0 <= clocks.monotonic() < float("inf")
        assert 946_684_800.0 < clocks.wall() < 4_102_444_800.0


class EntropyContract:
    """Every law of the entropy port: override ``entropy``."""

    @pytest.fixture
    def entropy(self) -> Entropy:
        """The entropy under test; override it."""
        raise NotImplementedError("override the fixture `entropy(self)`")

    def test_numbers_are_from_zero_up_to_one(self, entropy: Entropy) -> None:
        """One itself is never drawn."""
        assert all(0.0 <= entropy.random() < 1.0 for _ in range(1_000))

    def test_tokens_do_not_repeat(self, entropy: Entropy) -> None:
        """A thousand tokens of eight bytes are a thousand different ones."""
        tokens = [entropy.randbytes(8) for _ in range(1_000)]
        assert len(set(tokens)) == len(tokens)
        assert {len(token) for token in tokens} == {8}
        assert entropy.randbytes(0) == b""
