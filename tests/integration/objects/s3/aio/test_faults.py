"""A cache on S3 while requests go wrong: the deadline is kept, no wrong value is served, the other tiers serve."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

import hexcache
from hexcache import AsyncCache
from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.domain.lookup import MISS
from hexcache.testing.contracts.aio.cache_ground import AsyncOrigin
from hexcache.testing.contracts.aio.primitives import MARKS, fixture
from tests.integration.objects.s3.urls import tier
from tests.integration.redis.timing import Within
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer, BlackHole, Cut, Fault, Reset, Slow
from tests.servers.s3 import S3Server

pytestmark = MARKS
SLOW_DOWN = Answer(
    503,
    b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>',
    [("Content-Type", "application/xml")],
)
GARBAGE = Answer(200, b"<html>a captive portal</html>", [("Content-Type", "text/html")])
PASSING = {
    "throttled": SLOW_DOWN,
    "internal error": Answer(500),
    "bad gateway": Answer(502, b"<html>"),
    "cut": Cut(10),
    "cut to nothing": Cut(0),
    "reset": Reset(served=False),
    "answer lost": Reset(served=True),
    "no answer of S3's": GARBAGE,
}
"""What a request that is sent again gets over."""
LASTING = {name: PASSING[name] for name in ("throttled", "cut", "reset", "answer lost", "no answer of S3's")}
LASTING |= {"forbidden": Answer(403)}
QUICK: dict[str, Any] = {"deadline": 1.0, "connect_timeout": 1.0, "read_timeout": 1.0}
QUICKER: dict[str, Any] = dict.fromkeys(QUICK, 0.4)
AMPLE = 4.0
"""Seconds within which a call of a second has ended on any machine; what is not bounded takes five times as long."""
VALUE = "a value" * 100


def opened(*tiers: Any, **policy: Any) -> AsyncCache[Any]:
    """A cache without chance."""
    settings = {"tiers": list(tiers)}
    return hexcache.open_async_cache(settings=settings, namespace="ns", jitter=0.0, beta=0.0, **policy)


@fixture
async def written(seaweed: S3Server, s3_prefix: str) -> AsyncIterator[dict[str, Any]]:
    """The tier of this test, with a value of ``k``."""
    async with opened(tier(seaweed, s3_prefix)) as cache:
        await cache.set("k", VALUE)
    yield tier(seaweed, s3_prefix)


def through(proxy: HttpFaultProxy, own: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The same tier through the proxy."""
    return {**own, "endpoint_url": proxy.url, **more}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
async def test_what_passes_is_gone_over(written: dict[str, Any], s3_proxy: HttpFaultProxy, fault: Fault) -> None:
    async with opened(through(s3_proxy, written), strict=True) as cache:
        s3_proxy.plan.add(fault, match="^GET", times=2)
        assert await cache.get("k") == VALUE
        s3_proxy.plan.add(fault, match="^PUT", times=2)
        assert (await cache.set("k", "newer")).complete
        s3_proxy.plan.add(fault, match="^DELETE", times=2)
        assert (await cache.delete("k")).complete
        s3_proxy.plan.add(fault, match="^PUT", times=2)
        assert await cache.get_or_set("k", AsyncOrigin("loaded")) == "loaded"
    async with opened(written) as later:
        assert await later.get("k") == "loaded"


@pytest.mark.parametrize("fault", LASTING.values(), ids=LASTING)
async def test_what_does_not_pass_is_served_by_the_other_tiers_and_seen(
    written: dict[str, Any], s3_proxy: HttpFaultProxy, fault: Fault
) -> None:
    s3_proxy.plan.add(fault)
    async with opened("memory:", through(s3_proxy, written, **QUICKER)) as cache:
        assert await cache.get_or_set("k", AsyncOrigin("loaded")) == "loaded"
        assert await cache.get("k") == "loaded"
        if not isinstance(fault, Cut):  # what is asked for health has no body
            assert (await cache.health())["s3"]["ok"] is False
        told = cache.stats()["tiers"]["s3"]
        assert told["failures"] + told["timeouts"] + told["rejected"] > 0
    async with opened(through(s3_proxy, written, **QUICKER), strict=True) as cache:
        with pytest.raises(StoreError):
            await cache.get("k")


async def test_a_deadline_is_kept_whatever_hangs(written: dict[str, Any], s3_proxy: HttpFaultProxy) -> None:
    async with opened(through(s3_proxy, written, **QUICK), strict=True) as cache:
        for fault in (BlackHole(), Slow(20.0)):
            s3_proxy.plan.add(fault)
            with Within(AMPLE), pytest.raises(StoreTimeout):
                await cache.get("k")
            s3_proxy.heal()
    async with opened(through(s3_proxy, written), strict=True) as cache:
        assert await cache.get("k") == VALUE


async def test_a_burst_of_refusals_ends_with_the_deadline(written: dict[str, Any], s3_proxy: HttpFaultProxy) -> None:
    async with opened(through(s3_proxy, written, **QUICK), strict=True) as cache:
        s3_proxy.plan.add(SLOW_DOWN)
        with Within(AMPLE), pytest.raises(StoreUnavailable):
            await cache.get("k")
    assert len(s3_proxy.lines("GET")) < Patience().attempts


async def test_a_slow_first_byte_within_the_deadline_is_waited_for(
    written: dict[str, Any], s3_proxy: HttpFaultProxy
) -> None:
    async with opened(through(s3_proxy, written), strict=True) as cache:
        s3_proxy.plan.add(Slow(0.3), times=1)
        assert await cache.get("k") == VALUE


async def test_a_delete_that_could_not_be_sent_is_not_forgotten(
    written: dict[str, Any], s3_proxy: HttpFaultProxy
) -> None:
    async with opened(
        "memory:", through(s3_proxy, written, deadline=4.0, connect_timeout=4.0, read_timeout=4.0)
    ) as cache:
        assert await cache.get("k") == VALUE
        s3_proxy.plan.add(Reset(served=False))
        report = await cache.delete("k")
        assert report.degraded
        assert await cache.get("k", MISS) is MISS
        s3_proxy.heal()
        assert await cache.get("k", MISS) is MISS
        await cache.flush()
    async with opened(written) as later:
        assert await later.get("k", MISS) is MISS


async def test_a_listing_that_is_none_is_no_empty_namespace(written: dict[str, Any], s3_proxy: HttpFaultProxy) -> None:
    async with opened(through(s3_proxy, written, **QUICK)) as cache:
        s3_proxy.plan.add(GARBAGE, match=r"^GET /[^/?]+/?\?.*list-type=2")
        assert not (await cache.clear()).complete
        assert await cache.get("k", MISS) is MISS
