"""Who asks and how: the default chain, profiles, tokens, TLS, and what is said beside each request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hexcache.adapters.outbound.objects.refusals import Unauthenticated
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.settings import S3Access
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import StoreUnavailable
from tests.integration.objects.s3.making import bucket_on
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer
from tests.servers.s3 import S3Server

VALUE = Label("value", 2e9)
CHAIN = S3Access()


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A user without any credentials, and where this user's files lie."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return tmp_path


def test_variables_say_who_asks(
    seaweed: S3Server, s3_prefix: str, nobody: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", seaweed.admin.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", seaweed.admin.secret_key)
    with closing(bucket_on(seaweed, access=CHAIN)) as bucket:
        assert bucket.write(s3_prefix + "a", b"body", label=VALUE) is not None


def test_a_profile_says_who_asks(seaweed: S3Server, s3_prefix: str, nobody: Path) -> None:
    keys = f"aws_access_key_id = {seaweed.admin.access_key}\naws_secret_access_key = {seaweed.admin.secret_key}\n"
    (nobody / "credentials").write_text(f"[work]\n{keys}", "utf-8")
    with closing(bucket_on(seaweed, access=S3Access(profile="work"))) as bucket:
        assert bucket.write(s3_prefix + "a", b"body", label=VALUE) is not None
    with closing(bucket_on(seaweed, access=S3Access(profile="play"))) as bucket, pytest.raises(Unauthenticated):
        bucket.read(s3_prefix + "a")


def test_nobody_is_refused_before_anything_is_sent(
    seaweed: S3Server, s3_prefix: str, nobody: Path, s3_proxy: HttpFaultProxy
) -> None:
    with closing(bucket_on(seaweed, access=CHAIN, endpoint_url=s3_proxy.url)) as bucket:
        with pytest.raises(Unauthenticated, match="NoCredentialsError"):
            bucket.read(s3_prefix + "a")
        with pytest.raises(Unauthenticated, match="NoCredentialsError"):
            bucket.sign(s3_prefix + "a", seconds=60, method="GET")
    assert s3_proxy.requests == []


def test_what_the_settings_say_is_said_beside_each_request(
    seaweed: S3Server, s3_prefix: str, s3_proxy: HttpFaultProxy
) -> None:
    s3_proxy.plan.add(Answer(200, b"", [("ETag", '"e"')]), match="^PUT")
    s3_proxy.plan.add(Answer(204), match="^DELETE")
    bucket = bucket_on(
        seaweed,
        endpoint_url=s3_proxy.url,
        access=S3Access(access_key_id="i", secret_access_key="k", session_token="the-token"),
        expected_owner="123456789012",
        storage_class="STANDARD_IA",
        encryption="aws:kms",
        kms_key="alias/ours",
    )
    with closing(bucket):
        assert bucket.write(s3_prefix + "a", b"body", label=VALUE) == '"e"'
        bucket.remove(s3_prefix + "a")
    put, delete = (request.headers for request in s3_proxy.requests)
    assert put["x-amz-storage-class"] == "STANDARD_IA"
    assert put["x-amz-server-side-encryption"] == "aws:kms"
    assert put["x-amz-server-side-encryption-aws-kms-key-id"] == "alias/ours"
    for headers in (put, delete):
        assert headers["x-amz-expected-bucket-owner"] == "123456789012"
        assert headers["X-Amz-Security-Token"] == "the-token"
        assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_a_small_write_is_one_request_and_asks_nothing_first(
    seaweed: S3Server, s3_prefix: str, s3_proxy: HttpFaultProxy
) -> None:
    with closing(bucket_on(seaweed, endpoint_url=s3_proxy.url)) as bucket:
        bucket.write(s3_prefix + "a", b"body", label=VALUE)
        assert bucket.read(s3_prefix + "a") is not None
        assert bucket.read(s3_prefix + "b") is None
    assert [request.method for request in s3_proxy.requests] == ["PUT", "GET", "GET"]
    assert not any("expect" in {name.lower() for name in request.headers} for request in s3_proxy.requests)


class TestTls:
    """A server whose certificate is of our own making."""

    @pytest.fixture
    def certificates(self, tmp_path: Path) -> Certificates:
        return make_certificates(tmp_path)

    @pytest.fixture
    def proxy(self, seaweed: S3Server, certificates: Certificates) -> Iterator[HttpFaultProxy]:
        with HttpFaultProxy(seaweed.address, tls=certificates.server_context()) as proxy:
            yield proxy

    def read(self, bucket: S3Bucket, name: str) -> bytes | None:
        """What is there."""
        with closing(bucket):
            bucket.write(name, b"body", label=VALUE)
            read = bucket.read(name)
            return None if read is None else read.body

    def test_an_authority_that_is_known_is_trusted(
        self, seaweed: S3Server, proxy: HttpFaultProxy, certificates: Certificates, s3_prefix: str
    ) -> None:
        bucket = bucket_on(seaweed, endpoint_url=proxy.url, ca_file=certificates.authority)
        assert self.read(bucket, s3_prefix + "a") == b"body"

    def test_a_stranger_is_not(self, seaweed: S3Server, proxy: HttpFaultProxy, s3_prefix: str) -> None:
        with pytest.raises(StoreUnavailable, match="SSLError"):
            self.read(bucket_on(seaweed, endpoint_url=proxy.url), s3_prefix + "a")
        assert proxy.requests == []

    @pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
    def test_nothing_is_checked_where_nothing_is_to_be(
        self, seaweed: S3Server, proxy: HttpFaultProxy, s3_prefix: str
    ) -> None:
        assert self.read(bucket_on(seaweed, endpoint_url=proxy.url, verify=False), s3_prefix + "a") == b"body"
