"""Settings are checked when they are made, by name, and never show a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings, TlsSettings
from hexcache.domain.errors import InvalidSetting


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("mode", {"mode": "ring"}),
        ("addresses", {"addresses": ()}),
        ("addresses", {"addresses": (Address("a"), Address("b"))}),
        ("address", {"addresses": (Address(""),)}),
        ("address", {"addresses": (Address("a", 0),)}),
        ("address", {"addresses": ("a:1",)}),
        ("db", {"db": -1}),
        ("db", {"mode": "cluster", "db": 1}),
        ("pool_size", {"pool_size": 0}),
        ("pool_size", {"pool_size": True}),
        ("deadline", {"deadline": 0}),
        ("connect_deadline", {"connect_deadline": float("inf")}),
        ("operation_deadline", {"operation_deadline": "1"}),
        ("pool_wait", {"pool_wait": -1.0}),
        ("sentinel", {"mode": "sentinel"}),
        ("sentinel", {"sentinel": SentinelSettings("main")}),
        ("credential_provider", {"credential_provider": object(), "password": "p"}),
        ("replica_reads", {"replica_reads": True}),
        ("client_name", {"client_name": "two words"}),
    ],
)
def test_a_setting_out_of_bounds_is_named(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(InvalidSetting, match=name) as caught:
        RedisSettings(**options)
    assert "accepted" in str(caught.value)


def test_tls_and_sentinel_settings_are_checked_too() -> None:
    with pytest.raises(InvalidSetting, match="verify"):
        TlsSettings(verify="sometimes")  # type: ignore[arg-type] # on purpose
    with pytest.raises(InvalidSetting, match="min_version"):
        TlsSettings(min_version="1.0")  # type: ignore[arg-type] # on purpose
    with pytest.raises(InvalidSetting, match="cert_file"):
        TlsSettings(key_file=Path("k"))
    with pytest.raises(InvalidSetting, match="service"):
        SentinelSettings("")


def test_no_secret_is_shown() -> None:
    secrets: dict[str, Any] = {"password": "hidden-1", "tls": TlsSettings(key_password="hidden-2")}
    settings = RedisSettings(
        mode="sentinel", sentinel=SentinelSettings("main", password="hidden-3"), username="app", **secrets
    )
    assert "hidden" not in repr(settings)
    assert "app" in repr(settings)
    assert "hidden" not in repr(RedisSettings(credential_provider="hidden-4"))


def test_an_address_reads_as_people_write_it() -> None:
    assert str(Address("cache.internal", 6380)) == "cache.internal:6380"
    assert str(Address("::1")) == "[::1]:6379"
