# Generated from tests/integration/objects/obstore/aio/test_azure_laws.py by tools/unasync.py. Do not edit.
"""Azure through obstore keeps the laws of a bucket, on Azurite."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.domain.errors import Unsupported
from tests.integration.objects.sync.bucket_ground import VALUE
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.integration.objects.links import Answer
from tests.integration.objects.obstore.dialects import on_azure
from tests.servers.azurite import Azurite
from tests.servers.ports import HOST, free_ports

WRONG_KEY = "d3Jvbmc="
PAGE = 10


class TestAzureBucket(BucketLaws):
    names = 6
    page_size = PAGE

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return ObstoreBucket(on_azure(azure_account, azure_container))

    @pytest.fixture
    def listing_bucket(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return ObstoreBucket(on_azure(azure_account, azure_container), page=PAGE)


class TestAzureLinks(LinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return ObstoreBucket(on_azure(azure_account, azure_container))

    def test_a_link_reads_one_object(self, bucket: Bucket) -> None:
        """Of a name that needs no escape; for another one, such as a prefix may make it, obstore signs amiss."""
        bucket.write(self.at("a_b/c"), b"body", label=VALUE)
        link = bucket.sign(self.at("a_b/c"), seconds=600, method="GET")
        assert self.use(link) == Answer(200, b"body")

    def test_a_link_that_would_not_be_good_is_not_made(self, bucket: Bucket) -> None:
        with pytest.raises(Unsupported, match="names of A-Z"):
            bucket.sign(self.at("a b"), seconds=600, method="GET")


class TestAzureRefusals(RefusalLaws):
    @pytest.fixture
    def stranger(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return ObstoreBucket(on_azure(azure_account, azure_container, account_key=WRONG_KEY))

    @pytest.fixture
    def missing(self, azure_account: Azurite) -> Bucket:
        return ObstoreBucket(
            on_azure(azure_account, "nobody-made-this", connection_string=azure_account.connection_string)
        )

    @pytest.fixture
    def unreachable(self, azure_account: Azurite) -> Bucket:
        [port] = free_ports(1)
        return ObstoreBucket(
            on_azure(azure_account, "nothing", account_url=f"http://{HOST}:{port}/{azure_account.account}")
        )
