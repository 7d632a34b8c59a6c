# Generated from tests/unit/application/aio/test_leases.py by tools/unasync.py. Do not edit.
"""Leases: one process loads a key and the others wait for what it brings; whatever goes wrong, they load themselves."""

from __future__ import annotations

import pytest

from hexcache.domain.load import DoNotStore, Missing
from hexcache.domain.lookup import MISS
from hexcache.domain.tiering import TierRule
from tests.unit.application.sync.assembling import Origin
from tests.unit.application.sync.fleet import Fleet
from tests.unit.application.sync.primitives import start, until


class OriginDown(Exception):
    """What the origin says when it is down."""


def test_a_cold_key_of_many_processes_is_loaded_once() -> None:
    with Fleet(8) as fleet:
        origin = Origin([1, 2])
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs for _ in range(2)]
        until(lambda: sum(fleet.count("lease_waits")) == 7)
        gate.release()
        assert [caller.result() for caller in callers] == [[1, 2]] * 16
        assert origin.calls == 1
        assert sum(fleet.count("loads")) == 1
        assert sum(fleet.count("lease_hits")) == 7
        assert fleet.free("k")
        assert [rig.cache.get_nowait("k", MISS) for rig in fleet.rigs] == [[1, 2]] * 8


def test_who_is_granted_a_lease_looks_once_more_before_loading() -> None:
    with Fleet(2) as fleet:
        origin = Origin("unused")
        gate = fleet.keepers[1].hold("acquire")
        late = start(fleet.rigs[1].cache.get_or_set, "k", origin)
        gate.entered()
        assert fleet.rigs[0].cache.get_or_set("k", Origin("v")) == "v"
        gate.release()
        assert late.result() == "v"
        assert origin.calls == 0
        assert fleet.count("lease_hits") == [0, 1]
        assert fleet.free("k")


def test_a_lease_is_renewed_while_its_load_runs_and_no_longer() -> None:
    with Fleet(2, lease_ttl=0.03) as fleet:
        origin = Origin("v")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        for _ in range(3):
            fleet.clock.advance(0.02)
            fleet.renewed(0)
        assert not fleet.free("k")
        gate.release()
        assert caller.result() == "v"
        assert fleet.free("k")
        assert fleet.count("leases_lost") == [0, 0]
        until(lambda: not len(fleet.rigs[0].assembly.keeping))


def test_a_renewal_that_fails_is_tried_again() -> None:
    with Fleet(1, lease_ttl=0.03) as fleet:
        origin = Origin("v")
        gate = origin.hold()
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        gate.entered()
        fleet.keepers[0].error = OSError("gone")
        until(lambda: fleet.rigs[0].core.stats.lease_errors > 1)
        fleet.keepers[0].error = None
        fleet.renewed(0)
        assert not fleet.free("k")
        gate.release()
        assert caller.result() == "v"
        assert fleet.free("k")


def test_a_lost_lease_is_counted_and_its_load_goes_on() -> None:
    with Fleet(2, lease_ttl=0.03) as fleet:
        origin = Origin("v")
        gate = origin.hold()
        renewal = fleet.keepers[0].hold("renew")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        renewal.entered()
        fleet.clock.advance(1)
        renewal.release()
        until(lambda: fleet.rigs[0].core.stats.leases_lost)
        until(lambda: not len(fleet.rigs[0].assembly.keeping))
        gate.release()
        assert caller.result() == "v"
        assert fleet.rigs[1].held(0, "k") == "v"
        assert fleet.rigs[0].witness.load_kinds() == ["lease_lost"]
        assert "release" not in fleet.keepers[0].asked


def test_when_a_holder_dies_one_of_the_others_takes_over_after_the_ttl() -> None:
    with Fleet(4) as fleet:
        fleet.take("k")
        origin = Origin("v")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs]
        for number in range(4):
            fleet.waiting(number)
        fleet.clock.advance(9.9)
        asked = [len(keeper.asked) for keeper in fleet.keepers]
        until(
            lambda: all(len(keeper.asked) > before for keeper, before in zip(fleet.keepers, asked, strict=True))
        )
        assert origin.calls == 0
        fleet.clock.advance(0.1)
        gate.entered()
        gate.release()
        assert [caller.result() for caller in callers] == ["v"] * 4
        assert origin.calls == 1


def test_a_wait_ends_at_its_limit_with_a_load_of_ones_own() -> None:
    with Fleet(1, lease_wait=60, load_timeout=100) as fleet:
        fleet.take("k", ttl=1_000)
        origin = Origin("v")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        fleet.waiting(0)
        fleet.clock.advance(59)
        asked = len(fleet.keepers[0].asked)
        until(lambda: len(fleet.keepers[0].asked) > asked + 1)
        assert origin.calls == 0
        fleet.clock.advance(1)
        assert caller.result() == "v"
        assert fleet.count("lease_timeouts") == [1]
        assert fleet.count("leases") == [0]
        assert fleet.rigs[0].witness.load_kinds() == ["lease_timeout"]
        assert "release" not in fleet.keepers[0].asked


def test_nobody_waits_for_longer_than_a_load_may_take() -> None:
    with Fleet(1, load_timeout=30) as fleet:
        fleet.take("k", ttl=1_000)
        caller = start(fleet.rigs[0].cache.get_or_set, "k", Origin("v"))
        fleet.waiting(0)
        fleet.clock.advance(30)
        assert caller.result() == "v"


@pytest.mark.parametrize("answer", [OriginDown("down"), DoNotStore("v")])
def test_after_a_load_that_left_nothing_the_others_load_at_once_and_not_one_after_another(answer: object) -> None:
    with Fleet(4) as fleet:
        first = Origin(answer)
        gate = first.hold()
        leader = start(fleet.rigs[0].cache.get_or_set, "k", first)
        gate.entered()
        origin = Origin("own")
        others = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs[1:]]
        for number in range(1, 4):
            fleet.waiting(number)
        gate.release()
        if isinstance(answer, OriginDown):
            assert isinstance(leader.error(), OriginDown)
        else:
            assert leader.result() == "v"
        others.entered(3)
        others.release()
        assert [caller.result() for caller in callers] == ["own"] * 3
        assert not fleet.free("k")
        fleet.clock.advance(10)
        assert fleet.free("k")


def test_after_a_value_that_the_stores_do_not_take_the_others_load_at_once() -> None:
    with Fleet(2, rules=[TierRule(max_value_bytes=8)]) as fleet:
        origin = Origin("too large for the store")
        assert fleet.rigs[0].cache.get_or_set("k", origin) == "too large for the store"
        assert not fleet.free("k")
        assert fleet.rigs[1].cache.get_or_set("k", origin) == "too large for the store"
        assert fleet.count("lease_waits") == [0, 0]
        assert origin.calls == 2


def test_a_negative_result_is_shared_like_a_value() -> None:
    with Fleet(2) as fleet:
        origin = Origin(Missing())
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin, default="none") for rig in fleet.rigs]
        until(lambda: sum(fleet.count("lease_waits")) == 1)
        gate.release()
        assert [caller.result() for caller in callers] == ["none", "none"]
        assert origin.calls == 1


def test_a_stale_value_is_served_while_another_process_loads() -> None:
    with Fleet(2, ttl=10, stale_ttl=1_000) as fleet:
        fleet.rigs[0].cache.set("k", "old")
        assert fleet.rigs[1].cache.get("k") == "old"
        fleet.clock.advance(20)
        origin = Origin("new")
        gate = origin.hold()
        assert fleet.rigs[0].cache.get_or_set("k", origin) == "old"
        gate.entered()
        assert fleet.rigs[1].cache.get_or_set("k", origin) == "old"
        fleet.waiting(1)
        assert fleet.rigs[1].cache.get_or_set("k", origin) == "old"
        gate.release()
        for rig in fleet.rigs:
            rig.idle()
        assert [rig.cache.get_nowait("k", MISS) for rig in fleet.rigs] == ["new", "new"]
        assert origin.calls == 1


def test_where_stale_values_only_cover_failures_a_caller_waits_for_the_other_process() -> None:
    with Fleet(2, ttl=10, stale_ttl=1_000, stale="if_error") as fleet:
        fleet.rigs[0].cache.set("k", "old")
        fleet.clock.advance(20)
        origin = Origin(OriginDown(), "new")
        gate = origin.hold()
        callers = [start(rig.cache.get_or_set, "k", origin) for rig in fleet.rigs]
        until(lambda: sum(fleet.count("lease_waits")) == 1)
        gate.release()
        assert sorted([str(caller.result()) for caller in callers]) == ["new", "old"]
        assert origin.calls == 2


def test_what_other_tiers_brought_meanwhile_ends_the_wait() -> None:
    with Fleet(1) as fleet:
        fleet.take("k")
        origin = Origin("unused")
        caller = start(fleet.rigs[0].cache.get_or_set, "k", origin)
        fleet.waiting(0)
        fleet.rigs[0].cache.set("k", "set meanwhile")
        assert caller.result() == "set meanwhile"
        assert origin.calls == 0


def test_who_accepts_nothing_that_is_stored_asks_for_no_lease() -> None:
    with Fleet(1) as fleet:
        fleet.take("k")
        assert fleet.rigs[0].cache.get_or_set("k", Origin("v"), max_age=0) == "v"
        assert fleet.keepers[0].asked == []


def test_a_namespace_may_do_without_leases() -> None:
    with Fleet(1) as fleet:
        view = fleet.rigs[0].cache.namespace("n", lease_wait=0)
        assert view.get_or_set("k", Origin("v")) == "v"
        assert fleet.keepers[0].asked == []


def test_several_keys_at_once_are_loaded_without_leases() -> None:
    with Fleet(1) as fleet:
        fleet.take("a")
        assert fleet.rigs[0].cache.get_or_set_many(["a"], Origin({"a": 1})) == {"a": 1}
        assert fleet.keepers[0].asked == []


def test_a_refused_origin_is_not_asked_for_a_lease() -> None:
    with Fleet(1, ttl=10, stale_ttl=1_000, stale="if_error") as fleet:
        rig = fleet.rigs[0]
        rig.cache.set("k", "old")
        fleet.clock.advance(20)
        assert rig.cache.get_or_set("k", Origin(OriginDown())) == "old"
        asked = list(fleet.keepers[0].asked)
        assert rig.cache.get_or_set("k", Origin("unused")) == "old"
        assert fleet.keepers[0].asked == asked


def test_a_value_whose_tag_was_invalidated_does_not_end_a_wait() -> None:
    with Fleet(2, tag_max_age=0) as fleet:
        fleet.rigs[0].cache.set("k", "old", tags=["t"])
        fleet.rigs[0].cache.invalidate_tags("t")
        fleet.take("k")
        origin = Origin("new")
        caller = start(fleet.rigs[1].cache.get_or_set, "k", origin, tags=["t"])
        fleet.waiting(1)
        asked = len(fleet.keepers[1].asked)
        until(lambda: len(fleet.keepers[1].asked) > asked + 2)
        fleet.clock.advance(10)
        assert caller.result() == "new"
        assert fleet.rigs[0].cache.get("k", MISS) == "new"
