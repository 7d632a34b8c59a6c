# Generated from tests/integration/objects/gcs/aio/test_laws.py by tools/unasync.py. Do not edit.
"""A bucket of Google Cloud Storage keeps the laws of a bucket, on the emulator."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from tests.integration.objects.sync.bucket_laws import BucketLaws
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.sync.refusal_laws import RefusalLaws
from tests.integration.objects.gcs.sync.primitives import bucket_of
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.fake_gcs import FakeGcs
from tests.servers.gcs_shim import GcsShim
from tests.servers.google_tokens import ServiceAccount, TokenEndpoint
from tests.servers.ports import free_ports
from tests.servers.signed_links import is_good


class TestGcsBucket(BucketLaws):
    """As nobody, as the emulator asks for no identity."""

    page_size = 7
    settings: GcsBucketSettings

    @pytest.fixture
    def bucket(self, gcs: FakeGcs, gcs_bucket: str) -> Bucket:
        self.settings = settings_at(gcs.url, gcs_bucket)
        return bucket_of(self.settings)

    @pytest.fixture
    def listing_bucket(self, gcs_shim: GcsShim, gcs_bucket: str) -> Bucket:
        gcs_shim.page = self.page_size
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket))

    def test_closing_may_be_repeated(self, bucket: Bucket) -> None:
        """Of another than the one that is cleaned with."""
        other = bucket_of(self.settings)
        other.facts(self.at("a"))
        other.close()
        other.close()


class TestGcsLinks(LinkLaws):
    """As a service account. The emulator takes any link: what the cloud checks is checked before it."""

    @pytest.fixture
    def bucket(
        self, gcs_shim: GcsShim, gcs_bucket: str, service_account: ServiceAccount, google_tokens: TokenEndpoint
    ) -> Bucket:
        gcs_shim.link_is_good = partial(is_good, service_account, urlsplit(gcs_shim.url).netloc)
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))


class TestGcsRefusals(RefusalLaws):
    """Wrong tokens, no bucket, no server."""

    @pytest.fixture
    def stranger(self, gcs_shim: GcsShim, gcs_bucket: str, google_tokens: TokenEndpoint) -> Bucket:
        gcs_shim.tokens = {"somebody else's"}
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))

    @pytest.fixture
    def missing(self, gcs: FakeGcs) -> Bucket:
        return bucket_of(settings_at(gcs.url, "nobodys-bucket"))

    @pytest.fixture
    def unreachable(self, gcs_bucket: str) -> Bucket:
        [port] = free_ports(1)
        return bucket_of(settings_at(f"http://127.0.0.1:{port}", gcs_bucket))
