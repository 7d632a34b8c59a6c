"""A fault in a counter breaks the laws that name it, and no others."""

from pathlib import Path

import pytest

from tests.contract import planted_counters
from tests.unit.testing import nested
from tests.unit.testing.nested import Recorder

CLASSES = [name for name in vars(planted_counters) if name.startswith("Test")]


@pytest.fixture(scope="module")
def run() -> Recorder:
    """One run of every planted class."""
    return nested.run(Path(__file__).parent, [str(planted_counters.__file__)])


@pytest.mark.parametrize("name", CLASSES)
def test_a_planted_fault_breaks_the_laws_that_name_it(run: Recorder, name: str) -> None:
    assert run.failed[f"::{name}"] == getattr(planted_counters, name).breaks
