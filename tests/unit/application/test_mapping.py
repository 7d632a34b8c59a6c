"""A blocking cache as a mutable mapping; an awaited one refuses."""

from __future__ import annotations

import pytest

from hexcache.domain.errors import WrongWorld
from hexcache.domain.load import Missing
from tests.unit.application.aio.assembling import AsyncRig
from tests.unit.application.sync.assembling import Origin, Rig


def test_a_mapping_is_what_the_cache_holds_fresh() -> None:
    with Rig(1, 1, ttl=10, stale_ttl=100) as rig:
        mapping = rig.cache.as_mapping()
        mapping["a"] = 1
        mapping["none"] = None
        mapping.update({"b": [2], "c": 3})
        assert dict(mapping) == {"a": 1, "none": None, "b": [2], "c": 3}
        assert len(mapping) == 4
        assert mapping["none"] is None
        assert ("a" in mapping, "x" in mapping, 5 in mapping, "" in mapping) == (True, False, False, False)
        del mapping["c"]
        assert mapping.pop("a") == 1
        assert mapping.setdefault("b", 0) == [2]
        rig.cache.get_or_set("gone", Origin(Missing()))
        assert sorted(mapping) == ["b", "none"]
        rig.clock.advance(20)
        assert (len(mapping), list(mapping)) == (0, [])
        for missing in ("a", "gone", "b"):
            with pytest.raises(KeyError):
                mapping[missing]
        with pytest.raises(KeyError):
            del mapping["never"]


def test_clearing_a_mapping_clears_its_namespace() -> None:
    with Rig(1, 1) as rig:
        mapping = rig.cache.namespace("n").as_mapping()
        mapping["k"] = 1
        rig.cache.set("k", 2)
        mapping.clear()
        assert (len(mapping), rig.cache.get("k")) == (0, 2)


async def test_an_awaited_cache_has_no_mapping() -> None:
    async with AsyncRig() as rig:
        with pytest.raises(WrongWorld):
            rig.cache.as_mapping()
