"""One thread does the work, whoever asks for it, and nobody waits longer than they said."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from hexcache.adapters.outbound.objects.gcs.errand import Errand
from hexcache.domain.errors import StoreTimeout

PATIENCE = 20.0


def test_those_who_ask_meanwhile_share_what_comes_of_it() -> None:
    going, calls = threading.Event(), []

    def work() -> int:
        calls.append(threading.current_thread())
        going.wait(PATIENCE)
        return len(calls)

    errand = Errand(work, "thing")
    first = errand.begun()
    with ThreadPoolExecutor(8) as threads:
        others = [threads.submit(errand.done, PATIENCE) for _ in range(8)]
        assert errand.begun() is first
        going.set()
        answers = {other.result(PATIENCE) for other in others}
    assert answers <= {1, 2}  # one that asked after the end began anew
    assert threading.main_thread() not in calls


def test_who_asks_afterwards_begins_anew() -> None:
    numbers = iter(range(5))
    errand = Errand(lambda: next(numbers), "thing")
    assert [errand.done(PATIENCE) for _ in range(3)] == [0, 1, 2]


def test_a_failure_is_told_to_all_and_does_not_last() -> None:
    answers = iter([ValueError("no"), TimeoutError("its own"), None])

    def work() -> str:
        if (answer := next(answers)) is not None:
            raise answer
        return "done"

    errand = Errand(work, "thing")
    with pytest.raises(ValueError, match="no"):
        errand.done(PATIENCE)
    with pytest.raises(TimeoutError, match="its own"):
        errand.done(PATIENCE)
    assert errand.done(PATIENCE) == "done"


def test_nobody_waits_longer_than_they_said() -> None:
    going = threading.Event()
    errand = Errand(lambda: going.wait(PATIENCE), "thing")
    with pytest.raises(StoreTimeout, match=r"no thing within 0\.01 s"):
        errand.done(0.01)
    going.set()
    assert errand.done(PATIENCE)
