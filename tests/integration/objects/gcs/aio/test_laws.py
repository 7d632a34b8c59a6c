"""A bucket of Google Cloud Storage keeps the laws of a bucket, on the emulator."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from tests.integration.objects.aio.bucket_laws import AsyncBucketLaws
from tests.integration.objects.aio.link_laws import AsyncLinkLaws
from tests.integration.objects.aio.refusal_laws import AsyncRefusalLaws
from tests.integration.objects.gcs.aio.primitives import bucket_of
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.fake_gcs import FakeGcs
from tests.servers.gcs_shim import GcsShim
from tests.servers.google_tokens import ServiceAccount, TokenEndpoint
from tests.servers.ports import free_ports
from tests.servers.signed_links import is_good


class TestGcsBucket(AsyncBucketLaws):
    """As nobody, as the emulator asks for no identity."""

    page_size = 7
    settings: GcsBucketSettings

    @pytest.fixture
    def bucket(self, gcs: FakeGcs, gcs_bucket: str) -> AsyncBucket:
        self.settings = settings_at(gcs.url, gcs_bucket)
        return bucket_of(self.settings)

    @pytest.fixture
    def listing_bucket(self, gcs_shim: GcsShim, gcs_bucket: str) -> AsyncBucket:
        gcs_shim.page = self.page_size
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket))

    async def test_closing_may_be_repeated(self, bucket: AsyncBucket) -> None:
        """Of another than the one that is cleaned with."""
        other = bucket_of(self.settings)
        await other.facts(self.at("a"))
        await other.aclose()
        await other.aclose()


class TestGcsLinks(AsyncLinkLaws):
    """As a service account. The emulator takes any link: what the cloud checks is checked before it."""

    @pytest.fixture
    def bucket(
        self, gcs_shim: GcsShim, gcs_bucket: str, service_account: ServiceAccount, google_tokens: TokenEndpoint
    ) -> AsyncBucket:
        gcs_shim.link_is_good = partial(is_good, service_account, urlsplit(gcs_shim.url).netloc)
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))


class TestGcsRefusals(AsyncRefusalLaws):
    """Wrong tokens, no bucket, no server."""

    @pytest.fixture
    def stranger(self, gcs_shim: GcsShim, gcs_bucket: str, google_tokens: TokenEndpoint) -> AsyncBucket:
        gcs_shim.tokens = {"somebody else's"}
        return bucket_of(settings_at(gcs_shim.url, gcs_bucket, service_account_info=google_tokens.info))

    @pytest.fixture
    def missing(self, gcs: FakeGcs) -> AsyncBucket:
        return bucket_of(settings_at(gcs.url, "nobodys-bucket"))

    @pytest.fixture
    def unreachable(self, gcs_bucket: str) -> AsyncBucket:
        [port] = free_ports(1)
        return bucket_of(settings_at(f"http://127.0.0.1:{port}", gcs_bucket))
