"""Loops, forks, and clients that belong to somebody else."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing

import pytest
from azure.storage.blob.aio import BlobServiceClient as AwaitedServiceClient

from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import InvalidSetting
from tests.integration.objects.azure.asking import AwaitedHolder, Holder, settings
from tests.servers.azurite import Azurite
from tests.servers.http_fault import HttpFaultProxy

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # threads of other tests

VALUE = Label("value", 2e9)


def test_each_loop_has_a_client_that_ends_with_it(
    azure_account: Azurite, azure_container: str, azure_prefix: str, azure_proxy: HttpFaultProxy
) -> None:
    """Nobody closes the bucket in the first two loops; what is left open there would warn, which is an error here."""
    url = f"{azure_proxy.url}/{azure_account.account}"
    bucket = AsyncAzureBucket(settings(azure_account, azure_container, account_url=url))

    async def use(body: bytes, *, close: bool = False) -> None:
        await bucket.write(f"{azure_prefix}/a", body, label=VALUE)
        read = await bucket.read(f"{azure_prefix}/a")
        assert read is not None
        assert read.body == body
        if close:
            await bucket.aclose()

    for number in range(3):
        asyncio.run(use(b"%d" % number, close=number == 2))
    assert azure_proxy.connections == 3


def test_a_loop_may_close_what_another_one_uses(azure_account: Azurite, azure_container: str) -> None:
    bucket = AsyncAzureBucket(settings(azure_account, azure_container))

    async def other() -> None:
        assert await bucket.read("nothing") is None
        await bucket.aclose()

    async def one() -> None:
        assert await bucket.read("nothing") is None
        await asyncio.to_thread(asyncio.run, other())
        assert await bucket.read("nothing") is None
        await bucket.aclose()

    asyncio.run(one())


def test_a_call_that_is_cancelled_leaves_the_client_usable(azure_account: Azurite, azure_container: str) -> None:
    async def use() -> None:
        bucket = AsyncAzureBucket(settings(azure_account, azure_container))
        for _ in range(5):
            reading = asyncio.ensure_future(bucket.read("nothing"))
            await asyncio.sleep(0.001)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        assert await bucket.read("nothing") is None
        await bucket.aclose()

    asyncio.run(use())


def test_a_forked_child_uses_connections_of_its_own(
    azure_account: Azurite, azure_container: str, azure_prefix: str, azure_proxy: HttpFaultProxy
) -> None:
    url = f"{azure_proxy.url}/{azure_account.account}"
    with closing(AzureBucket(settings(azure_account, azure_container, account_url=url))) as bucket:
        bucket.write(f"{azure_prefix}/a", b"body", label=VALUE)
        assert azure_proxy.connections == 1
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            try:
                read = bucket.read(f"{azure_prefix}/a")
                os._exit(0 if read is not None and read.body == b"body" else 1)
            finally:
                os._exit(3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert azure_proxy.connections == 2
        assert bucket.read(f"{azure_prefix}/a") is not None
        assert azure_proxy.connections == 2


def test_a_client_that_was_handed_in_serves_and_stays_open(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    own = settings(azure_account, azure_container)
    with azure_account.service() as service:
        bucket = AzureBucket(own, client=service)
        bucket.write(f"{azure_prefix}/a", b"body", label=VALUE)
        bucket.close()
        assert service.get_blob_client(azure_container, f"{azure_prefix}/a").exists()

    async def use() -> None:
        async with AwaitedServiceClient.from_connection_string(azure_account.connection_string) as client:
            bucket = AsyncAzureBucket(own, client=client)
            assert await bucket.read(f"{azure_prefix}/a") is not None
            await bucket.aclose()
            assert await client.get_blob_client(azure_container, f"{azure_prefix}/a").exists()

    asyncio.run(use())


def test_a_credential_of_the_other_world_is_refused(azure_directory: Azurite) -> None:
    with pytest.raises(InvalidSetting, match=r"azure\.identity\.aio"):
        AsyncAzureBucket(settings(azure_directory, "tokens", credential=Holder()))
    with pytest.raises(InvalidSetting, match="blocking"):
        AzureBucket(settings(azure_directory, "tokens", credential=AwaitedHolder()))
