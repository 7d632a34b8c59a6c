"""A fault in a store fails the tests that name it, and no others."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.testing import nested
from tests.unit.testing.aio import planted as aio
from tests.unit.testing.nested import Recorder
from tests.unit.testing.sync import planted as sync

BLOCKING = [(sync, name) for name in vars(sync) if name.startswith("Test")]
AWAITED = [
    (aio, name)
    for name in (
        "TestExpiresLate", "TestLosesDeletes", "TestAliases", "TestAnswersInAnyOrder", "TestTakesEmptyForNone",
        "TestForgetsDeletes", "TestGlobsInClear",
    )
]  # fmt: skip
"""The laws of both worlds have one source, so that the awaited world repeats the faults that are best known only."""
PLANTED = BLOCKING + AWAITED


@pytest.fixture(scope="module")
def run() -> Recorder:
    """One run of the planted classes."""
    return nested.run(Path(__file__).parent, [f"{world.__file__}::{name}" for world, name in PLANTED])


def ids(planted: tuple[ModuleType, str]) -> str:
    return f"{planted[0].__name__.split('.')[-2]}-{planted[1]}"


@pytest.mark.parametrize("planted", PLANTED, ids=ids)
def test_a_planted_fault_fails_the_tests_that_name_it(run: Recorder, planted: tuple[ModuleType, str]) -> None:
    world, name = planted
    contract = getattr(world, name)
    failed = run.failed[f"{world.__name__.split('.')[-2]}::{name}"]
    assert failed - contract.may_fail == contract.fails


def test_everything_else_passes(run: Recorder) -> None:
    assert len(run.failed) == len(PLANTED)
    assert run.passed > 100 * len(PLANTED)


def test_the_store_of_the_documentation_is_short() -> None:
    lines = Path(__file__).with_name("sync").joinpath("dict_store.py").read_text().splitlines()
    assert sum(1 for line in lines if line and not line.startswith("#")) < 60
