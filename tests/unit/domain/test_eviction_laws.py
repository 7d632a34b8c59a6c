"""Laws that every eviction policy keeps."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given

from hexcache.domain.entry import Entry
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.eviction.policy import policy_named, policy_names
from tests.unit.domain.eviction_drive import STEPS, Driver, entry

every_policy = pytest.mark.parametrize("name", policy_names())


class Watched(Entry):
    """An entry whose end can be seen."""

    __slots__ = ("__weakref__",)


@every_policy
@given(steps=STEPS)
def test_every_entry_admitted_leaves_exactly_once(name: str, steps: list[tuple[str, str, float]]) -> None:
    driver = Driver(policy_named(name, 12))
    for step in steps:
        driver.do(*step)
        driver.check()
    while driver.held:
        driver.evict()
        driver.check()
    assert sorted(map(id, driver.left)) == sorted(map(id, driver.admitted))


@every_policy
@given(steps=STEPS)
def test_equal_calls_have_equal_outcomes(name: str, steps: list[tuple[str, str, float]]) -> None:
    one, other = Driver(policy_named(name, 12)), Driver(policy_named(name, 12))
    for step in steps:
        one.do(*step)
        other.do(*step)
    assert one.victims == other.victims
    assert [kept.name for kept in one.policy] == [kept.name for kept in other.policy]


@every_policy
def test_a_discarded_entry_is_no_victim(name: str) -> None:
    policy = policy_named(name, 4)
    kept, gone = entry("kept"), entry("gone")
    policy.admit(gone, 0.0)
    policy.admit(kept, 0.0)
    policy.discard(gone)
    policy.discard(gone)
    assert policy.victim(0.0) is kept
    with pytest.raises(LookupError):
        policy.victim(0.0)


@every_policy
def test_a_name_that_comes_back_is_a_new_entry(name: str) -> None:
    policy = policy_named(name, 4)
    first, second, other = entry("a"), entry("a"), entry("b")
    policy.admit(first, 0.0)
    policy.discard(first)
    policy.admit(other, 0.0)
    policy.admit(second, 0.0)
    assert [policy.victim(0.0), policy.victim(0.0)] == [other, second]


@every_policy
def test_what_was_touched_after_it_left_stays_out(name: str) -> None:
    policy = policy_named(name, 4)
    gone, kept = entry("a"), entry("b")
    policy.admit(gone, 0.0)
    policy.admit(kept, 0.0)
    policy.discard(gone)
    policy.touch(gone)
    assert list(policy) == [kept]


@every_policy
def test_what_was_cleared_may_be_discarded_and_touched_without_effect(name: str) -> None:
    policy = policy_named(name, 4)
    before, after = entry("a"), entry("a")
    policy.admit(before, 0.0)
    policy.clear()
    policy.admit(after, 0.0)
    policy.touch(before)
    policy.discard(before)
    assert list(policy) == [after]


@every_policy
@pytest.mark.parametrize("leave", ["discard", "replace", "victim", "clear"])
def test_an_entry_that_left_is_not_kept_alive(name: str, leave: str) -> None:
    policy = policy_named(name, 4)
    watched = Watched("a", b"value", 0, 1.0, 1.0, 0.0)
    end = weakref.ref(watched)
    policy.admit(watched, 0.0)
    policy.admit(entry("b", 9.0), 0.0)
    if leave == "discard":
        policy.discard(watched)
    elif leave == "replace":
        policy.replace(watched, entry("a", 1.0), 0.0)
    elif leave == "victim":
        assert policy.victim(0.0) is watched
    else:
        policy.clear()
    del watched
    gc.collect()
    assert end() is None


@every_policy
def test_an_unknown_name_is_refused_with_the_names_that_are_known(name: str) -> None:
    with pytest.raises(InvalidSetting, match=f"'mru': accepted are .*{name}"):
        policy_named("mru", 10)


@every_policy
@pytest.mark.parametrize("size", [0, -1, 1.5, True, "10", None])
def test_a_size_that_is_no_positive_whole_number_is_refused(name: str, size: int) -> None:
    with pytest.raises(InvalidSetting, match=r"max_items is .*whole number, 1 or more"):
        policy_named(name, size)
