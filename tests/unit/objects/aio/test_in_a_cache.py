"""An object tier in a cache: what ``stats``, ``health`` and ``presign`` tell of it, alone and behind a write buffer."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.buffering.aio.store import AsyncBufferedStore
from hexcache.adapters.outbound.objects.refusals import Forbidden
from hexcache.composition.faces import AsyncCache
from hexcache.composition.open import open_async_cache
from hexcache.composition.parts import StorePart
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.domain.errors import CacheClosed, InvalidKey, InvalidLifetime, InvalidSetting, StoreError, Unsupported
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.clock import Clocks
from hexcache.testing.contracts.aio.primitives import MARKS
from tests.contract.aio.primitives import offer
from tests.unit.objects.aio.bench import AsyncBench
from tests.unit.objects.faults import Fault

pytestmark = MARKS
RIGHTS = ("write", "read", "list", "delete", "sign")


def cache_over(store: AsyncStore, bench: AsyncBench, **settings: Any) -> AsyncCache[Any]:
    own = StoreTierSettings(scheme="given", name="bucket", **settings)
    part: Any = StorePart(own, offer(store, None))
    clocks = Clocks(monotonic=bench.clock.monotonic, wall=bench.clock.wall)
    return open_async_cache("memory:", part, namespace="kit", clocks=clocks)


async def test_stats_tell_what_is_paid_for() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench) as cache:
        await cache.set("a", "value")
        traffic = cache.stats()["tiers"]["bucket"]["traffic"]
        assert traffic == bench.store.traffic()
        assert traffic["writes"] == 1
        assert "traffic" not in cache.stats()["tiers"]["memory"]


async def test_what_lies_behind_a_write_buffer_is_told_too() -> None:
    bench = AsyncBench()
    clocks = Clocks(monotonic=bench.clock.monotonic, wall=bench.clock.wall)
    buffered = AsyncBufferedStore.with_rule(bench.store, clocks=clocks)
    async with cache_over(buffered, bench) as cache:
        assert cache.stats()["tiers"]["bucket"]["traffic"] == bench.store.traffic()
        assert (await cache.presign("a", 60)).startswith("memory://cache/kit.3aa.o?")
        assert (await cache.health())["bucket"]["rights"] == dict.fromkeys(RIGHTS, "")


async def test_health_tells_which_rights_are_missing() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench) as cache:
        well = (await cache.health())["bucket"]
        assert (well["ok"], well["error"], well["rights"]) == (True, "", dict.fromkeys(RIGHTS, ""))
        bench.bucket.plan("remove", Fault(Forbidden("lacks s3:DeleteObject")))
        ill = (await cache.health())["bucket"]
        assert (ill["ok"], ill["error"]) == (False, "Forbidden: lacks s3:DeleteObject")
        assert ill["rights"] == {**dict.fromkeys(RIGHTS, ""), "delete": "Forbidden: lacks s3:DeleteObject"}


async def test_a_right_that_the_settings_do_not_need_may_be_missing() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench, write=False) as cache:
        bench.bucket.plan("write", Fault(Forbidden("read only")))
        told = (await cache.health())["bucket"]
        assert (told["ok"], told["rights"]["write"]) == (True, "Forbidden: read only")


async def test_a_link_is_to_the_object_that_the_tier_keeps_for_the_key() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench) as cache:
        assert await cache.presign("a", "1m") == "memory://cache/kit.3aa.o?method=GET&seconds=60"
        below = cache.namespace("n")
        assert await below.presign("a", 90, method="PUT") == "memory://cache/kit.2fn.3aa.o?method=PUT&seconds=90"


async def test_a_cache_that_cannot_sign_says_which_could() -> None:
    async with open_async_cache("memory:", "memory-store:") as cache:
        with pytest.raises(Unsupported, match="s3, gs, azure"):
            await cache.presign("a", "1m")


async def test_credentials_that_cannot_sign_are_no_failure_of_the_tier(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = AsyncBench()

    async def sign(name: str, /, **_: Any) -> str:
        raise Unsupported("these credentials cannot sign; a key can")

    monkeypatch.setattr(bench.bucket, "sign", sign)
    async with cache_over(bench.store, bench) as cache:
        with pytest.raises(Unsupported, match="bucket: these credentials cannot sign; a key can"):
            await cache.presign("a", "1m")
        assert cache.stats()["tiers"]["bucket"]["failures"] == 0


async def test_what_cannot_be_signed_is_refused_before_anything_is_asked() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench) as cache:
        for expires in (None, 0, -1, "soon"):
            with pytest.raises(InvalidLifetime):
                await cache.presign("a", expires)
        with pytest.raises(InvalidSetting, match="GET, PUT, DELETE, HEAD"):
            await cache.presign("a", 60, method="POST")  # type: ignore[arg-type]  # a caller's mistake
        with pytest.raises(InvalidKey):
            await cache.presign("", 60)
    with pytest.raises(CacheClosed):
        await cache.presign("a", 60)


async def test_a_tier_that_fails_to_sign_is_told() -> None:
    bench = AsyncBench()
    async with cache_over(bench.store, bench) as cache:
        await bench.store.aclose()
        with pytest.raises(StoreError):
            await cache.presign("a", 60)
