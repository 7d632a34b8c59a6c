"""A fault in a lease keeper fails the tests that name it, and no others."""

from pathlib import Path

import pytest

from tests.unit.testing import nested
from tests.unit.testing.aio import planted_leases as aio
from tests.unit.testing.nested import Recorder
from tests.unit.testing.sync import planted_leases as sync

PLANTED = [(world, name) for world in (sync, aio) for name in vars(world) if name.startswith("Test")]


@pytest.fixture(scope="module")
def run() -> Recorder:
    """One run of the planted classes."""
    return nested.run(Path(__file__).parent, [str(world.__file__) for world in (sync, aio)])


@pytest.mark.parametrize(("world", "name"), PLANTED, ids=lambda part: getattr(part, "__name__", part).split(".")[-1])
def test_a_planted_fault_fails_the_tests_that_name_it(run: Recorder, world: object, name: str) -> None:
    folder = "sync" if world is sync else "aio"
    assert run.failed[f"{folder}::{name}"] == getattr(world, name).fails


def test_everything_else_passes(run: Recorder) -> None:
    assert run.passed > 10 * len(PLANTED)
