"""A run of pytest inside a test, as a third party would have it: without the settings of this project."""

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest


class Recorder:
    """Notes which tests fail, by class."""

    def __init__(self) -> None:
        self.failed: defaultdict[str, set[str]] = defaultdict(set)
        self.passed = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.passed += report.when == "call" and report.passed
        if report.failed:
            path, owner, test = report.nodeid.split("::")
            world = Path(path).parent.name
            self.failed[f"{world}::{owner}"].add("sound" if report.when == "teardown" else test.partition("[")[0])


def run(root: Path, targets: Sequence[str]) -> Recorder:
    """Run these files or classes and tell what failed; a test's name stands for all its parameters, ``sound`` for
    whatever failed after a test."""
    recorder = Recorder()
    options = ["-q", "--tb=no", "--no-summary", "--import-mode=importlib", f"--rootdir={root}", "-c", os.devnull]
    options += ["-p", "no:cacheprovider", "-p", "no:timeout", "-o", "asyncio_default_fixture_loop_scope=function"]
    pytest.main([*options, *targets], plugins=[recorder])
    return recorder
