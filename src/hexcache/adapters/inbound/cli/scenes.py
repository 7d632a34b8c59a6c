"""The demo's two scenes about trouble: a stampede, and an origin that fails.

Rule: each scene tells what happened by counting, so that the demo can fail when the cache does not keep its word.
"""

from __future__ import annotations

from threading import Barrier, Thread
from time import perf_counter, sleep
from typing import Any

from hexcache.adapters.inbound.cli.opening import OpenedCache
from hexcache.adapters.inbound.cli.output import Output

THREADS = 200
LOAD_SECONDS = 0.3
TTL = 0.2


def stampede(cache: OpenedCache, out: Output) -> dict[str, Any]:
    """Many threads ask for one cold key at the same moment."""
    calls: list[float] = []
    answers: list[str] = []
    start = Barrier(THREADS + 1)

    def load() -> str:
        calls.append(perf_counter())
        sleep(LOAD_SECONDS)
        return "expensive"

    def ask() -> None:
        start.wait()
        answers.append(cache.get_or_set("stampede", load))

    crowd = [Thread(target=ask) for _ in range(THREADS)]
    with out.progress.status(f"{THREADS} threads on one cold key"):
        for thread in crowd:
            thread.start()
        start.wait()
        began = perf_counter()
        for thread in crowd:
            thread.join()
    seconds = round(perf_counter() - began, 3)
    return {
        "threads": THREADS,
        "origin calls": len(calls),
        "answers": answers.count("expensive"),
        "seconds": seconds,
        "load seconds": LOAD_SECONDS,
    }


def failing_origin(cache: OpenedCache) -> dict[str, Any]:
    """An origin that answers, then fails past the value's ttl, then answers again."""
    broken = False
    failures = 0
    answer = "first answer"

    def load() -> str:
        nonlocal failures
        if broken:
            failures += 1
            raise ConnectionError("the origin is down")
        return answer

    before = cache.get_or_set("report", load, ttl=TTL, stale_ttl=60)
    broken = True
    sleep(TTL * 1.5)
    served = cache.get_or_set("report", load, ttl=TTL, stale_ttl=60)
    broken, answer = False, "second answer"
    after = cache.get_or_set("report", load, ttl=TTL, stale_ttl=60, max_age=0)
    for _ in range(20):  # the failed load is not tried again for a second: that is the refresh back-off
        if after == answer:
            break
        sleep(TTL)
        after = cache.get_or_set("report", load, ttl=TTL, stale_ttl=60, max_age=TTL)
    return {"before": before, "failures": failures, "served": served, "after": after}
