# Generated from tests/unit/objects/aio/test_dict_bucket.py by tools/unasync.py. Do not edit.
"""The tests' own bucket keeps the contract of every bucket: what runs over it runs over a real one."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.unit.objects.sync.dict_bucket import DictBucket
from tests.unit.objects.contents import Contents


class TestDictBucket(BucketLaws):
    """Over one table."""

    page_size = 7

    @pytest.fixture
    def contents(self) -> Contents:
        return Contents()

    @pytest.fixture
    def bucket(self, contents: Contents) -> Bucket:
        return DictBucket(contents)

    @pytest.fixture
    def listing_bucket(self, contents: Contents) -> Bucket:
        return DictBucket(contents, page_size=self.page_size)
