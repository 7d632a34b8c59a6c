"""The pytest plug-in: fixtures for services and adapter authors, on by itself wherever hexcache is installed.

Rule: loading it costs next to nothing and changes no run that does not ask for a fixture; what a fixture needs is
imported when the fixture is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hexcache.testing.clock import MovedClock
    from hexcache.testing.entropy import SeededEntropy
    from hexcache.testing.overrides import ProviderOverrides

pytest.register_assert_rewrite("hexcache.testing.contracts")


@pytest.fixture
def moved_clock() -> MovedClock:
    """Time that the test moves: ``moved_clock.advance(10)``."""
    from hexcache.testing.clock import MovedClock  # noqa: PLC0415  (imported when used: the module's rule)

    return MovedClock()


@pytest.fixture
def seeded_entropy() -> SeededEntropy:
    """Chance that is the same in every run."""
    from hexcache.testing.entropy import SeededEntropy  # noqa: PLC0415  (imported when used: the module's rule)

    return SeededEntropy()


@pytest.fixture
def provider_overrides() -> Iterator[ProviderOverrides]:
    """Swaps providers of a container for this test only: ``provider_overrides.use(container.disk, my_store)``."""
    from hexcache.testing.overrides import ProviderOverrides  # noqa: PLC0415  (imported when used: the module's rule)

    with ProviderOverrides() as overrides:
        yield overrides
