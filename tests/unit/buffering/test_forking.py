"""What was pending at a fork the parent brings, once; the child begins with nothing pending and can go on."""

from __future__ import annotations

import os

import pytest

from hexcache.ports.finding import Found
from hexcache.testing.contracts.sync.primitives import start
from tests.unit.application.test_forking import in_child
from tests.unit.buffering.sync.bench import NEVER, Bench

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here"),
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def test_a_child_brings_nothing_of_its_parents() -> None:
    with Bench() as bench:
        bench.put("a", "b")

        def act() -> object:
            bench.store.put("c", b"child", dead_at=NEVER)
            return bench.store.flush(), bench.batches(), bench.stored("a"), bench.stored("c")

        assert in_child(act) == "(0, [('c',)], None, b'child')"
        assert bench.store.flush() == 0
        assert bench.batches() == [("a", "b")]


def test_a_child_does_not_wait_for_a_flush_or_a_lock_of_its_parent() -> None:
    with Bench() as bench:
        gate = bench.below.hold("put_many")
        bench.put("a")
        flushing = start(bench.store.flush)
        gate.entered()

        def act() -> object:
            bench.below.heal()
            bench.put("a", blob=b"child")
            removed, left = bench.store.delete("a"), bench.store.flush()
            bench.store.close()
            return removed, left

        with bench.ledger._lock, bench.store._worker._lock:
            assert in_child(act) == "(True, 0)"
        gate.release()
        assert flushing.result() == 0
        assert bench.stored("a") == b"a"


def test_tokens_of_before_the_fork_fit_nothing_in_the_child() -> None:
    with Bench() as bench:
        bench.put("a")
        token = bench.store.get("a").token

        def act() -> object:
            lost = bench.store.put_if("a", b"late", dead_at=NEVER, token=token)
            bench.put("a", blob=b"child")
            found = bench.store.get("a")
            return lost, isinstance(found, Found) and found.token != token

        assert in_child(act) == "(False, True)"
        assert bench.store.put_if("a", b"parent", dead_at=NEVER, token=token)
