"""S3 through obstore keeps the laws of a bucket, on SeaweedFS."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.obstore.aio.bucket import AsyncObstoreBucket
from tests.integration.objects.aio.bucket_laws import AsyncBucketLaws
from tests.integration.objects.aio.link_laws import AsyncLinkLaws
from tests.integration.objects.aio.refusal_laws import AsyncRefusalLaws
from tests.integration.objects.obstore.dialects import on_s3
from tests.integration.objects.s3.making import access_of
from tests.servers.s3 import Identity, S3Server

PAGE = 20


class TestS3Bucket(AsyncBucketLaws):
    page_size = PAGE

    @pytest.fixture
    def bucket(self, seaweed: S3Server) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed))

    @pytest.fixture
    def listing_bucket(self, seaweed: S3Server) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed), page=PAGE)


class TestS3Links(AsyncLinkLaws):
    @pytest.fixture
    def bucket(self, seaweed: S3Server) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed))


class TestS3Refusals(AsyncRefusalLaws):
    @pytest.fixture(params=[Identity("nobody", "nothing"), Identity("hexcache-admin", "wrong")], ids=["id", "key"])
    def stranger(self, seaweed: S3Server, request: pytest.FixtureRequest) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed, access=access_of(request.param)))

    @pytest.fixture
    def missing(self, seaweed: S3Server) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed, bucket="nobody-made-this"))

    @pytest.fixture
    def unreachable(self, seaweed: S3Server) -> AsyncBucket:
        return AsyncObstoreBucket(on_s3(seaweed, endpoint_url="http://127.0.0.1:1"))
