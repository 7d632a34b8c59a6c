"""The invalidation protocol keeps both laws in every order of steps and under every fault, and needs all it has."""

from __future__ import annotations

import pytest

from tests.coherence.protocol import ALL_FAULTS, Faults, Install, Protocol, Step
from tests.coherence.search import P1, P2, counter_examples

NOTHING = Faults()
LOST = Faults(lost_messages=True)
FAILED = Faults(failed_deletes=True)


@pytest.mark.parametrize("faults", ALL_FAULTS.values(), ids=ALL_FAULTS.keys())
def test_the_protocol_keeps_both_laws(faults: Faults) -> None:
    assert counter_examples(Protocol(), faults) == {}


@pytest.mark.parametrize("faults", ALL_FAULTS.values(), ids=ALL_FAULTS.keys())
def test_dropping_memory_before_the_store_and_again_after_it_keeps_them_too(faults: Faults) -> None:
    twice = Protocol(order=(Step.MEMORY, Step.STORE, Step.MEMORY, Step.PUBLISH))
    assert counter_examples(twice, faults) == {}


ABLATIONS = [
    ("without the fence", Protocol(fence=False), NOTHING, {P1: 9, P2: 8}),
    ("with an unconditional install", Protocol(install=Install.ALWAYS), NOTHING, {P1: 11, P2: 11}),
    ("with create-if-absent and no tombstone", Protocol(install=Install.IF_ABSENT), NOTHING, {P1: 11, P2: 11}),
    (
        "with memory dropped first",
        Protocol(order=(Step.MEMORY, Step.STORE, Step.PUBLISH)),
        NOTHING,
        {P1: 9, P2: 8},
    ),
    ("with the message before the delete", Protocol(order=(Step.PUBLISH, Step.STORE, Step.MEMORY)), NOTHING, {P1: 9}),
    ("with flights that stay open", Protocol(detach=False), NOTHING, {P2: 8}),
    ("without repairs", Protocol(repair=False), FAILED, {P1: 7, P2: 7}),
    ("without a heartbeat", Protocol(heartbeat=False), LOST, {P1: 6}),
]


@pytest.mark.parametrize(
    ("protocol", "faults", "steps"), [row[1:] for row in ABLATIONS], ids=[row[0] for row in ABLATIONS]
)
def test_each_ingredient_is_needed(protocol: Protocol, faults: Faults, steps: dict[str, int]) -> None:
    broken = counter_examples(protocol, faults)
    assert {law: len(run) for law, run in broken.items()} == steps


def test_a_counter_example_can_be_read() -> None:
    run = counter_examples(Protocol(detach=False), NOTHING)[P2]
    assert run[-1] == "reader 1 on node 1 gets the joined load's value"
    assert "the writer drops its memory" in run
