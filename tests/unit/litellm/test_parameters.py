"""Constructor parameters become settings, and one that nobody knows is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hexcache import InvalidSetting
from hexcache.composition.redis_settings import RedisTierSettings
from hexcache.litellm import DiskCache, InMemoryCache, RedisCache, RedisClusterCache


def tier_of(cache: RedisCache) -> RedisTierSettings:
    (tier,) = cache.assembled.settings.tiers
    assert isinstance(tier, RedisTierSettings)
    return tier


CASES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"host": "h"}, {"scheme": "redis", "addresses": ("h",)}),
    ({"host": "h", "port": "7000", "db": "3"}, {"addresses": ("h:7000",), "db": 3}),
    ({"host": "::1", "port": 7000}, {"addresses": ("[::1]:7000",)}),
    ({"url": "rediss://u@h:7000/2"}, {"scheme": "rediss", "addresses": ("h:7000",), "db": 2, "username": "u"}),
    ({"host": "h", "ssl": "true", "ssl_cert_reqs": "none"}, {"scheme": "rediss", "verify": "none"}),
    ({"host": "h", "ssl": True, "ssl_check_hostname": False}, {"verify": "chain"}),
    ({"host": "h", "ssl": True, "ssl_check_hostname": True}, {"verify": "full"}),
    ({"host": "h", "socket_timeout": 3.0}, {"operation_deadline": 3}),
    ({"host": "h", "socket_connect_timeout": 2}, {"connect_deadline": 2}),
    ({"host": "h", "max_connections": 7, "decode_responses": True, "health_check_interval": 3}, {"pool_size": 7}),
    ({"startup_nodes": [{"host": "a", "port": 1}, ("b", 2)]}, {"scheme": "redis+cluster", "addresses": ("a:1", "b:2")}),
    (
        {"sentinel_nodes": [["a", 1]], "service_name": "main", "ssl": "on"},
        {"scheme": "rediss+sentinel", "addresses": ("a:1",), "service": "main"},
    ),
    (
        {"host": "h", "gcp_service_account": "me@x", "gcp_ssl_ca_certs": "/ca.pem", "ssl": True},
        {"identity": "google", "google_service_account": "me@x", "ca_file": "/ca.pem"},
    ),
    (
        {"host": "h", "azure_redis_ad_token": "true", "azure_client_id": "c"},
        {"identity": "azure", "azure_client_id": "c"},
    ),
    (
        {"host": "h", "aws_iam_auth": True, "aws_iam_user_name": "u", "aws_iam_cache_name": "c", "ssl": True},
        {"identity": "aws", "username": "u", "aws_cache_name": "c"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("said", "expected"), CASES)
def test_a_parameter_becomes_a_setting(said: dict[str, Any], expected: dict[str, Any]) -> None:
    tier = tier_of(RedisCache(**said))
    assert {name: getattr(tier, name) for name in expected} == expected


def test_a_password_is_kept_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = RedisCache("h", password="open sesame")
    password = tier_of(cache).password
    assert password is not None
    assert password.get_secret_value() == "open sesame"
    assert "sesame" not in repr(cache) + repr(cache.assembled)
    monkeypatch.setenv("WORD", "another")
    assert (tier_of(RedisCache("h", password="os.environ/WORD")).password or password).get_secret_value() == "another"


def test_a_flush_size_makes_a_write_buffer() -> None:
    buffer = tier_of(RedisCache("h", redis_flush_size=7)).write_buffer
    assert buffer is not None
    assert buffer.flush_size == 7
    assert tier_of(RedisCache("h")).write_buffer is None


def test_the_class_for_clusters_is_one() -> None:
    cache = RedisClusterCache("h", 7000)
    assert isinstance(cache, RedisCache)
    assert tier_of(cache).scheme == "redis+cluster"


def test_a_namespace_has_levels() -> None:
    assert RedisCache("h", namespace="team:a").assembled.settings.namespace == "team/a"
    assert RedisCache("h").assembled.settings.namespace == "litellm"
    with pytest.raises(InvalidSetting, match="namespace"):
        RedisCache("h", namespace="no spaces")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"host": "h", "socket_timeoout": 3}, "did you mean socket_timeout"),
    ({"host": "h", "color": 3}, "color"),
    ({"host": "h", "ssl": "perhaps"}, "ssl"),
    ({"host": "h", "port": "seven"}, "addresses"),
    ({"startup_nodes": [{"host": "h"}]}, "startup_nodes"),
    ({"sentinel_nodes": 7}, "sentinel_nodes"),
    ({}, "no place"),
]


@pytest.mark.parametrize(("said", "message"), REFUSED)
def test_what_cannot_be_used_is_named(said: dict[str, Any], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("REDIS_URL", "REDIS_HOST"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(InvalidSetting, match=message):
        RedisCache(**said)


def test_a_directory_is_made_when_it_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with DiskCache() as cache:
        assert not (tmp_path / ".litellm_cache").exists()
        cache.set_cache("k", 1)
        assert (tmp_path / ".litellm_cache").stat().st_mode & 0o777 == 0o700
    with DiskCache(disk_cache_dir=str(tmp_path / ".litellm_cache")) as again:
        assert again.get_cache("k") == 1
    with pytest.raises(InvalidSetting, match="size"):
        DiskCache(tmp_path, size_limits=1)


def test_settings_found_elsewhere_do_not_change_how_values_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEXCACHE_CODEC__SERIALIZER", "json")
    monkeypatch.setenv("HEXCACHE_NAMESPACE", "elsewhere")
    cache = InMemoryCache()
    cache.set_cache("k", {1: (2,)})
    assert cache.get_cache("k") == {1: (2,)}


def test_neither_litellm_nor_a_client_library_is_loaded_before_it_is_needed() -> None:
    script = (
        "import sys; from hexcache.litellm import InMemoryCache; InMemoryCache().set_cache('k', 1); print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert {"litellm", "redis", "diskcache", "boto3"} & {*done.stdout.split()} == set()
