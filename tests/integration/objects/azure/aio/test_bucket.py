"""The laws of a bucket, on Azurite: conditions, odd names, listings, links, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.domain.errors import StoreRejected
from tests.integration.objects.aio.bucket_ground import VALUE
from tests.integration.objects.aio.bucket_laws import AsyncBucketLaws
from tests.integration.objects.aio.link_laws import AsyncLinkLaws
from tests.integration.objects.aio.refusal_laws import AsyncRefusalLaws
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite
from tests.servers.ports import HOST, free_ports

WRONG_KEY = "d3Jvbmc="


def by_key(account: Azurite, container: str, **options: Any) -> AsyncAzureBucket:
    """A bucket that is asked with the account's key, or with a wrong one."""
    return AsyncAzureBucket(settings(account, container, **options))


class TestBucket(AsyncBucketLaws):
    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return by_key(azure_account, azure_container)

    async def test_more_than_one_batch_holds_is_removed_in_batches(self, bucket: AsyncBucket) -> None:
        names = [self.at(f"{number:03}") for number in range(300)]
        for name in names[::50]:
            await bucket.write(name, b"x", label=VALUE)
        assert bucket.page_names == 256
        assert await bucket.remove_many(names[:256]) == {}
        assert await self.listed(bucket, self.root) == []

    async def test_more_than_one_batch_holds_is_refused_whole(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("000"), b"x", label=VALUE)
        with pytest.raises(StoreRejected):
            await bucket.remove_many([self.at(f"{number:03}") for number in range(257)])
        assert await self.listed(bucket, self.root) == [self.at("000")]


class TestLinks(AsyncLinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return by_key(azure_account, azure_container)


class TestRefusals(AsyncRefusalLaws):
    @pytest.fixture
    def stranger(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return by_key(azure_account, azure_container, account_key=WRONG_KEY)

    @pytest.fixture
    def missing(self, azure_account: Azurite, no_container: str) -> AsyncBucket:
        whole = azure_account.connection_string
        return by_key(azure_account, no_container, connection_string=whole, create_container=False)

    @pytest.fixture
    def unreachable(self, azure_account: Azurite) -> AsyncBucket:
        [port] = free_ports(1)
        return by_key(azure_account, "nothing", account_url=f"http://{HOST}:{port}/{azure_account.account}")
