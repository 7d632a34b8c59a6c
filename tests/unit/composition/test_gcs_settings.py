"""The section of a tier on Google Cloud Storage: tables, URLs, variables, LiteLLM's names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.composition.gcs_settings import GcsTierSettings
from hexcache.composition.loading import load_settings
from hexcache.domain.errors import InvalidSetting

KEY = {"client_email": "a@b", "private_key": "s3cret", "token_uri": "https://oauth2.googleapis.com/token"}


def section(tier: Any, variables: dict[str, str] | None = None) -> GcsTierSettings:
    (made,) = load_settings({"tiers": [tier]}, variables=variables or {}).tiers
    assert isinstance(made, GcsTierSettings)
    return made


def test_a_url_with_nothing_else_is_the_adapters_default() -> None:
    assert section("gs://bucket").bucket_settings() == GcsBucketSettings(bucket="bucket")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gs://bucket/a/b?project=payer", {"project": "payer"}),
        ("gs://bucket?service_account_file=/keys/k.json", {"service_account_file": Path("/keys/k.json")}),
        ("gs://bucket?anonymous=true&api_endpoint=http://gcs:4443", {"api_endpoint": "http://gcs:4443"}),
        ("gs://bucket?token_timeout=2s", {"token_timeout": 2.0}),
        ("gs://bucket?deadline=3s", {"token_timeout": 3.0}),
        ("gs://bucket?workers=100", {"connection": ConnectionSettings(connections=100)}),
    ],
)
def test_a_url_says_what_a_table_says(url: str, said: dict[str, Any]) -> None:
    made = section(url).bucket_settings()
    assert {name: getattr(made, name) for name in said} == said


@pytest.mark.parametrize("info", [KEY, json.dumps(KEY)], ids=["table", "text"])
def test_a_key_may_stand_in_the_settings_and_is_not_shown(info: Any) -> None:
    made = section({"url": "gs://bucket", "service_account_info": info})
    assert made.bucket_settings().service_account_info == KEY
    assert "s3cret" not in repr(made) + repr(made.bucket_settings())


def test_a_key_may_stand_in_a_variable() -> None:
    tier = {"url": "gs://bucket", "service_account_info": "os.environ/KEY"}
    assert section(tier, {"KEY": json.dumps(KEY)}).bucket_settings().service_account_info == KEY


@pytest.mark.parametrize(
    ("tier", "variables", "said"),
    [
        ("gs:", {"GCS_BUCKET_NAME": "bucket"}, {"bucket": "bucket"}),
        ("gs://own", {"GCS_BUCKET_NAME": "bucket"}, {"bucket": "own"}),
        ("gs://own", {"GCS_PATH_SERVICE_ACCOUNT": "k.json"}, {"service_account_file": Path("k.json")}),
        ("gs://own?anonymous=true", {"GCS_PATH_SERVICE_ACCOUNT": "k.json"}, {"service_account_file": None}),
        ("gs://own", {"GCS_PATH_SERVICE_ACCOUNT": ""}, {"service_account_file": None}),
        ("gs://own", {"STORAGE_EMULATOR_HOST": "http://gcs:1"}, {"api_endpoint": "http://gcs:1", "anonymous": True}),
        ("gs://own", {"STORAGE_EMULATOR_HOST": "gcs:1"}, {"api_endpoint": "http://gcs:1", "anonymous": True}),
        ("gs://own?api_endpoint=https://x", {"STORAGE_EMULATOR_HOST": "gcs:1"}, {"anonymous": False}),
        (
            {"scheme": "gs", "gcs_bucket_name": "theirs", "gcs_path_service_account": "k.json", "gcs_path": "a/b/"},
            {},
            {"bucket": "theirs", "service_account_file": Path("k.json")},
        ),
    ],
)
def test_other_names_are_understood(tier: Any, variables: dict[str, str], said: dict[str, Any]) -> None:
    made = section(tier, variables).bucket_settings()
    assert {name: getattr(made, name) for name in said} == said


def test_litellms_path_is_the_prefix() -> None:
    assert section({"scheme": "gs", "gcs_bucket_name": "theirs", "gcs_path": "a/b/"}).prefix == "a/b"


@pytest.mark.parametrize(
    ("tier", "named"),
    [
        ("gs:", "bucket"),
        ("gs://B", "bucket"),
        ({"scheme": "gs", "bucket": "one", "gcs_bucket_name": "two"}, "gcs_bucket_name and bucket are both said"),
        ("gs://bucket?anonymous=true&service_account_file=x", "service_account_file and anonymous"),
        ("gs://bucket?api_endpoint=http://gcs", "without encryption"),
        ("gs://bucket?deadline=2s&token_timeout=3s", "token_timeout"),
        ({"url": "gs://bucket", "service_account_info": "s3cret"}, "service_account_info is no table"),
        ({"url": "gs://bucket", "service_account_info": '["s3cret"]'}, "service_account_info is no table"),
        ("gs://bucket?region=us", "region"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(tier: Any, named: str) -> None:
    with pytest.raises(InvalidSetting, match=named) as refusal:
        section(tier)
    assert "s3cret" not in str(refusal.value)
