"""A forked child begins anew where threads, locks and debts are concerned, and keeps what memory holds."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pytest

from hexcache.adapters.outbound.buses.local import LocalBus, LocalHub
from hexcache.testing.held import SAFETY_LIMIT
from tests.unit.application.sync.assembling import Origin, Rig
from tests.unit.application.sync.primitives import start, until

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def in_child(act: Callable[[], object]) -> str:
    """What ``act`` gives in a forked child, as text; a child that hangs fails the test."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - another process
        try:
            threading.Timer(SAFETY_LIMIT, lambda: os._exit(3)).start()
            os.write(write, str(act()).encode())
        except BaseException as exc:  # noqa: BLE001 - told through the pipe
            os.write(write, f"{type(exc).__name__}: {exc}".encode())
        finally:
            os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        answer = told.read()
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0, "the child hung"
    return answer


def test_a_child_goes_on_with_what_memory_holds() -> None:
    with Rig(2, 1) as rig:
        rig.cache.set("k", [1])
        assert in_child(lambda: (rig.cache.get("k"), rig.cache.set("k", 2).complete, rig.cache.get("k"))) == (
            "([1], True, 2)"
        )
        assert rig.cache.get("k") == [1]


def test_a_child_does_not_wait_for_loads_of_its_parent() -> None:
    with Rig(1, 1) as rig:
        origin = Origin("parent")
        gate = origin.hold()
        caller = start(rig.cache.get_or_set, "k", origin)
        gate.entered()
        assert in_child(lambda: (rig.cache.get_or_set("k", Origin("child")), len(rig.core.flights))) == "('child', 0)"
        gate.release()
        assert caller.result() == "parent"


def test_a_child_does_not_wait_for_writers_and_locks_of_its_parent() -> None:
    with Rig(1, 1) as rig:
        gate = rig.stores[0].hold("put")
        writer = start(rig.cache.set, "k", "parent")
        gate.entered()
        core = rig.core
        with core.changing, core.flights._lock, core.turns._lock, core.tags._lock, core.states[0]._lock:
            assert in_child(lambda: (rig.cache.set("k", "child").complete, rig.cache.get("k"))) == "(True, 'child')"
        gate.release()
        assert writer.result().complete


def test_a_child_owes_nothing_and_its_own_debts_are_repaired_there() -> None:
    with Rig(1, 1, repair_backoff=0.01, repair_backoff_max=0.01) as rig:
        rig.stores[0].fail("put")
        rig.cache.set("k", "parent")
        until(lambda: len(rig.assembly.repairing))

        def act() -> object:
            owed = rig.cache.stats()["tiers"]["store0"]["owed"]
            rig.cache.set("l", "child")
            rig.stores[0].heal()
            until(lambda: not rig.cache.stats()["tiers"]["store0"]["owed"])
            return owed, rig.held(0, "l")

        assert in_child(act) == "(0, 'child')"
        rig.stores[0].heal()
        until(lambda: not rig.cache.stats()["tiers"]["store0"]["owed"])
        assert rig.held(0, "k") == "parent"


def test_parent_and_child_draw_different_tokens() -> None:
    with Rig(1, 1) as rig:
        children = [in_child(lambda: (rig.core.token(8).hex(), rig.core.node.hex())) for _ in range(2)]
        mine = str((rig.core.token(8).hex(), rig.core.node.hex()))
        assert len({*children, mine}) == 3
        tokens = [child.split("'")[1] for child in [*children, mine]]
        assert len(set(tokens)) == 3


def test_a_tag_invalidated_by_a_child_with_the_same_draws_is_invalid_for_the_parent() -> None:
    with Rig(1, 1) as rig:
        state = rig.core.entropy.getstate()  # type: ignore[attr-defined]  # seeded in tests
        rig.cache.invalidate_tags("t")
        rig.cache.set("k", "old", tags=["t"])
        row = rig.inner[0].shelves.rows["app#tag/:t"]  # type: ignore[attr-defined]  # a shelf of the tests

        def act() -> str:
            rig.core.entropy.setstate(state)  # type: ignore[attr-defined]  # as if it had forked before
            rig.cache.invalidate_tags("t")
            return rig.inner[0].shelves.rows["app#tag/:t"][0].hex()  # type: ignore[attr-defined, no-any-return]  # same

        assert in_child(act) != row[0].hex()


def test_a_child_subscribes_anew_and_forgets_what_it_may_have_missed() -> None:
    hub = LocalHub()
    with Rig(1, 1, bus=LocalBus(hub)) as rig:
        rig.cache.set("k", "held")
        memory, publisher = rig.core.memory[0].tier, rig.assembly.publisher
        assert in_child(lambda: (len(memory), publisher.silent, rig.cache.get("k"), publisher.silent)) == (
            "(0, True, 'held', False)"
        )
        assert not publisher.silent
        assert len(memory) == 1
