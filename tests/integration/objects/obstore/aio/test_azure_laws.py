"""Azure through obstore keeps the laws of a bucket, on Azurite."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from hexcache.domain.errors import Unsupported
from tests.integration.objects.aio.bucket_ground import VALUE
from tests.integration.objects.aio.bucket_laws import AsyncBucketLaws
from tests.integration.objects.aio.link_laws import AsyncLinkLaws
from tests.integration.objects.aio.refusal_laws import AsyncRefusalLaws
from tests.integration.objects.links import Answer
from tests.integration.objects.obstore.dialects import on_azure
from tests.servers.azurite import Azurite
from tests.servers.ports import HOST, free_ports

WRONG_KEY = "d3Jvbmc="
PAGE = 10


class TestAzureBucket(AsyncBucketLaws):
    names = 6
    page_size = PAGE

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return AsyncObstoreBucket(on_azure(azure_account, azure_container))

    @pytest.fixture
    def listing_bucket(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return AsyncObstoreBucket(on_azure(azure_account, azure_container), page=PAGE)


class TestAzureLinks(AsyncLinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return AsyncObstoreBucket(on_azure(azure_account, azure_container))

    async def test_a_link_reads_one_object(self, bucket: AsyncBucket) -> None:
        """Of a name that needs no escape; for another one, such as a prefix may make it, obstore signs amiss."""
        await bucket.write(self.at("a_b/c"), b"body", label=VALUE)
        link = await bucket.sign(self.at("a_b/c"), seconds=600, method="GET")
        assert await self.use(link) == Answer(200, b"body")

    async def test_a_link_that_would_not_be_good_is_not_made(self, bucket: AsyncBucket) -> None:
        with pytest.raises(Unsupported, match="names of A-Z"):
            await bucket.sign(self.at("a b"), seconds=600, method="GET")


class TestAzureRefusals(AsyncRefusalLaws):
    @pytest.fixture
    def stranger(self, azure_account: Azurite, azure_container: str) -> AsyncBucket:
        return AsyncObstoreBucket(on_azure(azure_account, azure_container, account_key=WRONG_KEY))

    @pytest.fixture
    def missing(self, azure_account: Azurite) -> AsyncBucket:
        return AsyncObstoreBucket(
            on_azure(azure_account, "nobody-made-this", connection_string=azure_account.connection_string)
        )

    @pytest.fixture
    def unreachable(self, azure_account: Azurite) -> AsyncBucket:
        [port] = free_ports(1)
        return AsyncObstoreBucket(
            on_azure(azure_account, "nothing", account_url=f"http://{HOST}:{port}/{azure_account.account}")
        )
