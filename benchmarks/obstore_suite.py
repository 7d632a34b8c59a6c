"""The engine obstore beside boto3 on S3: bucket by bucket, for threads and for tasks.

Rule: both engines write and read the same objects on one server, by as many workers, over as many connections. The
server is SeaweedFS as the tests start it; its own CPU time is not counted, that of obstore's threads is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from benchmarks.measuring import Contestant
from benchmarks.s3_suite import KEYS, PASSES, TTL, Field
from benchmarks.suites import peer
from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.offloaded import AsyncOffloadedBucket
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.things import Label
from tests.servers.s3 import REGION
from tests.servers.seaweed import seaweed


def _settings(field: Field) -> S3BucketSettings:
    admin = field.server.admin
    return S3BucketSettings(
        bucket=field.server.bucket,
        region=REGION,
        endpoint_url=field.server.url,
        access=S3Access(access_key_id=admin.access_key, secret_access_key=admin.secret_key),
        addressing="path",
        connection=ConnectionSettings(20.0, 20.0, field.workers),
    )


def _blocking(field: Field, name: str, bucket: Bucket) -> None:
    field.entered.callback(bucket.close)
    label = Label("value", datetime.now(UTC).timestamp() + TTL)
    field.add(f"{name} write", lambda key: bucket.write(f"ours/{key}", field.blob, label=label))
    field.add(f"{name} read", lambda key: bucket.read(f"ours/{key}"))


def _awaited(field: Field, name: str, bucket: AsyncBucket, loop: asyncio.AbstractEventLoop) -> None:
    field.entered.callback(lambda: loop.run_until_complete(bucket.aclose()))
    label = Label("value", datetime.now(UTC).timestamp() + TTL)
    keys, workers = KEYS * PASSES, field.workers

    def add(verb: str, call: Callable[[str], Awaitable[object]]) -> None:
        async def some(first: int) -> None:
            for key in keys[first::workers]:
                await call(key)

        async def all_of_them() -> None:
            await asyncio.gather(*(some(first) for first in range(workers)))

        field.contestants.append(
            Contestant(f"{name} awaited {verb}", lambda: loop.run_until_complete(all_of_them()), len(keys))
        )

    add("write", lambda key: bucket.write(f"ours/{key}", field.blob, label=label))
    add("read", lambda key: bucket.read(f"ours/{key}"))


def suite(size: int, workers: int) -> Callable[[], Any]:
    """The contestants with blobs of ``size`` bytes and so many threads, or tasks."""

    @contextmanager
    def contestants() -> Iterator[Sequence[Contestant]]:
        with ExitStack() as entered:
            field = Field(entered.enter_context(seaweed()), size, workers, entered)
            loop = asyncio.new_event_loop()
            entered.callback(loop.close)
            settings = _settings(field)
            _blocking(field, "boto3", S3Bucket(settings))
            _awaited(field, "boto3", AsyncOffloadedBucket(S3Bucket(settings), min(32, workers)), loop)
            if peer("obstore") is not None:
                from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket  # noqa: PLC0415
                from hexcache.adapters.outbound.objects.obstore.s3 import s3_dialect  # noqa: PLC0415
                from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket  # noqa: PLC0415

                dialect = s3_dialect(settings)
                _blocking(field, "obstore", ObstoreBucket(dialect))
                _awaited(field, "obstore", AsyncObstoreBucket(dialect), loop)
            yield field.contestants

    return contestants


SUITES = {f"objects-obstore-{workers}": suite(1024, workers) for workers in (1, 64)}
