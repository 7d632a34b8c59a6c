"""The section of a tier on Azure Blob Storage: from tables, URLs, variables, by LiteLLM's names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.composition import azure_tier
from hexcache.composition.azure_names import NAMES
from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.loading import load_settings
from hexcache.domain.errors import InvalidSetting, MissingExtra

KEY = "c2VjcmV0"
SAS = "sv=2026&sig=nobody-sees"
WHOLE = f"AccountName=name;AccountKey={KEY};EndpointSuffix=core.windows.net"


def section(tier: Any, variables: dict[str, str] | None = None) -> AzureTierSettings:
    (made,) = load_settings({"tiers": [tier]}, variables=variables or {}).tiers
    assert isinstance(made, AzureTierSettings)
    return made


def bucket(tier: Any, variables: dict[str, str] | None = None) -> AzureBucketSettings:
    return section(tier, variables).bucket_settings()


def test_account_and_container_are_enough() -> None:
    url = "https://account.blob.core.windows.net"
    assert bucket("azure://account/container") == AzureBucketSettings(
        container="container", account_url=url, account_name="account"
    )


def test_a_url_says_what_a_table_says() -> None:
    made = section(
        f"azure://account/container/a/b?account_url=https://other.example.com/x&account_key={KEY}&create_container=false"
        "&ca_file=ca.pem&connect_timeout=2s&connections=7"
    )
    assert made.prefix == "a/b"
    assert made.bucket_settings() == AzureBucketSettings(
        container="container",
        account_url="https://other.example.com/x",
        account_name="account",
        account_key=KEY,
        create_container=False,
        ca_file=Path("ca.pem"),
        connection=ConnectionSettings(2.0, 5.0, 7),
    )


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (
            {"account_url": "https://a.blob.core.chinacloudapi.cn", "client_id": "who"},
            {"account_url": "https://a.blob.core.chinacloudapi.cn", "client_id": "who"},
        ),
        ({"connection_string": WHOLE}, {"connection_string": WHOLE}),
        ({"account": "abc", "sas_token": SAS}, {"account_url": "https://abc.blob.core.windows.net", "sas_token": SAS}),
        (
            {"sas_url": f"https://abc.blob.core.windows.net/container?{SAS}"},
            {"account_url": "https://abc.blob.core.windows.net", "sas_token": SAS},
        ),
        (
            {"sas_url": f"http://127.0.0.1:10000/abc/container?{SAS}"},
            {"account_url": "http://127.0.0.1:10000/abc", "sas_token": SAS},
        ),
        (
            {"sas_url": f"https://abc.blob.core.windows.net/?{SAS}"},
            {"account_url": "https://abc.blob.core.windows.net"},
        ),
    ],
)
def test_who_asks_and_where_is_said_in_several_ways(table: dict[str, Any], said: dict[str, Any]) -> None:
    made = bucket({"scheme": "azure", "container": "container", **table})
    assert made.container == "container"
    assert {name: getattr(made, name) for name in said} == said


def test_a_sas_url_names_the_container() -> None:
    made = bucket({"scheme": "azure", "sas_url": f"https://abc.blob.core.windows.net/container?{SAS}"})
    assert made.container == "container"


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"AZURE_STORAGE_CONNECTION_STRING": WHOLE, "AZURE_STORAGE_ACCOUNT": "abc"}, {"connection_string": WHOLE}),
        (
            {"AZURE_STORAGE_ACCOUNT": "abc", "AZURE_STORAGE_KEY": KEY, "AZURE_STORAGE_SAS_TOKEN": SAS},
            {"account_key": KEY},
        ),
        ({"AZURE_STORAGE_ACCOUNT": "abc", "AZURE_STORAGE_SAS_TOKEN": SAS}, {"sas_token": SAS}),
        ({"AZURE_STORAGE_ACCOUNT": "abc"}, {"account_url": "https://abc.blob.core.windows.net"}),
    ],
)
def test_a_tier_without_an_account_asks_the_variables(variables: dict[str, str], said: dict[str, Any]) -> None:
    made = bucket("azure:?container=container", variables)
    assert {name: getattr(made, name) for name in said} == said


def test_what_a_tier_says_goes_before_the_variables() -> None:
    variables = {"AZURE_STORAGE_CONNECTION_STRING": WHOLE, "AZURE_STORAGE_ACCOUNT": "abc", "AZURE_STORAGE_KEY": KEY}
    assert bucket("azure://account/container", variables).connection_string is None
    mine = bucket(f"azure:?container=container&sas_token={SAS.replace('&', '%26')}", variables)
    assert (mine.account_name, mine.account_key, mine.sas_token) == ("abc", None, SAS)


def test_litellm_s_names_mean_what_they_mean_there() -> None:
    table = {"scheme": "azure", "azure_account_url": "https://a.example.com", "azure_blob_container": "container"}
    assert set(table) == {"scheme", *NAMES}
    made = bucket(table)
    assert (made.account_url, made.container) == ("https://a.example.com", "container")


def test_nobody_sees_a_secret() -> None:
    for table in (
        {"account": "abc", "account_key": "bm9ib2R5LXNlZXM="}, {"account": "abc", "sas_token": SAS},
        {"connection_string": f"AccountName=name;SharedAccessSignature={SAS}"},
        {"sas_url": f"https://abc.blob.core.windows.net/container?{SAS}"},
    ):  # fmt: skip
        made = section({"scheme": "azure", "container": "container", **table})
        shown = f"{made!r} {made.bucket_settings()!r} {made.model_dump()!r}"
        assert "nobody-sees" not in shown
        assert "bm9ib2R5LXNlZXM" not in shown


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ({}, "account"),
        ({"account": "UPPER"}, "account"),
        ({"account": "abc", "container": "No"}, "container"),
        ({"account": "abc", "container": "a--b"}, "container"),
        ({"account": "abc", "container": "c" * 64}, "container"),
        ({"account": "abc", "container": None}, "container"),
        ({"account_url": "abc.blob.core.windows.net"}, "account_url"),
        ({"account_url": "ftp://abc"}, "account_url"),
        ({"account_url": f"https://abc?{SAS}"}, "account_url"),
        ({"account_url": "http://abc"}, "account_url"),
        ({"account": "abc", "account_key": "nobody-sees!"}, "account_key"),
        ({"account": "abc", "account_key": KEY, "sas_token": SAS}, "account_key and sas_token"),
        ({"account": "abc", "account_key": KEY, "client_id": "who"}, "client_id"),
        ({"account": "abc", "connection_string": WHOLE}, "connection_string"),
        ({"connection_string": "nobody-sees"}, "connection_string"),
        ({"connection_string": "AccountName=name;AccountKey=nobody-sees!"}, "connection_string"),
        ({"sas_url": "https://abc.blob.core.windows.net/nobody-sees"}, "sas_url"),
        ({"sas_url": f"https://abc.blob.core.windows.net/other?{SAS}"}, "sas_url"),
        ({"account": "abc", "ca_file": "ca.pem", "verify": False}, "ca_file"),
        ({"account": "abc", "azure_blob_container": "other"}, "azure_blob_container and container"),
        ({"account": "abc", "azure_blob": "b"}, "azure_blob"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_name(table: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSetting, match=named) as refused:
        section({"scheme": "azure", "container": "container", **table})
    assert "nobody-sees" not in str(refused.value)


@pytest.mark.parametrize(
    "options",
    [
        {}, {"account_url": "https://a", "connection_string": WHOLE},
        {"account_url": "https://a", "account_key": KEY, "sas_token": SAS},
    ],
)  # fmt: skip
def test_the_adapter_s_own_settings_refuse_what_does_not_go_together(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidSetting, match="accepted"):
        AzureBucketSettings(container="container", **options)


def test_a_missing_library_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    made = section("azure://account/container")
    monkeypatch.setitem(sys.modules, "hexcache.adapters.outbound.objects.azure.aio.bucket", None)
    with pytest.raises(MissingExtra, match=r"hexcache\[azure\]"):
        azure_tier.buckets(made)
