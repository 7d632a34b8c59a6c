"""The section of a tier on S3: from tables, from URLs, by LiteLLM's names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.composition.loading import load_settings
from hexcache.composition.s3_names import NAMES
from hexcache.composition.s3_settings import S3TierSettings
from hexcache.domain.errors import InvalidSetting

KEYS = {"access_key_id": "id-that-nobody-sees", "secret_access_key": "key-that-nobody-sees"}


def section(tier: Any, variables: dict[str, str] | None = None) -> S3TierSettings:
    (made,) = load_settings({"tiers": [tier]}, variables=variables or {}).tiers
    assert isinstance(made, S3TierSettings)
    return made


def test_a_bucket_alone_is_enough() -> None:
    assert section("s3://bucket").bucket_settings() == S3BucketSettings(bucket="bucket")


def test_a_url_says_what_a_table_says() -> None:
    url = (
        "s3://bucket/a/b?region=eu-west-1&endpoint_url=https://s3.example.com:9000&access_key_id=i&secret_access_key=k"
        "&session_token=t&verify=false&addressing=path&expected_owner=123456789012&storage_class=STANDARD_IA"
        "&encryption=aws:kms&kms_key=alias/ours&api_version=2006-03-01&connect_timeout=2s&connections=7&workers=3"
    )
    made = section(url)
    assert made.prefix == "a/b"
    assert made.bucket_settings() == S3BucketSettings(
        bucket="bucket",
        region="eu-west-1",
        endpoint_url="https://s3.example.com:9000",
        verify=False,
        access=S3Access(access_key_id="i", secret_access_key="k", session_token="t"),
        addressing="path",
        api_version="2006-03-01",
        expected_owner="123456789012",
        storage_class="STANDARD_IA",
        encryption="aws:kms",
        kms_key="alias/ours",
        connection=ConnectionSettings(2.0, 5.0, 7),
    )


def test_every_worker_has_a_connection() -> None:
    assert section("s3://bucket?connections=1&workers=9").bucket_settings().connection.connections == 9


def test_keys_come_from_variables() -> None:
    table = {"scheme": "s3", "bucket": "b", "access_key_id": "os.environ/ID", "secret_access_key": "os.environ/KEY"}
    made = section(table, {"ID": "i", "KEY": "k"})
    assert made.bucket_settings().access == S3Access(access_key_id="i", secret_access_key="k")


def test_nobody_sees_a_key() -> None:
    made = section({"scheme": "s3", "bucket": "b", "session_token": "token-that-nobody-sees", **KEYS})
    assert "nobody-sees" not in f"{made!r} {made.bucket_settings()!r} {made.model_dump()!r}"


def test_litellm_s_names_mean_what_they_mean_there() -> None:
    table = {
        "scheme": "s3",
        "s3_bucket_name": "bucket",
        "s3_region_name": "us-west-2",
        "s3_api_version": "2006-03-01",
        "s3_use_ssl": False,
        "s3_verify": False,
        "s3_endpoint_url": "http://localhost:9000",
        "s3_aws_access_key_id": "i",
        "s3_aws_secret_access_key": "k",
        "s3_aws_session_token": "t",
        "s3_path": "cache/one/",
    }
    assert set(table) == {"scheme", *NAMES}
    made = section(table)
    assert made.prefix == "cache/one"
    assert made.bucket_settings() == S3BucketSettings(
        bucket="bucket",
        region="us-west-2",
        api_version="2006-03-01",
        use_ssl=False,
        verify=False,
        endpoint_url="http://localhost:9000",
        access=S3Access(access_key_id="i", secret_access_key="k", session_token="t"),
    )
    assert section({**table, "s3_verify": "ca.pem"}).bucket_settings().ca_file == Path("ca.pem")
    assert section({**table, "s3_verify": None, "s3_region_name": None}).bucket_settings().verify is True


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"endpoint_url": "localhost:9000"}, "endpoint_url"),
        ({"endpoint_url": "ftp://localhost"}, "endpoint_url"),
        ({"endpoint_url": "http://user:nobody-sees@localhost"}, "endpoint_url"),
        ({"endpoint_url": "http://localhost:port"}, "endpoint_url"),
        ({"access_key_id": "id-that-nobody-sees"}, "secret_access_key"),
        ({"session_token": "token-that-nobody-sees"}, "access_key_id"),
        ({"profile": "work", **KEYS}, "profile"),
        ({"addressing": "dns"}, "addressing"),
        ({"encryption": "rot13"}, "encryption"),
        ({"kms_key": "alias/ours"}, "kms_key"),
        ({"kms_key": "alias/ours", "encryption": "AES256"}, "kms_key"),
        ({"ca_file": "ca.pem", "verify": False}, "ca_file"),
        ({"bucket": ""}, "bucket"),
        ({"bucket": "a/b"}, "bucket"),
        ({"s3_bucket_name": "other"}, "s3_bucket_name and bucket"),
        ({"s3_config": object()}, "s3_config"),
        ({"s3_buckets": "b"}, "s3_buckets"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(options: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSetting, match=named) as refused:
        section({"scheme": "s3", "bucket": "b", **options})
    assert "nobody-sees" not in str(refused.value)


@pytest.mark.parametrize(
    "options", [{"addressing": "dns"}, {"encryption": "rot13"}, {"bucket": ""}], ids=lambda options: next(iter(options))
)
def test_the_adapter_s_own_settings_refuse_the_same(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidSetting, match=next(iter(options))):
        S3BucketSettings(**{"bucket": "b", **options})
