"""Azure Blob Storage: our bucket beside Azure's bare clients and LiteLLM's AzureBlobCache, by 1, 16 and 64 workers.

Rule: every contestant reads and writes blobs of one size as the machine's managed identity, over HTTPS, through Azurite
as the tests start it; its own CPU time is not counted.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from azure.identity import DefaultAzureCredential
from azure.identity.aio import DefaultAzureCredential as AwaitedCredential
from azure.storage.blob import BlobServiceClient
from azure.storage.blob.aio import BlobServiceClient as AwaitedServiceClient

from benchmarks.measuring import Contestant
from benchmarks.suites import peer
from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.things import Label
from tests.servers.azurite import Azurite, azurite
from tests.servers.certificates import make_certificates
from tests.servers.identity import ManagedIdentity

KEYS = [f"bench:{number}" for number in range(64)]
CONTAINER = "bench"
LABEL = Label("value", 4e9)
METADATA = {"kind": "value", "dead_at": "4000000000.0"}


class Field:
    """What all contestants of one suite share.

    Attributes:
        entered: what is closed at the end, the last first.
    """

    def __init__(self, size: int, entered: ExitStack) -> None:
        certificates = make_certificates(Path(entered.enter_context(tempfile.TemporaryDirectory())))
        self.server: Azurite = entered.enter_context(azurite(certificates))
        identity = entered.enter_context(ManagedIdentity())
        entered.enter_context(_environment({**identity.variables, "REQUESTS_CA_BUNDLE": str(self.server.authority)}))
        self.blob = os.urandom(size // 2).hex().encode()
        self.entered = entered
        self.contestants: list[Contestant] = []

    def settings(self, workers: int) -> AzureBucketSettings:
        """Ours."""
        return AzureBucketSettings(
            container=CONTAINER,
            account_url=self.server.url,
            ca_file=self.server.certificates.authority if self.server.certificates else None,
            connection=ConnectionSettings(20.0, 20.0, max(workers, 10)),
        )


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _called(field: Field, workers: int) -> None:
    """The contestants that block, in so many threads."""
    threads = field.entered.enter_context(ThreadPoolExecutor(workers)) if workers > 1 else None

    def add(name: str, call: Callable[[str], object]) -> None:
        def alone() -> None:
            for key in KEYS:
                call(key)

        def together() -> None:
            assert threads is not None
            for _ in threads.map(call, KEYS):
                pass

        field.contestants.append(Contestant(name, alone if threads is None else together, len(KEYS)))

    blob = field.blob
    service = field.entered.enter_context(BlobServiceClient(field.server.url, DefaultAzureCredential()))
    container = service.create_container(CONTAINER)
    add("azure put", lambda key: container.upload_blob(f"bare/{key}", blob, overwrite=True, metadata=METADATA))
    add("azure get", lambda key: container.download_blob(f"bare/{key}").readall())
    bucket = AzureBucket(field.settings(workers))
    field.entered.callback(bucket.close)
    add("hexcache bucket write", lambda key: bucket.write(f"ours/{key}", blob, label=LABEL))
    add("hexcache bucket read", lambda key: bucket.read(f"ours/{key}"))
    caching = peer("litellm.caching.azure_blob_cache")
    if caching is not None:
        cache = caching.AzureBlobCache(field.server.url, CONTAINER)
        value = {"response": blob.decode()}
        add("litellm AzureBlobCache.set_cache (never overwrites)", lambda key: cache.set_cache(key, value))
        add("litellm AzureBlobCache.get_cache", cache.get_cache)
        field.entered.callback(lambda: asyncio.run(cache.disconnect()))


def _awaited(field: Field, tasks: int) -> None:
    """The contestants that are awaited, so many at a time."""
    loop = field.entered.enter_context(asyncio.Runner())
    blob = field.blob

    def add(name: str, call: Callable[[str], Awaitable[object]]) -> None:
        async def together() -> None:
            for start in range(0, len(KEYS), tasks):
                await asyncio.gather(*(call(key) for key in KEYS[start : start + tasks]))

        field.contestants.append(Contestant(name, lambda: loop.run(together()), len(KEYS)))

    async def opened() -> tuple[Any, Any, Any]:
        credential = AwaitedCredential()
        return credential, AwaitedServiceClient(field.server.url, credential, connection_verify=authority), bucket

    authority = str(field.server.authority)
    bucket = AsyncAzureBucket(field.settings(tasks))
    credential, service, _ = loop.run(opened())
    for closing in (credential.close, service.close, bucket.aclose):
        field.entered.callback(_ended, loop, closing)
    container = service.get_container_client(CONTAINER)
    loop.run(container.create_container())
    add("azure awaited put", lambda key: container.upload_blob(f"bare/{key}", blob, overwrite=True, metadata=METADATA))
    add("azure awaited get", lambda key: _read(container, f"bare/{key}"))
    add("hexcache awaited write", lambda key: bucket.write(f"ours/{key}", blob, label=LABEL))
    add("hexcache awaited read", lambda key: bucket.read(f"ours/{key}"))


def _ended(loop: asyncio.Runner, close: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop.run(close())


async def _read(container: Any, name: str) -> bytes:
    stream = await container.download_blob(name)
    body: bytes = await stream.readall()
    return body


def suite(fill: Callable[[Field, int], None], workers: int, size: int = 1024) -> Callable[[], Any]:
    """The contestants with blobs of ``size`` bytes and so many workers."""

    @contextmanager
    def contestants() -> Iterator[Sequence[Contestant]]:
        with ExitStack() as entered:
            field = Field(size, entered)
            fill(field, workers)
            yield field.contestants

    return contestants


SUITES = {
    **{f"objects-azure-{workers}": suite(_called, workers) for workers in (1, 16, 64)},
    **{f"objects-azure-awaited-{tasks}": suite(_awaited, tasks) for tasks in (1, 64)},
}
