"""A fault in a tier breaks the laws of the driving port that name it, and the machine finds it by itself."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hexcache.adapters.outbound.memory.tier import InMemoryTier
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.cache_ground import CALM
from hexcache.testing.stack_machine import cache_machine
from hexcache.testing.sync.faults import FaultyStore
from tests.contract import planted_caches
from tests.contract.planted_caches import Planted
from tests.unit.testing import nested
from tests.unit.testing.nested import Recorder

CLASSES = [name for name in vars(planted_caches) if name.startswith("Test")]


@pytest.fixture(scope="module")
def run() -> Recorder:
    """One run of the laws that are to be broken."""
    laws = [f"{name}::{law}" for name in CLASSES for law in sorted(getattr(planted_caches, name).breaks)]
    return nested.run(Path(__file__).parent, [f"{planted_caches.__file__}::{law}" for law in laws])


@pytest.mark.parametrize("name", CLASSES)
def test_a_planted_fault_breaks_the_laws_that_name_it(run: Recorder, name: str) -> None:
    assert run.failed[f"::{name}"] - {"sound"} == getattr(planted_caches, name).breaks


def machine(contract: type[Planted]) -> Any:
    """The machine over a planted stack."""

    def opened(clock: MovedClock, stores: list[FaultyStore]) -> Any:
        return contract().make(clock, stores, bus=None, deadline=20.0, **CALM)

    return cache_machine(opened, lambda clock: [contract().make_store(clock, 0)], max_examples=3_000)


@pytest.mark.parametrize("name", ["TestKeepsWhatIsInvalid", "TestLivesForEver", "TestLosesDeletes"])
def test_the_machine_finds_it(name: str) -> None:
    found = machine(getattr(planted_caches, name))
    unshrunk = settings(found.TestCase.settings, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(found, settings=unshrunk)


def test_the_right_tier_is_what_the_planted_ones_replace() -> None:
    assert Planted.tier is InMemoryTier
    assert Planted.serializer is None
