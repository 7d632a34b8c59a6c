# Generated from tests/integration/objects/obstore/aio/test_s3_laws.py by tools/unasync.py. Do not edit.
"""S3 through obstore keeps the laws of a bucket, on SeaweedFS."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.integration.objects.obstore.dialects import on_s3
from tests.integration.objects.s3.making import access_of
from tests.servers.s3 import Identity, S3Server

PAGE = 20


class TestS3Bucket(BucketLaws):
    page_size = PAGE

    @pytest.fixture
    def bucket(self, seaweed: S3Server) -> Bucket:
        return ObstoreBucket(on_s3(seaweed))

    @pytest.fixture
    def listing_bucket(self, seaweed: S3Server) -> Bucket:
        return ObstoreBucket(on_s3(seaweed), page=PAGE)


class TestS3Links(LinkLaws):
    @pytest.fixture
    def bucket(self, seaweed: S3Server) -> Bucket:
        return ObstoreBucket(on_s3(seaweed))


class TestS3Refusals(RefusalLaws):
    @pytest.fixture(params=[Identity("nobody", "nothing"), Identity("hexcache-admin", "wrong")], ids=["id", "key"])
    def stranger(self, seaweed: S3Server, request: pytest.FixtureRequest) -> Bucket:
        return ObstoreBucket(on_s3(seaweed, access=access_of(request.param)))

    @pytest.fixture
    def missing(self, seaweed: S3Server) -> Bucket:
        return ObstoreBucket(on_s3(seaweed, bucket="nobody-made-this"))

    @pytest.fixture
    def unreachable(self, seaweed: S3Server) -> Bucket:
        return ObstoreBucket(on_s3(seaweed, endpoint_url="http://127.0.0.1:1"))
