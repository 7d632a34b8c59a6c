"""Hit ratios on small made-up traces: S3-FIFO is never below LRU, and far above it where names are asked for once."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from hexcache.domain.eviction.policy import policy_named, policy_names
from tests.unit.domain.eviction_drive import Driver, entry

NAMES = 2_000


def zipf(requests: int, seed: int = 7, skew: float = 0.9) -> Iterator[str]:
    """Popular names often, others seldom."""
    rng = random.Random(seed)
    weights = [1 / (rank + 1) ** skew for rank in range(NAMES)]
    return (f"z{number}" for number in rng.choices(range(NAMES), weights, k=requests))


def scans(requests: int, length: int = 300) -> Iterator[str]:
    """Popular names, and every now and then a run of names that are asked for once."""
    popular = list(zipf(requests))
    pieces = [popular[start : start + length] for start in range(0, requests, length)]
    return chain.from_iterable(
        chain(piece, (f"once{number}-{step}" for step in range(length))) for number, piece in enumerate(pieces)
    )


TRACES: dict[str, Callable[[int], Iterator[str]]] = {"zipf": zipf, "scans": scans}


def hit_ratio(policy: str, trace: str, size: int) -> float:
    """Share of the requests that a cache of this size answers, percent."""
    driver = Driver(policy_named(policy, size))
    requests = list(TRACES[trace](12_000))
    hits = 0
    for name in requests:
        if name in driver.held:
            hits += 1
            driver.hit(name)
            continue
        if len(driver.held) >= size:
            driver.evict()
        driver.admit(entry(name))
    return 100 * hits / len(requests)


@pytest.mark.parametrize("size", [20, 100, 400])
@pytest.mark.parametrize("trace", TRACES)
def test_s3fifo_is_not_below_lru_nor_lru_below_first_in_first_out(trace: str, size: int) -> None:
    ratios = {policy: hit_ratio(policy, trace, size) for policy in policy_names()}
    assert ratios["s3fifo"] >= ratios["lru"] >= ratios["expiry"] > 0, ratios


@pytest.mark.parametrize("size", [100, 400])
def test_s3fifo_is_far_above_lru_where_names_are_asked_for_once(size: int) -> None:
    assert hit_ratio("s3fifo", "scans", size) >= hit_ratio("lru", "scans", size) + 3


@pytest.mark.parametrize(("policy", "found"), [("s3fifo", [49.2, 25.0]), ("lru", [39.6, 17.2])])
def test_the_figures_are_those_that_were_found_when_the_policy_was_written(policy: str, found: list[float]) -> None:
    assert [round(hit_ratio(policy, trace, 100), 1) for trace in TRACES] == found
