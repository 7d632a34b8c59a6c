"""What a loader says is told from a bare value, and what it leaves out is left to the call."""

from __future__ import annotations

from hexcache.domain.lifetime import UNSET
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified


def test_what_is_left_out_is_left_to_the_call() -> None:
    loaded = Loaded(7)
    assert (loaded.value, loaded.ttl, loaded.stale_ttl, loaded.tags) == (7, UNSET, UNSET, ())
    assert Missing().ttl is UNSET
    assert NotModified().ttl is UNSET


def test_never_is_said_and_not_left_out() -> None:
    assert Loaded(7, ttl=None) != Loaded(7)
    assert Missing(ttl=None) != Missing()


def test_none_is_a_value_and_not_a_missing_thing() -> None:
    assert Loaded(None).value is None
    assert DoNotStore(None).value is None
    others: list[object] = [Loaded(None), DoNotStore(None), NotModified(), None]
    assert Missing() not in others
