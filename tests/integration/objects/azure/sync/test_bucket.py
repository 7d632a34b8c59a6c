# Generated from tests/integration/objects/azure/aio/test_bucket.py by tools/unasync.py. Do not edit.
"""The laws of a bucket, on Azurite: conditions, odd names, listings, links, refusals."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.domain.errors import StoreRejected
from tests.integration.objects.sync.bucket_ground import VALUE
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite
from tests.servers.ports import HOST, free_ports

WRONG_KEY = "d3Jvbmc="


def by_key(account: Azurite, container: str, **options: Any) -> AzureBucket:
    """A bucket that is asked with the account's key, or with a wrong one."""
    return AzureBucket(settings(account, container, **options))


class TestBucket(BucketLaws):
    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return by_key(azure_account, azure_container)

    def test_more_than_one_batch_holds_is_removed_in_batches(self, bucket: Bucket) -> None:
        names = [self.at(f"{number:03}") for number in range(300)]
        for name in names[::50]:
            bucket.write(name, b"x", label=VALUE)
        assert bucket.page_names == 256
        assert bucket.remove_many(names[:256]) == {}
        assert self.listed(bucket, self.root) == []

    def test_more_than_one_batch_holds_is_refused_whole(self, bucket: Bucket) -> None:
        bucket.write(self.at("000"), b"x", label=VALUE)
        with pytest.raises(StoreRejected):
            bucket.remove_many([self.at(f"{number:03}") for number in range(257)])
        assert self.listed(bucket, self.root) == [self.at("000")]


class TestLinks(LinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    def bucket(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return by_key(azure_account, azure_container)


class TestRefusals(RefusalLaws):
    @pytest.fixture
    def stranger(self, azure_account: Azurite, azure_container: str) -> Bucket:
        return by_key(azure_account, azure_container, account_key=WRONG_KEY)

    @pytest.fixture
    def missing(self, azure_account: Azurite, no_container: str) -> Bucket:
        whole = azure_account.connection_string
        return by_key(azure_account, no_container, connection_string=whole, create_container=False)

    @pytest.fixture
    def unreachable(self, azure_account: Azurite) -> Bucket:
        [port] = free_ports(1)
        return by_key(azure_account, "nothing", account_url=f"http://{HOST}:{port}/{azure_account.account}")
