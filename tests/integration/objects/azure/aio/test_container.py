"""A container that is made by the first write into it, and what others left in one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, NoSuchBucket, Unauthenticated
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.testing.contracts.aio.primitives import MARKS, fixture, together
from tests.integration.objects.aio.bucket_ground import PLACEHOLDER, VALUE
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite

pytestmark = MARKS


@fixture
async def bucket(azure_account: Azurite, no_container: str) -> AsyncIterator[AsyncAzureBucket]:
    """A bucket whose container nobody has made."""
    bucket = AsyncAzureBucket(settings(azure_account, no_container))
    yield bucket
    await bucket.aclose()


async def test_a_container_that_is_yet_to_be_made_is_empty(bucket: AsyncAzureBucket) -> None:
    assert await bucket.read("a") is None
    assert await bucket.facts("a") is None
    await bucket.remove("a")
    assert await bucket.remove_many(["a", "b"]) == {}
    assert [page async for page in bucket.pages("")] == []
    assert await bucket.write("a", b"x", label=VALUE, condition=Condition('"0x8D"')) is None


async def test_looking_makes_no_container_and_writing_does(
    bucket: AsyncAzureBucket, azure_account: Azurite, no_container: str
) -> None:
    with azure_account.service() as service:
        container = service.get_container_client(no_container)
        await bucket.read("a")
        assert not container.exists()
        assert await bucket.write("a", b"x", label=VALUE, condition=Condition()) is not None
        assert container.exists()
    read = await bucket.read("a")
    assert read is not None
    assert read.body == b"x"


async def test_many_may_be_the_first(bucket: AsyncAzureBucket) -> None:
    written = await together([partial(bucket.write, f"a{number}", b"x", label=VALUE) for number in range(16)])
    assert None not in written
    assert len([line async for page in bucket.pages("a") for line in page]) == 16


async def test_a_container_that_may_not_be_made_is_missing(azure_account: Azurite, no_container: str) -> None:
    bucket = AsyncAzureBucket(settings(azure_account, no_container, create_container=False))
    with pytest.raises(NoSuchBucket, match="ContainerNotFound"):
        await bucket.write("a", b"x", label=VALUE)
    with pytest.raises(NoSuchBucket):
        await bucket.read("a")
    await bucket.aclose()


async def test_who_has_no_right_to_make_containers_is_told_so(azure_account: Azurite, no_container: str) -> None:
    token = azure_account.sas(no_container, "racwdl")
    bucket = AsyncAzureBucket(settings(azure_account, no_container, sas_token=token))
    with pytest.raises((Forbidden, Unauthenticated)):
        await bucket.write("a", b"x", label=VALUE)
    await bucket.aclose()


async def test_what_others_wrote_has_no_label_of_ours(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    foreign = (
        None,
        {"kind": "value"},
        {"hexcache_kind": "other", "hexcache_dead_at": "1.0"},
        {"hexcache_kind": "value"},
    )
    with azure_account.service() as service:
        container = service.get_container_client(azure_container)
        for number, metadata in enumerate(foreign):
            container.upload_blob(f"{azure_prefix}/{number}", b"x", metadata=metadata)
        container.upload_blob(
            f"{azure_prefix}/ours", b"x", metadata={"Hexcache_Kind": "placeholder", "HEXCACHE_DEAD_AT": "2000000000.25"}
        )
    bucket = AsyncAzureBucket(settings(azure_account, azure_container))
    for number in range(len(foreign)):
        facts = await bucket.facts(f"{azure_prefix}/{number}")
        assert facts is not None
        assert facts.label is None
    labels = {line.name: line.label async for page in bucket.pages(azure_prefix) for line in page}
    assert labels.pop(f"{azure_prefix}/ours") == PLACEHOLDER
    assert set(labels.values()) == {None}
    await bucket.aclose()


async def test_what_has_snapshots_is_removed_with_them(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    bucket = AsyncAzureBucket(settings(azure_account, azure_container))
    names = [f"{azure_prefix}/{number}" for number in range(2)]
    with azure_account.service() as service:
        container = service.get_container_client(azure_container)
        for name in names:
            container.upload_blob(name, b"x")
            container.get_blob_client(name).create_snapshot()
    await bucket.remove(names[0])
    assert await bucket.remove_many(names[1:]) == {}
    assert [line async for page in bucket.pages(azure_prefix) for line in page] == []
    await bucket.aclose()


async def test_a_listing_goes_on_over_pages(azure_account: Azurite, azure_container: str, azure_prefix: str) -> None:
    bucket = AsyncAzureBucket(settings(azure_account, azure_container), page_size=3)
    names = [f"{azure_prefix}/{number}" for number in range(8)]
    for name in names:
        await bucket.write(name, b"x", label=VALUE)
    pages = [[line.name for line in page] async for page in bucket.pages(azure_prefix)]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [name for page in pages for name in page] == names
    await bucket.aclose()
