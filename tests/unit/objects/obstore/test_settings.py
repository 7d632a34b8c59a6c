"""What the vendors' settings can say is kept, or refused by name when a bucket is made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.obstore.azure import azure_dialect
from hexcache.adapters.outbound.objects.obstore.gcs import gcs_dialect
from hexcache.adapters.outbound.objects.obstore.s3 import s3_dialect
from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.domain.errors import InvalidSetting

KEYS = S3Access(access_key_id="id", secret_access_key="secret-key", session_token="secret-token")
KEY = "c2VjcmV0LWtleQ=="


def opened(**said: Any) -> Any:
    return s3_dialect(S3BucketSettings(bucket="b", access=KEYS, **said)).open()


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"access": S3Access(profile="work")}, "profile"),
        ({"expected_owner": "123"}, "expected_owner"),
        ({"api_version": "2006-03-01"}, "api_version"),
        ({"use_ssl": False}, "use_ssl"),
    ],
)
def test_what_s3_cannot_keep_is_refused_by_name(said: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSetting, match=f"^{named}: .*engine = 'sdk'"):
        s3_dialect(S3BucketSettings(bucket="b", **said))


def test_s3_is_told_all_that_it_can_keep() -> None:
    store = opened(
        region="eu-west-1",
        endpoint_url="https://host:9000",
        verify=False,
        encryption="aws:kms",
        kms_key="key",
        connection=ConnectionSettings(2.0, 7.0, 9),
    )
    assert store.config == {
        "bucket": "b",
        "region": "eu-west-1",
        "endpoint": "https://host:9000",
        "virtual_hosted_style_request": "false",
        "skip_signature": "false",
        "server_side_encryption": "aws:kms",
        "sse_kms_key_id": "key",
    }
    assert store.client_options == {
        "connect_timeout": "2s",
        "read_timeout": "7s",
        "timeout": "2m",
        "pool_max_idle_per_host": "9",
        "allow_http": "false",
        "allow_invalid_certificates": "true",
        "user_agent": "hexcache",
    }
    assert store.retry_config["max_retries"] == 0


@pytest.mark.parametrize(
    ("addressing", "endpoint", "virtual", "told"),
    [
        ("auto", None, "true", None),
        ("path", None, "false", None),
        ("auto", "https://host:9000", "false", "https://host:9000"),
        ("virtual", "https://host:9000", "true", "https://b.host:9000"),
    ],
)
def test_the_bucket_stands_where_addressing_says(
    addressing: Any, endpoint: str | None, virtual: str, told: str | None
) -> None:
    config = opened(addressing=addressing, endpoint_url=endpoint, region="us-east-1").config
    assert config["virtual_hosted_style_request"] == virtual
    assert config.get("endpoint") == told


def test_said_keys_go_before_those_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of-somebody-else")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "somebody-else")
    given = opened(region="us-east-1").credential_provider()
    assert (given["access_key_id"], given["token"]) == ("id", "secret-token")


def test_what_google_cannot_keep_is_refused_by_name() -> None:
    slow = ConnectionSettings(1.0, 8.0, 4)
    with pytest.raises(InvalidSetting, match=r"^token_timeout: .*engine = 'sdk'"):
        gcs_dialect(GcsBucketSettings(bucket="bucket", token_timeout=5.0, connection=slow))
    gcs_dialect(GcsBucketSettings(bucket="bucket", token_timeout=8.0, connection=slow))
    gcs_dialect(GcsBucketSettings(bucket="bucket", anonymous=True, connection=slow))


def test_who_pays_for_google_is_told_with_each_request() -> None:
    store = gcs_dialect(GcsBucketSettings(bucket="bucket", anonymous=True, project="payer")).open()
    assert "payer" in str(dict(store.client_options["default_headers"]))


def azure(**said: Any) -> AzureBucketSettings:
    told = {"container": "box", "account_url": "https://name.blob.core.windows.net", "create_container": False}
    return AzureBucketSettings(**{**told, **said})


def test_what_azure_cannot_keep_is_refused_by_name() -> None:
    with pytest.raises(InvalidSetting, match=r"^create_container: .*engine = 'sdk'"):
        azure_dialect(azure(create_container=True))


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"account_key": KEY}, "access_key"),
        ({"sas_token": "sv=1&sig=abc"}, "sas_token"),
        ({"account_url": None, "connection_string": f"AccountName=name;AccountKey={KEY}"}, "access_key"),
        (
            {
                "account_url": None,
                "connection_string": "BlobEndpoint=https://name.blob.core.windows.net;SharedAccessSignature=sv=1&sig=a",
            },
            "sas_token",
        ),
    ],
)
def test_one_way_to_prove_who_asks_is_used_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, said: dict[str, Any], kind: str
) -> None:
    monkeypatch.setenv("AZURE_STORAGE_TOKEN", "of-somebody-else")
    config = azure_dialect(azure(**said)).open().config
    assert (config["credential_type"], config["account_name"]) == (kind, "name")
    assert config["endpoint"] == "https://name.blob.core.windows.net"


def test_no_secret_stands_in_a_repr() -> None:
    for dialect in (
        s3_dialect(S3BucketSettings(bucket="b", access=KEYS)),
        azure_dialect(azure(account_key=KEY)),
        azure_dialect(azure(sas_token="sv=1&sig=secret")),
    ):
        assert "secret" not in repr(dialect)
        assert KEY not in repr(dialect)


def test_a_file_that_cannot_be_read_is_no_hindrance_before_it_is_used(tmp_path: Path) -> None:
    dialect = s3_dialect(S3BucketSettings(bucket="b", ca_file=tmp_path / "none"))
    with pytest.raises(FileNotFoundError):
        dialect.open()
