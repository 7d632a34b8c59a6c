# Generated from tests/unit/application/aio/test_arguments.py by tools/unasync.py. Do not edit.
"""Bad arguments are refused with a typed, helpful error before anything is asked or changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hexcache.application.policy import CachePolicy
from hexcache.domain.errors import CacheError, InvalidKey, InvalidNamespace, InvalidSetting, InvalidTag, WrongWorld
from tests.unit.application.sync.assembling import Origin, Rig

BAD_KEYS: list[Any] = ["", 1, None, b"k", ("a", 1), ["list"], {}, "a\x00b", "\x1fn\x1fk", "x" * 5_000, "\ud800"]
BAD_TAGS: list[Any] = ["text", [""], [1], 5, [None], ["a\nb"], [f"t{n}" for n in range(33)], ["x" * 300]]

KEYED: list[Callable[[Any, Any], Any]] = [
    lambda cache, key: cache.get(key),
    lambda cache, key: cache.get_entry(key),
    lambda cache, key: cache.get_many([key]),
    lambda cache, key: cache.set(key, 1),
    lambda cache, key: cache.add(key, 1),
    lambda cache, key: cache.get_or_set(key, Origin(1)),
    lambda cache, key: cache.get_or_set_many([key], Origin({})),
    lambda cache, key: cache.delete(key),
    lambda cache, key: cache.delete_many([key]),
    lambda cache, key: cache.touch(key),
    lambda cache, key: cache.ttl(key),
    lambda cache, key: cache.has(key),
    lambda cache, key: cache.explain(key),
]


@pytest.mark.parametrize("bad", BAD_KEYS, ids=repr)
def test_a_bad_key_is_refused_by_every_call(bad: Any) -> None:
    with Rig(1, 1) as rig:
        for cache in (rig.cache, rig.cache.namespace("n")):
            for call in KEYED:
                with pytest.raises(InvalidKey):
                    call(cache, bad)
        assert not rig.stores[0].calls


@pytest.mark.parametrize("bad", [["unhashable"], {}], ids=repr)
def test_a_key_that_cannot_be_looked_up_is_refused_without_waiting_too(bad: Any) -> None:
    with Rig(1, 0) as rig:
        for cache in (rig.cache, rig.cache.namespace("n")):
            with pytest.raises(InvalidKey):
                cache.get_nowait(bad, None)


@pytest.mark.parametrize("bad", BAD_TAGS, ids=lambda tags: repr(tags)[:20])
def test_bad_tags_are_refused_by_every_call(bad: Any) -> None:
    calls: list[Callable[[Any], Any]] = [
        lambda cache: cache.set("k", 1, tags=bad),
        lambda cache: cache.set_many({"k": 1}, tags=bad),
        lambda cache: cache.add("k", 1, tags=bad),
        lambda cache: cache.get_or_set("k", Origin(1), tags=bad),
        lambda cache: cache.get_or_set_many(["k"], Origin({}), tags=bad),
    ]
    if isinstance(bad, list):
        calls += [lambda cache: cache.invalidate_tags(*bad), lambda cache: cache.expire_tags(*bad)]
    with Rig(1, 1) as rig:
        for call in calls:
            with pytest.raises(InvalidTag):
                call(rig.cache)
        assert not [call for call in rig.stores[0].calls if call.operation not in {"get_many", "get"}]


@pytest.mark.parametrize("bad", ["", "a b", "a//b", "/a", "a/", "a:b", "x" * 300, 5, None], ids=repr)
def test_a_bad_namespace_is_refused(bad: Any) -> None:
    with Rig(1, 0) as rig:
        with pytest.raises(InvalidNamespace):
            rig.cache.namespace(bad)


def test_namespaces_nested_too_deep_are_refused() -> None:
    with Rig(1, 0) as rig:
        with pytest.raises(InvalidNamespace):
            rig.cache.namespace("x" * 200).namespace("y" * 100)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("ttl", 0), ("ttl", "never"), ("stale_ttl", -1), ("stale", "sometimes"), ("max_age", 0), ("jitter", 1),
        ("jitter", "much"), ("beta", -1), ("missing_ttl", "x"), ("load_timeout", 0), ("loader_thread", "mine"),
        ("max_refreshes", "many"), ("no_such_setting", 1), ("strict", True), ("close_timeout", 1), ("max_repairs", 1),
        ("beta", True),
    ],
)  # fmt: skip
def test_a_bad_default_of_a_namespace_is_refused(setting: str, value: object) -> None:
    with Rig(1, 0) as rig:
        with pytest.raises(CacheError, match=setting):
            rig.cache.namespace("n", **{setting: value})


def test_a_setting_of_the_whole_cache_says_what_a_namespace_may_set() -> None:
    with Rig(1, 0) as rig:
        with pytest.raises(InvalidSetting, match="whole cache; a namespace may set beta, jitter"):
            rig.cache.namespace("n", strict=True, turn_timeout=1)


def test_defaults_of_a_namespace_hold_there_and_below_and_nowhere_else() -> None:
    with Rig(1, 0, ttl=100) as rig:
        outer = rig.cache.namespace("a", ttl="10s")
        inner = outer.namespace("b", stale_ttl=5)
        for cache, life in ((rig.cache, (100, 0)), (outer, (10, 0)), (inner, (10, 5))):
            cache.get_or_set("k", Origin(1))
            entry = cache.get_entry("k")
            assert entry is not None
            assert (entry.ttl, entry.stale_ttl) == life
        assert (rig.cache.explain("k"))["namespace"] == ""
        assert (inner.explain("k"))["namespace"] == "a/b"


@pytest.mark.parametrize("bad", [None, 5, "text", {"k": 1}])
def test_a_loader_that_is_not_callable_is_refused(bad: Any) -> None:
    with Rig(1, 1) as rig:
        with pytest.raises(WrongWorld, match="callable"):
            rig.cache.get_or_set("k", bad)
        assert len(rig.core.flights) == 0


def test_values_of_a_mapping_are_asked_by_key() -> None:
    with Rig(1, 1) as rig:
        with pytest.raises(InvalidKey):
            rig.cache.set_many({1: "x"})  # type: ignore[dict-item]  # the mistake under test


class Odd(str):
    """A text that cannot be hashed."""

    __slots__ = ()
    __hash__ = None  # type: ignore[assignment]  # the oddity


def test_a_key_that_is_text_and_cannot_be_hashed_is_looked_up_where_that_is_no_trouble() -> None:
    with Rig(1, 0) as rig:
        below = rig.cache.namespace("n")
        below.set("k", 1)
        assert below.get(Odd("k")) == 1
        with pytest.raises(TypeError):
            rig.cache.get_nowait(Odd("k"), None)


def test_a_policy_that_cannot_be_kept_is_refused() -> None:
    for setting, value in (("ttl", 0), ("load_timeout", -1), ("ttl", "text"), ("close_timeout", None)):
        with pytest.raises(InvalidSetting, match=setting):
            CachePolicy(**{setting: value})  # type: ignore[arg-type]  # the mistake under test
