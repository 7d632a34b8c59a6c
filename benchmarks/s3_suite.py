"""S3: our bucket, store and cache beside bare boto3 and LiteLLM's S3Cache, by 1, 16 and 64 workers.

Rule: every contestant reads and writes objects of one size, with as many connections as there are workers. The server
is SeaweedFS as the tests start it; its own CPU time is not counted.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from boto3.session import Session
from botocore.config import Config

import hexcache
from benchmarks.measuring import Contestant
from benchmarks.suites import peer
from hexcache.adapters.outbound.clock.system import system_clocks, system_entropy
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings, ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.things import Label
from tests.servers.s3 import REGION
from tests.servers.seaweed import seaweed

KEYS = [f"bench:{number}" for number in range(64)]
PASSES = 2
"""Passes over the keys in a round."""
TTL = 3600


class Field:
    """The contestants of one number of workers.

    Attributes:
        server: what they ask.
        entered: what is closed at the end.
        threads: the workers; None for the caller's own thread.
        loop: where awaited contestants run.
    """

    def __init__(self, server: Any, size: int, workers: int, entered: ExitStack) -> None:
        self.server = server
        self.blob = os.urandom(size // 2).hex().encode()
        self.workers = workers
        self.entered = entered
        self.threads = entered.enter_context(ThreadPoolExecutor(workers)) if workers > 1 else None
        self.loop = asyncio.new_event_loop()
        entered.callback(self.loop.close)
        self.contestants: list[Contestant] = []

    def add_awaited(self, name: str, call: Callable[[str], Awaitable[object]]) -> None:
        """A contestant that is awaited for each key, as many at a time as there are workers."""
        keys, crowd = KEYS * PASSES, self.workers

        async def work() -> None:
            for first in range(0, len(keys), crowd):
                await asyncio.gather(*[call(key) for key in keys[first : first + crowd]])

        self.contestants.append(Contestant(name, lambda: self.loop.run_until_complete(work()), len(keys)))

    def add(self, name: str, call: Callable[[str], object]) -> None:
        """A contestant that is called once for each key, by all workers at the same time."""
        keys, threads = KEYS * PASSES, self.threads

        def alone() -> None:
            for key in keys:
                call(key)

        def together() -> None:
            assert threads is not None
            for _ in threads.map(call, keys):
                pass

        self.contestants.append(Contestant(name, alone if threads is None else together, len(keys)))


def _vendor(field: Field) -> None:
    server, blob = field.server, field.blob
    client = Session().client(
        "s3",
        endpoint_url=server.url,
        region_name=REGION,
        aws_access_key_id=server.admin.access_key,
        aws_secret_access_key=server.admin.secret_key,
        config=Config(max_pool_connections=field.workers, s3={"addressing_style": "path"}),
    )
    field.entered.callback(client.close)
    expires = datetime.now(UTC) + timedelta(seconds=TTL)
    told: dict[str, Any] = {
        "ContentType": "application/octet-stream",
        "CacheControl": f"max-age={TTL}",
        "Expires": expires,
        "Metadata": {"kind": "value", "dead-at": str(expires.timestamp())},
    }
    field.add("boto3 put", lambda key: client.put_object(Bucket=server.bucket, Key=f"bare/{key}", Body=blob, **told))
    field.add("boto3 get", lambda key: client.get_object(Bucket=server.bucket, Key=f"bare/{key}")["Body"].read())


def _bucket_of(field: Field) -> S3Bucket:
    server = field.server
    return S3Bucket(
        S3BucketSettings(
            bucket=server.bucket,
            region=REGION,
            endpoint_url=server.url,
            access=S3Access(access_key_id=server.admin.access_key, secret_access_key=server.admin.secret_key),
            addressing="path",
            connection=ConnectionSettings(20.0, 20.0, field.workers),
        )
    )


def _bucket(field: Field) -> None:
    bucket, blob = _bucket_of(field), field.blob
    field.entered.callback(bucket.close)
    label = Label("value", datetime.now(UTC).timestamp() + TTL)
    field.add("hexcache bucket write", lambda key: bucket.write(f"ours/{key}", blob, label=label))
    field.add("hexcache bucket read", lambda key: bucket.read(f"ours/{key}"))


def _ours(field: Field) -> None:
    bucket, server, text = _bucket_of(field), field.server, field.blob.decode()
    store = ObjectStore(
        bucket, ObjectStoreSettings("store", deadline=60.0), clocks=system_clocks(), entropy=system_entropy()
    )
    field.entered.callback(store.close)
    blob, dead_at = field.blob, datetime.now(UTC).timestamp() + TTL
    field.add("hexcache store put", lambda key: store.put(key, blob, dead_at=dead_at))
    field.add("hexcache store get", store.get)
    settings: dict[str, Any] = {
        "tiers": [
            {
                "url": f"s3://{server.bucket}/whole",
                "endpoint_url": server.url,
                "region": REGION,
                "addressing": "path",
                "access_key_id": server.admin.access_key,
                "secret_access_key": server.admin.secret_key,
                "deadline": 60.0,
                "connections": field.workers,
                "workers": field.workers,
            }
        ]
    }
    cache = field.entered.enter_context(hexcache.open_cache(settings=settings))
    field.add("hexcache Cache.set", lambda key: cache.set(key, text, ttl=TTL))
    field.add("hexcache Cache.get", cache.get)
    waiting = hexcache.open_async_cache(settings=settings)
    field.entered.callback(lambda: field.loop.run_until_complete(waiting.aclose()))
    field.add_awaited("hexcache AsyncCache.get", waiting.get)


def _litellm(field: Field) -> None:
    caching = peer("litellm.caching.s3_cache")
    if caching is None:
        return
    server, text = field.server, field.blob.decode()
    cache = caching.S3Cache(
        s3_bucket_name=server.bucket,
        s3_region_name=REGION,
        s3_endpoint_url=server.url,
        s3_aws_access_key_id=server.admin.access_key,
        s3_aws_secret_access_key=server.admin.secret_key,
        s3_config=Config(s3={"addressing_style": "path"}),
        s3_path="lite",
    )
    value = {"response": text}
    field.add("litellm S3Cache.set_cache", lambda key: cache.set_cache(key, value, ttl=TTL))
    field.add("litellm S3Cache.get_cache", cache.get_cache)
    field.add_awaited("litellm async_get_cache", cache.async_get_cache)


def suite(size: int, workers: int) -> Callable[[], Any]:
    """The contestants with blobs of ``size`` bytes and so many workers."""

    @contextmanager
    def contestants() -> Iterator[Sequence[Contestant]]:
        with ExitStack() as entered:
            field = Field(entered.enter_context(seaweed()), size, workers, entered)
            for add in (_vendor, _bucket, _ours, _litellm):
                add(field)
            yield field.contestants

    return contestants


SUITES = {f"objects-s3-{workers}": suite(1024, workers) for workers in (1, 16, 64)}
