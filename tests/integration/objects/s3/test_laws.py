"""The bucket of S3 keeps the laws of a bucket on both servers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.client import make_client
from tests.integration.objects.s3.making import access_of, bucket_on, settings_for
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.servers.s3 import Identity, S3Server

PAGE = 20


def paged(params: dict[str, Any], **_: Any) -> None:
    """Have listings come in small pages, as long ones do in large ones."""
    params["MaxKeys"] = PAGE


class S3Laws(BucketLaws):
    """On a server."""

    page_size = PAGE

    @pytest.fixture
    def server(self) -> S3Server:
        raise NotImplementedError

    @pytest.fixture
    def bucket(self, server: S3Server) -> S3Bucket:
        return bucket_on(server)

    @pytest.fixture
    def listing_bucket(self, server: S3Server) -> Iterator[S3Bucket]:
        settings = settings_for(server)
        client = make_client(settings)
        client.meta.events.register("before-parameter-build.s3.ListObjectsV2", paged)
        yield S3Bucket(settings, client=client)
        client.close()


class TestSeaweed(S3Laws):
    """SeaweedFS."""

    @pytest.fixture
    def server(self, seaweed: S3Server) -> S3Server:
        return seaweed


class TestMoto(S3Laws):
    """moto."""

    @pytest.fixture
    def server(self, moto: S3Server) -> S3Server:
        return moto


class TestSeaweedLinks(LinkLaws):
    """SeaweedFS checks signatures."""

    @pytest.fixture
    def bucket(self, seaweed: S3Server) -> S3Bucket:
        return bucket_on(seaweed)


class TestRefusals(RefusalLaws):
    """SeaweedFS checks identities."""

    @pytest.fixture(params=[Identity("nobody", "nothing"), Identity("hexcache-admin", "wrong")], ids=["id", "key"])
    def stranger(self, seaweed: S3Server, request: pytest.FixtureRequest) -> S3Bucket:
        return bucket_on(seaweed, access=access_of(request.param))

    @pytest.fixture
    def missing(self, seaweed: S3Server) -> S3Bucket:
        return bucket_on(seaweed, bucket="nobody-made-this")

    @pytest.fixture
    def unreachable(self, seaweed: S3Server) -> S3Bucket:
        return bucket_on(seaweed, endpoint_url="http://127.0.0.1:1")
