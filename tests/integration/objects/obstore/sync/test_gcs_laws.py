# Generated from tests/integration/objects/obstore/aio/test_gcs_laws.py by tools/unasync.py. Do not edit.
"""Google Cloud Storage through obstore keeps the laws of a bucket, on the emulator.

obstore asks the XML interface, which the emulator lacks: the shim before it has one, written from the cloud's
description. What is proved here is proved of that.
"""

from __future__ import annotations

from functools import partial

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket, Method
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.integration.objects.obstore.dialects import on_gcs
from tests.servers.fake_gcs import FakeGcs
from tests.servers.gcs_shim import GcsShim
from tests.servers.google_tokens import ServiceAccount, TokenEndpoint
from tests.servers.ports import free_ports
from tests.servers.signed_links import is_good

PAGE = 7
HOST = "storage.googleapis.com"


class TestGcsBucket(BucketLaws):
    """The server's pages are as small as the bucket's."""

    names = 4
    page_size = PAGE

    @pytest.fixture
    def bucket(self, gcs: FakeGcs, gcs_bucket: str) -> Bucket:
        return ObstoreBucket(on_gcs(gcs.url, gcs_bucket))

    @pytest.fixture
    def listing_bucket(self, gcs_shim: GcsShim, gcs_bucket: str) -> Bucket:
        gcs_shim.page = PAGE
        return ObstoreBucket(on_gcs(gcs_shim.url, gcs_bucket), page=PAGE)


class Redirected(ObstoreBucket):
    """A bucket behind a shim whose links are those for the cloud, led to the shim.

    obstore signs Google's host whatever the endpoint, so that with an endpoint of its own a bucket signs nothing.
    """

    cloud: ObstoreBucket
    shim = ""

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        link = self.cloud.sign(name, seconds=seconds, method=method)
        assert link.startswith(f"https://{HOST}/")
        return link.replace(f"https://{HOST}", self.shim, 1)


class TestGcsLinks(LinkLaws):
    """As a service account; what the cloud checks is checked before the emulator."""

    @pytest.fixture
    def bucket(
        self, gcs_shim: GcsShim, gcs_bucket: str, service_account: ServiceAccount, google_tokens: TokenEndpoint
    ) -> Bucket:
        gcs_shim.link_is_good = partial(is_good, service_account, HOST)
        bucket = Redirected(on_gcs(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))
        bucket.cloud = ObstoreBucket(on_gcs(None, gcs_bucket, service_account_info=google_tokens.info))
        bucket.shim = gcs_shim.url
        return bucket


class TestGcsRefusals(RefusalLaws):
    @pytest.fixture
    def stranger(self, gcs_shim: GcsShim, gcs_bucket: str, google_tokens: TokenEndpoint) -> Bucket:
        gcs_shim.tokens = {"somebody else's"}
        return ObstoreBucket(on_gcs(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))

    @pytest.fixture
    def missing(self, gcs: FakeGcs) -> Bucket:
        return ObstoreBucket(on_gcs(gcs.url, "nobodys-bucket"))

    @pytest.fixture
    def unreachable(self, gcs_bucket: str) -> Bucket:
        [port] = free_ports(1)
        return ObstoreBucket(on_gcs(f"http://127.0.0.1:{port}", gcs_bucket))
