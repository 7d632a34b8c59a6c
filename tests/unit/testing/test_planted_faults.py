"""A fault in a store fails the tests that name it, and no others."""

import os
from collections import defaultdict
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.testing.aio import planted as aio
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


class Recorder:
    """Notes which tests of which class fail."""

    def __init__(self) -> None:
        self.failed: defaultdict[str, set[str]] = defaultdict(set)
        self.passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed
        if report.failed:
            path, owner, test = report.nodeid.split("::")
            world = Path(path).parent.name
            self.failed[f"{world}::{owner}"].add("sound" if report.when == "teardown" else test.partition("[")[0])


@pytest.fixture(scope="module")
def run() -> Recorder:
    """One run of the planted classes as a third party would have it: without the settings of this project."""
    recorder = Recorder()
    root = Path(__file__).parent
    options = ["-q", "--tb=no", "--no-summary", "--import-mode=importlib", f"--rootdir={root}", "-c", os.devnull]
    options += ["-p", "no:cacheprovider", "-p", "no:timeout", "-o", "asyncio_default_fixture_loop_scope=function"]
    pytest.main([*options, *(f"{world.__file__}::{name}" for world, name in PLANTED)], plugins=[recorder])
    return recorder


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
