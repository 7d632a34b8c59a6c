# Generated from tests/unit/objects/aio/test_in_a_cache.py by tools/unasync.py. Do not edit.
"""An object tier in a cache: what ``stats``, ``health`` and ``presign`` tell of it, alone and behind a write buffer."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.buffering.sync.store import BufferedStore
from hexcache.adapters.outbound.objects.refusals import Forbidden
from hexcache.composition.faces import Cache
from hexcache.composition.open import open_cache
from hexcache.composition.parts import StorePart
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.domain.errors import CacheClosed, InvalidKey, InvalidLifetime, InvalidSetting, StoreError, Unsupported
from hexcache.ports.sync.store import Store
from hexcache.ports.clock import Clocks
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.contract.sync.primitives import offer
from tests.unit.objects.sync.bench import Bench
from tests.unit.objects.faults import Fault

pytestmark = MARKS
RIGHTS = ("write", "read", "list", "delete", "sign")


def cache_over(store: Store, bench: Bench, **settings: Any) -> Cache[Any]:
    own = StoreTierSettings(scheme="given", name="bucket", **settings)
    part: Any = StorePart(own, offer(store, None))
    clocks = Clocks(monotonic=bench.clock.monotonic, wall=bench.clock.wall)
    return open_cache("memory:", part, namespace="kit", clocks=clocks)


def test_stats_tell_what_is_paid_for() -> None:
    bench = Bench()
    with cache_over(bench.store, bench) as cache:
        cache.set("a", "value")
        traffic = cache.stats()["tiers"]["bucket"]["traffic"]
        assert traffic == bench.store.traffic()
        assert traffic["writes"] == 1
        assert "traffic" not in cache.stats()["tiers"]["memory"]


def test_what_lies_behind_a_write_buffer_is_told_too() -> None:
    bench = Bench()
    clocks = Clocks(monotonic=bench.clock.monotonic, wall=bench.clock.wall)
    buffered = BufferedStore.with_rule(bench.store, clocks=clocks)
    with cache_over(buffered, bench) as cache:
        assert cache.stats()["tiers"]["bucket"]["traffic"] == bench.store.traffic()
        assert (cache.presign("a", 60)).startswith("memory://cache/kit.3aa.o?")
        assert (cache.health())["bucket"]["rights"] == dict.fromkeys(RIGHTS, "")


def test_health_tells_which_rights_are_missing() -> None:
    bench = Bench()
    with cache_over(bench.store, bench) as cache:
        well = (cache.health())["bucket"]
        assert (well["ok"], well["error"], well["rights"]) == (True, "", dict.fromkeys(RIGHTS, ""))
        bench.bucket.plan("remove", Fault(Forbidden("lacks s3:DeleteObject")))
        ill = (cache.health())["bucket"]
        assert (ill["ok"], ill["error"]) == (False, "Forbidden: lacks s3:DeleteObject")
        assert ill["rights"] == {**dict.fromkeys(RIGHTS, ""), "delete": "Forbidden: lacks s3:DeleteObject"}


def test_a_right_that_the_settings_do_not_need_may_be_missing() -> None:
    bench = Bench()
    with cache_over(bench.store, bench, write=False) as cache:
        bench.bucket.plan("write", Fault(Forbidden("read only")))
        told = (cache.health())["bucket"]
        assert (told["ok"], told["rights"]["write"]) == (True, "Forbidden: read only")


def test_a_link_is_to_the_object_that_the_tier_keeps_for_the_key() -> None:
    bench = Bench()
    with cache_over(bench.store, bench) as cache:
        assert cache.presign("a", "1m") == "memory://cache/kit.3aa.o?method=GET&seconds=60"
        below = cache.namespace("n")
        assert below.presign("a", 90, method="PUT") == "memory://cache/kit.2fn.3aa.o?method=PUT&seconds=90"


def test_a_cache_that_cannot_sign_says_which_could() -> None:
    with open_cache("memory:", "memory-store:") as cache:
        with pytest.raises(Unsupported, match="s3, gs, azure"):
            cache.presign("a", "1m")


def test_credentials_that_cannot_sign_are_no_failure_of_the_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()

    def sign(name: str, /, **_: Any) -> str:
        raise Unsupported("these credentials cannot sign; a key can")

    monkeypatch.setattr(bench.bucket, "sign", sign)
    with cache_over(bench.store, bench) as cache:
        with pytest.raises(Unsupported, match="bucket: these credentials cannot sign; a key can"):
            cache.presign("a", "1m")
        assert cache.stats()["tiers"]["bucket"]["failures"] == 0


def test_what_cannot_be_signed_is_refused_before_anything_is_asked() -> None:
    bench = Bench()
    with cache_over(bench.store, bench) as cache:
        for expires in (None, 0, -1, "soon"):
            with pytest.raises(InvalidLifetime):
                cache.presign("a", expires)
        with pytest.raises(InvalidSetting, match="GET, PUT, DELETE, HEAD"):
            cache.presign("a", 60, method="POST")  # type: ignore[arg-type]  # a caller's mistake
        with pytest.raises(InvalidKey):
            cache.presign("", 60)
    with pytest.raises(CacheClosed):
        cache.presign("a", 60)


def test_a_tier_that_fails_to_sign_is_told() -> None:
    bench = Bench()
    with cache_over(bench.store, bench) as cache:
        bench.store.close()
        with pytest.raises(StoreError):
            cache.presign("a", 60)
