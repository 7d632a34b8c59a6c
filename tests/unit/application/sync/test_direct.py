# Generated from tests/unit/application/aio/test_direct.py by tools/unasync.py. Do not edit.
"""A store that stands alone is read directly, with the answers, statistics and care of a walk over all tiers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.errors import StoreError
from hexcache.domain.load import Missing
from hexcache.domain.lookup import MISS
from hexcache.domain.record import Record
from hexcache.domain.tiering import TierRule
from tests.unit.application.sync.assembling import Origin, Rig

Scene = Callable[[Rig], Any]


def fresh(rig: Rig) -> Any:
    rig.cache.set("k", [1])
    one, other = rig.cache.get("k"), rig.cache.get("k")
    assert one is not other
    return one, other


def a_none(rig: Rig) -> Any:
    rig.cache.set("k", None)
    return rig.cache.get("k", MISS)


def absent(rig: Rig) -> Any:
    return rig.cache.get("k", MISS), rig.cache.get("k")


def stale(rig: Rig) -> Any:
    rig.cache.set("k", 1, ttl=10, stale_ttl=100)
    rig.clock.advance(10)
    return rig.cache.get("k", MISS)


def dead(rig: Rig) -> Any:
    rig.stores[0].linger()
    rig.cache.set("k", 1, ttl=10)
    rig.clock.advance(10)
    return rig.cache.get("k", MISS)


def negative(rig: Rig) -> Any:
    rig.cache.get_or_set("k", Origin(Missing(10)), tags=["t"])
    answers = [rig.cache.get("k", "default")]
    rig.clock.advance(10)
    return [*answers, rig.cache.get("k", MISS)]


def negative_and_invalidated(rig: Rig) -> Any:
    rig.cache.get_or_set("k", Origin(Missing(10)), tags=["t"])
    rig.cache.invalidate_tags("t")
    return rig.cache.get("k", MISS)


def tagged(rig: Rig) -> Any:
    rig.cache.set("k", 1, tags=["t", "u"])
    answers = [rig.cache.get("k", MISS)]
    rig.cache.invalidate_tags("u")
    return [*answers, rig.cache.get("k", MISS)]


def tagged_and_expired(rig: Rig) -> Any:
    rig.cache.set("k", 1, ttl=10, stale_ttl=100, tags=["t"])
    rig.cache.expire_tags("t")
    return rig.cache.get("k", MISS)


def tagged_and_unknown(rig: Rig) -> Any:
    rig.cache.set("k", 1, tags=["t"])
    rig.clock.advance(500)
    rig.stores[0].fail("get", where=lambda address: not address.endswith(":k"))
    return rig.cache.get("k", MISS)


def rubbish(rig: Rig) -> Any:
    rig.inner[0].put("app:k", b"rubbish", dead_at=float("inf"))
    answers = [rig.cache.get("k", MISS), rig.cache.get("k", MISS)]
    return [*answers, rig.stores[0].count("delete")]


def a_payload_of_another_serializer(rig: Rig) -> Any:
    for key, fresh_until in (("k", 1e12), ("l", 1.0)):
        blob = Envelope().encode(f"app:{key}", Record(b"\xc1", 0.0, fresh_until, 1e12))
        rig.inner[0].put(f"app:{key}", blob, dead_at=float("inf"))
    answers = [rig.cache.get(key, MISS) for key in "kl"]
    return [*answers, rig.stores[0].count("delete")]


def from_a_clock_that_is_ahead(rig: Rig) -> Any:
    wall = rig.clock.wall()
    blob = Envelope().encode("app:k", Record(b"\x01", wall + 100, wall + 50, wall + 200))
    rig.inner[0].put("app:k", blob, dead_at=float("inf"))
    return rig.cache.get("k", MISS)


def owed(rig: Rig) -> Any:
    rig.cache.set("k", 1)
    rig.stores[0].fail("put", times=1)
    rig.cache.set("k", 2)
    answers = [rig.cache.get("k", MISS)]
    rig.cache.flush()
    return [*answers, rig.cache.get("k", MISS)]


def failing(rig: Rig) -> Any:
    rig.cache.set("k", 1)
    rig.stores[0].fail("get", times=3)
    answers = [rig.cache.get("k", MISS) for _ in range(5)]
    rig.clock.advance(10)
    return [*answers, rig.cache.get("k", MISS), rig.stores[0].count("get")]


def in_a_namespace(rig: Rig) -> Any:
    below = rig.cache.namespace("n")
    below.set("k", 1)
    return below.get("k"), rig.cache.get("k", MISS), below.stats()["tiers"]["store0"]["hits"]


SCENES: dict[Scene, Any] = {
    fresh: ([1], [1]),
    a_none: None,
    absent: (MISS, None),
    stale: MISS,
    dead: MISS,
    negative: ["default", MISS],
    negative_and_invalidated: MISS,
    tagged: [1, MISS],
    tagged_and_expired: MISS,
    tagged_and_unknown: MISS,
    rubbish: [MISS, MISS, 1],
    a_payload_of_another_serializer: [MISS, MISS, 2],
    from_a_clock_that_is_ahead: MISS,
    owed: [MISS, 2],
    failing: [MISS, MISS, MISS, MISS, MISS, 1, 4],
    in_a_namespace: (1, MISS, 1),
}


@pytest.mark.parametrize("scene", SCENES)
def test_a_direct_read_is_a_walk_in_all_that_can_be_seen(scene: Scene) -> None:
    told: list[tuple[dict[str, Any], list[Any], list[Any]]] = []
    for walked in (False, True):
        with Rig(0, 1, breaker=BreakerRule(failures=3)) as rig:
            if walked:
                rig.assembly.direct = None
            assert (rig.assembly.direct is None) is walked
            answer = scene(rig)
            assert answer == SCENES[scene]
            told.append((rig.cache.stats(), rig.stores[0].calls, rig.witness.tiers))
    assert told[0] == told[1]


def test_hits_and_misses_are_counted_for_the_cache_and_its_tier() -> None:
    with Rig(0, 1) as rig:
        fresh(rig)
        rig.cache.get("never")
        rig.cache.delete("k")
        negative(rig)
        stats = rig.cache.stats()
        assert (stats["hits"], stats["negative_hits"], stats["misses"]) == (3, 1, 3)
        assert stats["tiers"]["store0"]["hits"] == 3


def test_a_strict_read_raises_what_the_store_raised() -> None:
    with Rig(0, 1, strict=True) as rig:
        rig.stores[0].fail("get", times=1)
        with pytest.raises(StoreError):
            rig.cache.get("k")
        assert rig.cache.get("k", MISS) is MISS


def test_a_store_that_is_not_read_by_rule_is_not_asked() -> None:
    with Rig(0, 1, rules=[TierRule(read=False)]) as rig:
        rig.cache.set("k", 1)
        assert rig.cache.get("k", MISS) is MISS
        assert rig.stores[0].count("get") == 0


@pytest.mark.parametrize(("memory", "stores"), [(1, 0), (1, 1), (0, 2), (0, 0)])
def test_only_a_store_that_stands_alone_is_read_directly(memory: int, stores: int) -> None:
    with Rig(memory, stores) as rig:
        assert rig.assembly.direct is None
