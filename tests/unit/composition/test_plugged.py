"""Adapters of third parties: found by their scheme, trusted with their own options, and told what they did wrong."""

from __future__ import annotations

import sys
from typing import Any

import pytest

import hexcache
from hexcache.composition.loading import load_settings
from hexcache.composition.registry import BUILT_IN, factory_for, known_schemes
from hexcache.domain.errors import InvalidSetting, MissingExtra

pytestmark = pytest.mark.usefixtures("plugged")


def requests() -> list[Any]:
    """What the adapter was asked for."""
    return list(sys.modules["my_adapter"].requests)


def test_a_tier_is_opened_by_a_third_partys_scheme() -> None:
    with hexcache.open_cache("memory:", "mydb://user:secret@host/1?table=t&deadline=2s&name=far") as cache:
        cache.set("a", 1)
        assert cache.get("a") == 1
        assert "memory > far" in repr(cache)
    (request,) = requests()
    assert (request.scheme, request.name, request.location) == ("mydb", "far", "//user:secret@host/1")
    assert (request.options, request.deadline, request.tombstone_ttl) == ({"table": "t"}, 2.0, 600.0)


def test_a_table_says_the_same() -> None:
    table = {"tiers": [{"scheme": "mydb", "location": "here", "table": "t", "breaker": {"failures": 2}}]}
    with hexcache.open_cache(settings=table):
        (request,) = requests()
    assert (request.location, request.options) == ("here", {"table": "t"})


def test_an_option_that_the_adapter_refuses_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="accepted: table"):
        hexcache.open_cache("mydb:?tabel=t")


def test_a_setting_of_every_store_is_checked_before_the_adapter_is_asked() -> None:
    with pytest.raises(InvalidSetting, match=r"tiers\[0\]\.deadline is 'soon'"):
        hexcache.open_cache("mydb:?deadline=soon")


@pytest.mark.parametrize(
    ("url", "error", "said"),
    [
        ("nothing:", InvalidSetting, "returned a NoneType; accepted: hexcache's Stores"),
        ("three:", InvalidSetting, "my-adapter is not callable: my_adapter:not_callable"),
        ("gone:", InvalidSetting, "my-adapter does not exist: my_adapter:gone"),
        ("absent:", MissingExtra, "my-adapter cannot be imported: No module named 'my_absent_adapter'"),
    ],
)
def test_an_adapter_that_is_not_one_says_whose_it_is(url: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        hexcache.open_cache(url)


def test_a_built_in_scheme_is_not_replaced() -> None:
    assert known_schemes() == [*BUILT_IN, "absent", "gone", "mydb", "nothing", "three"]
    with hexcache.open_cache("memory:") as cache:
        assert "memory" in cache.stats()["tiers"]
    assert "my_adapter" not in sys.modules
    with pytest.raises(InvalidSetting, match="built in"):
        factory_for("memory")


def test_an_unknown_scheme_lists_the_announced_ones() -> None:
    with pytest.raises(InvalidSetting, match=r"known here: memory, disk, memory-store, redis, .*absent, gone, mydb"):
        hexcache.open_cache("rabbit://localhost")


def test_what_the_adapter_is_given_is_not_shown() -> None:
    url = "mydb://user:hunter2@host/1?table=hunter2"
    settings = load_settings({"tiers": [f"{url}&api_key=hunter2"]}, variables={})
    assert "user:hunter2" not in repr(settings)
    assert "api_key': \"'***" in repr(settings)
    hexcache.open_cache(url)
    (request,) = requests()
    assert "hunter2" not in repr(request)


def test_a_memory_tier_before_a_shared_store_is_capped() -> None:
    cache = hexcache.open_cache("memory:", "mydb:")
    assert cache._core.memory[0].ttl_cap == 60.0
    cache = hexcache.open_cache("memory:", "mydb:?shared=false")
    assert cache._core.memory[0].ttl_cap == float("inf")
