"""Who asks Azure through obstore: shared access signatures, tokens, ``DefaultAzureCredential``; and what is not there.

Azurite reads a token's claims and never its signature; the cloud checks both.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, Unauthenticated
from hexcache.domain.errors import StoreRejected, StoreUnavailable, Unsupported
from hexcache.testing.contracts.aio.primitives import MARKS
from tests.integration.objects.aio.bucket_ground import VALUE
from tests.integration.objects.azure.aio.primitives import holder
from tests.integration.objects.links import Answer
from tests.integration.objects.obstore.aio.primitives import azure_bucket_of, fetch
from tests.integration.objects.obstore.dialects import on_azure, on_s3
from tests.servers.azurite import Azurite
from tests.servers.identity import ManagedIdentity, unsigned_token
from tests.servers.s3 import S3Server

pytestmark = MARKS
CONTAINER = "obstore-tokens"


@asynccontextmanager
async def opened(account: Azurite, container: str, **options: Any) -> AsyncIterator[AsyncObstoreBucket]:
    """A bucket, until the context is left."""
    bucket = AsyncObstoreBucket(on_azure(account, container, **options))
    try:
        yield bucket
    finally:
        await bucket.aclose()


async def made(account: Azurite) -> None:
    """Have the container, which obstore cannot make."""
    bucket: AsyncBucket = azure_bucket_of(account, CONTAINER, credential=holder(unsigned_token))
    await bucket.write("made", b"", label=VALUE)
    await bucket.aclose()


async def test_a_sas_has_its_rights_and_no_others(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    name = f"{azure_prefix}/a"
    every, reading = azure_account.sas(azure_container, "racwdl"), azure_account.sas(azure_container, "r")
    async with opened(azure_account, azure_container, sas_token=every) as owner:
        assert await owner.write(name, b"body", label=VALUE) is not None
        assert [line.name async for page in owner.pages(azure_prefix) for line in page] == [name]
        with pytest.raises(Unsupported, match="account key"):
            await owner.sign(name, seconds=60, method="GET")
        async with opened(azure_account, azure_container, sas_token=reading) as reader:
            assert await reader.read(name) is not None
            for call in (
                partial(reader.remove, name), partial(reader.write, name, b"other", label=VALUE),
                partial(reader.remove_many, [name]),
            ):  # fmt: skip
                with pytest.raises(Forbidden) as refusal:
                    await call()
                assert "sig" not in str(refusal.value)
        read = await owner.read(name)
        assert read is not None
        assert read.body == b"body"
        await owner.remove(name)


async def test_a_credential_that_was_given_serves_and_signs(azure_directory: Azurite, azure_prefix: str) -> None:
    await made(azure_directory)
    credential = holder(unsigned_token)
    name = f"{azure_prefix}/a"
    async with opened(azure_directory, CONTAINER, credential=credential) as bucket:
        assert await bucket.write(name, b"body", label=VALUE) is not None
        read = await bucket.read(name)
        assert read is not None
        assert read.body == b"body"
        assert credential.asked == 1, "a token is kept while it is good"
        link = await bucket.sign(name, seconds=600, method="GET")
        trust = ssl.create_default_context(cafile=azure_directory.authority)
        assert await fetch(link, headers={}, trust=trust) == Answer(200, b"body")
        await bucket.remove(name)


async def test_the_default_credential_finds_this_machines_identity(
    azure_directory: Azurite, managed_identity: ManagedIdentity
) -> None:
    await made(azure_directory)
    async with opened(azure_directory, CONTAINER, identity=True, client_id="the-second") as bucket:
        assert await bucket.read("nothing") is None
    assert "client_id=the-second" in managed_identity.asked[0]


async def test_without_a_token_nobody_is_let_in(azure_directory: Azurite, managed_identity: ManagedIdentity) -> None:
    managed_identity.fail_with = 400
    async with opened(azure_directory, CONTAINER, identity=True) as bucket:
        with pytest.raises(Unauthenticated, match="no token"):
            await bucket.read("a")


async def test_a_server_that_nobody_vouches_for_is_not_talked_to(azure_directory: Azurite) -> None:
    await made(azure_directory)
    credential = holder(unsigned_token)
    async with opened(azure_directory, CONTAINER, credential=credential, ca_file=None) as bucket:
        with pytest.raises(StoreUnavailable) as refusal:
            await bucket.read("a")
    assert type(refusal.value) is StoreUnavailable, "nothing was interrupted, as nothing was sent"
    async with opened(azure_directory, CONTAINER, credential=credential, ca_file=None, verify=False) as bucket:
        assert await bucket.read("nothing") is None


async def test_a_listing_that_comes_upon_a_name_that_is_none_to_obstore_is_refused(moto: S3Server) -> None:
    """S3 takes such names from others; the library cannot say them."""
    moto.client().put_object(Bucket=moto.bucket, Key="obstore-odd/../a", Body=b"x")
    bucket = AsyncObstoreBucket(on_s3(moto))
    with pytest.raises(StoreRejected):
        async for _ in bucket.pages("obstore-odd/"):
            pass
    await bucket.aclose()
