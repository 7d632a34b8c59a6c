"""A fault in a store fails the tests that name it, and no others."""

import os
from collections import defaultdict
from pathlib import Path

import pytest

from tests.unit.testing.aio import planted

CLASSES = sorted(name for name in vars(planted) if name.startswith("Test"))


class Recorder:
    """Notes which tests of which class fail."""

    def __init__(self) -> None:
        self.failed: defaultdict[str, set[str]] = defaultdict(set)
        self.passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed
        if report.failed:
            _, _, rest = report.nodeid.partition("::")
            owner, _, test = rest.partition("::")
            self.failed[owner].add("sound" if report.when == "teardown" else test.partition("[")[0])


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Recorder:
    """One run of every planted class, as a third party's pytest would run it: without the settings of this project."""
    recorder = Recorder()
    root = tmp_path_factory.mktemp("planted")
    options = ["-q", "--tb=no", "--no-summary", "--import-mode=importlib", f"--rootdir={root}", "-c", os.devnull]
    options += ["-p", "no:cacheprovider", "-p", "no:timeout", "-o", "asyncio_default_fixture_loop_scope=function"]
    pytest.main([*options, str(Path(__file__).with_name("planted.py"))], plugins=[recorder])
    return recorder


@pytest.mark.parametrize("name", CLASSES)
def test_a_planted_fault_fails_the_tests_that_name_it(run: Recorder, name: str) -> None:
    contract = getattr(planted, name)
    assert run.failed[name] - contract.may_fail == contract.fails


def test_everything_else_passes(run: Recorder) -> None:
    assert set(run.failed) == set(CLASSES)
    assert run.passed > 100 * len(CLASSES)
