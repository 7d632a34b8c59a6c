"""A task that is cancelled ends at once, whatever the service does."""

from __future__ import annotations

import asyncio

import pytest

from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from tests.integration.objects.obstore.dialects import on_s3
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import BlackHole
from tests.servers.s3 import S3Server

PATIENCE = 20.0
"""Seconds; the service keeps silent for three times as long before it is given up."""


@pytest.mark.asyncio
async def test_nobody_waits_for_a_request_that_was_cancelled(
    seaweed: S3Server, s3_proxy: HttpFaultProxy, s3_prefix: str
) -> None:
    bucket = AsyncObstoreBucket(on_s3(seaweed, endpoint_url=s3_proxy.url))
    s3_proxy.plan.add(BlackHole(), times=1)
    async with asyncio.timeout(PATIENCE):
        task = asyncio.create_task(bucket.read(s3_prefix + "a"))
        while not s3_proxy.requests:  # noqa: ASYNC110 - filled in by other threads
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await bucket.read(s3_prefix + "a") is None
    s3_proxy.heal()
    await bucket.aclose()
