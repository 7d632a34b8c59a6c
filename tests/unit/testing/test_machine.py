"""The store machine passes a right store and finds the faults of a wrong one."""

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from hexcache.testing.machine import async_store_machine, store_machine
from tests.unit.testing.aio.dict_store import AsyncDictStore
from tests.unit.testing.sync import planted
from tests.unit.testing.sync.dict_store import DictStore

TestDictStoreInAnyOrder = store_machine(lambda clock: DictStore(clock.wall)).TestCase
TestAsyncDictStoreInAnyOrder = async_store_machine(lambda clock: AsyncDictStore(clock.wall), max_examples=20).TestCase


@pytest.mark.parametrize(
    "faulty",
    [
        planted.ExpiresLate, planted.LosesDeletes, planted.TakesEmptyForNone, planted.ForgetsDeletes,
        planted.GlobsInClear, planted.ClearsBlobsOnly, planted.FoldsCase, planted.KeepsTheLongerLife,
        planted.ListsTwice, planted.AnswersInAnyOrder, planted.LetsRacersWin,
    ],
)  # fmt: skip
def test_a_planted_fault_is_found(faulty: type[DictStore]) -> None:
    machine = store_machine(lambda clock: faulty(clock.wall), max_examples=3_000)
    unshrunk = settings(machine.TestCase.settings, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=unshrunk)
