"""Google Cloud Storage: our bucket, store and cache beside bare google-cloud-storage, by 1, 16 and 64 workers.

Rule: every contestant reads and writes objects of one size; the library is used as its documentation shows, once with
the connections that it keeps by itself and once with as many as there are workers. The server is the emulator, asked
without the tests' proxy; its own CPU time is not counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from google.auth.credentials import AnonymousCredentials
from google.cloud import storage
from requests.adapters import HTTPAdapter

import hexcache
from benchmarks.measuring import Contestant
from benchmarks.s3_suite import TTL, Field
from hexcache.adapters.outbound.clock.system import system_clocks, system_entropy
from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings, ObjectStoreSettings
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.things import Condition, Label
from tests.servers.fake_gcs import fake_gcs

BUCKET = "bench"


def _vendor(field: Field, connections: int | None) -> None:
    endpoint = {"api_endpoint": field.server}
    client = storage.Client(project="bench", credentials=AnonymousCredentials(), client_options=endpoint)
    field.entered.callback(client.close)
    name = "google-cloud-storage"
    if connections is not None:
        client._http.mount("http://", HTTPAdapter(pool_maxsize=connections))
        name += f", {connections} connections"
    bucket, blob, expires = client.bucket(BUCKET), field.blob, datetime.now(UTC) + timedelta(seconds=TTL)

    def put(key: str) -> None:
        thing = bucket.blob(f"bare/{key}")
        thing.metadata = {"kind": "value", "dead-at": str(expires.timestamp())}
        thing.custom_time = expires
        thing.upload_from_string(blob, content_type="application/octet-stream")

    field.add(f"{name} put", put)
    field.add(f"{name} get", lambda key: bucket.blob(f"bare/{key}").download_as_bytes())


def _bucket(field: Field) -> None:
    blob, connection = field.blob, ConnectionSettings(20.0, 20.0, field.workers)
    bucket = GcsBucket(
        GcsBucketSettings(bucket=BUCKET, anonymous=True, api_endpoint=field.server, connection=connection)
    )
    field.entered.callback(bucket.close)
    label = Label("value", datetime.now(UTC).timestamp() + TTL)
    field.add("hexcache bucket write", lambda key: bucket.write(f"ours/{key}", blob, label=label))
    field.add(
        "hexcache bucket create", lambda key: bucket.write(f"ours/{key}", blob, label=label, condition=Condition())
    )
    field.add("hexcache bucket read", lambda key: bucket.read(f"ours/{key}"))


def _ours(field: Field) -> None:
    text, connection = field.blob.decode(), ConnectionSettings(20.0, 20.0, field.workers)
    bucket = GcsBucket(
        GcsBucketSettings(bucket=BUCKET, anonymous=True, api_endpoint=field.server, connection=connection)
    )
    how = ObjectStoreSettings("store", deadline=60.0)
    store = ObjectStore(bucket, how, clocks=system_clocks(), entropy=system_entropy())
    field.entered.callback(store.close)
    blob, dead_at = field.blob, datetime.now(UTC).timestamp() + TTL
    field.add("hexcache store put", lambda key: store.put(key, blob, dead_at=dead_at))
    field.add("hexcache store get", store.get)
    tier = f"gs://{BUCKET}/whole?anonymous=true&api_endpoint={field.server}&deadline=60s&workers={field.workers}"
    cache = field.entered.enter_context(hexcache.open_cache(tier))
    field.add("hexcache Cache.set", lambda key: cache.set(key, text, ttl=TTL))
    field.add("hexcache Cache.get", cache.get)
    waiting = hexcache.open_async_cache(tier)
    field.entered.callback(lambda: field.loop.run_until_complete(waiting.aclose()))
    field.add_awaited("hexcache AsyncCache.get", waiting.get)


def suite(size: int, workers: int) -> Callable[[], Any]:
    """The contestants with blobs of ``size`` bytes and so many workers."""

    @contextmanager
    def contestants() -> Iterator[Sequence[Contestant]]:
        with ExitStack() as entered:
            server = entered.enter_context(fake_gcs())
            server.make_bucket(BUCKET)
            host, port = server.shim.upstream
            field = Field(f"http://{host}:{port}", size, workers, entered)
            _vendor(field, None)
            if workers > 1:
                _vendor(field, workers)
            _bucket(field)
            _ours(field)
            yield field.contestants

    return contestants


SUITES = {f"objects-gcs-{workers}": suite(1024, workers) for workers in (1, 16, 64)}
