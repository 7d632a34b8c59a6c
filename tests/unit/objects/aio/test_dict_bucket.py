"""The tests' own bucket keeps the contract of every bucket: what runs over it runs over a real one."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from tests.integration.objects.aio.bucket_laws import AsyncBucketLaws
from tests.unit.objects.aio.dict_bucket import AsyncDictBucket
from tests.unit.objects.contents import Contents


class TestDictBucket(AsyncBucketLaws):
    """Over one table."""

    page_size = 7

    @pytest.fixture
    def contents(self) -> Contents:
        return Contents()

    @pytest.fixture
    def bucket(self, contents: Contents) -> AsyncBucket:
        return AsyncDictBucket(contents)

    @pytest.fixture
    def listing_bucket(self, contents: Contents) -> AsyncBucket:
        return AsyncDictBucket(contents, page_size=self.page_size)
