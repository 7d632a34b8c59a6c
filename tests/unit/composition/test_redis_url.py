"""URLs of Redis tiers: every form, what they come to, and that nothing of them is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from hexcache.composition.loading import load_settings
from hexcache.composition.redis_settings import REDIS_SCHEMES, RedisTierSettings, is_encrypted, mode_of
from hexcache.composition.redis_url import location_table
from hexcache.domain.errors import InvalidSetting


def tier_of(*tiers: Any, **variables: str) -> RedisTierSettings:
    """The first tier that these settings come to."""
    tier = load_settings({"tiers": list(tiers)}, variables=variables).tiers[0]
    assert isinstance(tier, RedisTierSettings)
    return tier


def connection(url: str) -> RedisSettings:
    """What the adapter is told."""
    return tier_of(url).connection()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://cache", {"addresses": (Address("cache", 6379),), "mode": "standalone", "tls": None}),
        ("redis://cache:6380/3", {"addresses": (Address("cache", 6380),), "db": 3}),
        ("redis://cache/", {"db": 0}),
        ("redis://[::1]:7000/1", {"addresses": (Address("::1", 7000),), "db": 1}),
        ("redis://app:s3cret@cache", {"username": "app", "password": "s3cret"}),
        ("redis://:s%40cret%2F@cache", {"username": None, "password": "s@cret/"}),
        ("redis://app@cache", {"username": "app", "password": None}),
        ("redis://a:b@c@cache", {"username": "a", "password": "b@c"}),
        ("redis://cache?username=app&password=p", {"username": "app", "password": "p"}),
        (
            "redis+sentinel://:p@one,two:26380/main/2",
            {"mode": "sentinel", "addresses": (Address("one", 26379), Address("two", 26380)), "db": 2},
        ),
        ("redis+sentinel://one?service=main", {"mode": "sentinel"}),
        ("redis+cluster://a:1,b:2", {"mode": "cluster", "addresses": (Address("a", 1), Address("b", 2))}),
        ("valkey://cache", {"mode": "standalone", "tls": None}),
        ("redis://cache?connect_deadline=100ms&operation_deadline=50ms", {"deadline": pytest.approx(0.15)}),
        ("redis://cache?operation_deadline=2s&deadline=1s", {"operation_deadline": 2.0, "deadline": 1.0}),
        ("redis://cache?pool_size=7&pool_wait=0.1", {"pool_size": 7, "pool_wait": 0.1}),
        ("redis://cache?client_name=me", {"client_name": "me"}),
    ],
)  # fmt: skip
def test_what_a_url_comes_to(url: str, expected: dict[str, Any]) -> None:
    made = connection(url)
    assert {name: getattr(made, name) for name in expected} == expected


def test_tls_is_asked_for_by_the_scheme() -> None:
    url = "rediss+sentinel://one/main?ca_file=~/ca.pem&cert_file=c&key_file=k&key_password=p&verify=chain&tls_min_version=1.3"
    made = connection(url)
    assert made.tls is not None
    assert made.tls.ca_file == Path("~/ca.pem").expanduser()
    assert (made.tls.cert_file, made.tls.key_file, made.tls.key_password) == (Path("c"), Path("k"), "p")
    assert (made.tls.verify, made.tls.min_version) == ("chain", "1.3")
    assert made.sentinel is not None
    assert made.sentinel.tls == made.tls
    plain = connection(f"{url}&sentinel_tls=no&sentinel_username=u&sentinel_password=sp")
    assert plain.sentinel is not None
    assert (plain.sentinel.tls, plain.sentinel.username, plain.sentinel.password) == (None, "u", "sp")
    assert plain.password is None


@pytest.mark.parametrize("scheme", REDIS_SCHEMES)
def test_every_scheme_says_topology_and_encryption(scheme: str) -> None:
    word, _, mode = scheme.partition("+")
    assert mode_of(scheme) == (mode or "standalone")
    assert is_encrypted(scheme) == (word in {"rediss", "valkeys"})
    service = "/main" if mode == "sentinel" else ""
    made = connection(f"{scheme}://host{service}")
    assert (made.mode, made.tls is not None) == (mode_of(scheme), is_encrypted(scheme))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("redis://one,two", "addresses: 2 for one server"),
        ("redis://cache/x", "location"),
        ("redis://cache/1/2", "location"),
        ("redis:cache", "location"),
        ("redis://ca che", "location"),
        ("redis://cache:0", "host:port"),
        ("redis://cache:65536", "host:port"),
        ("redis://cache:port", "host:port"),
        ("redis://a,,b", "host:port"),
        ("redis+sentinel://one", "service: needed"),
        ("redis://one?service=main", "service: needed with Sentinels, and only there"),
        ("redis+cluster://one/1", "database 0"),
        ("redis://one?replica_reads=yes", "replica_reads"),
        ("redis://one?key_file=k", "cert_file"),
        ("redis://one?verify=sometimes", "verify"),
        ("redis://one?pool_size=0", "pool_size"),
        ("redis://one?deadline=0", "deadline"),
        ("redis://one?db=1&adresses=x", "did you mean addresses"),
        ("redis://one/1?db=2", "says db as an option"),
    ],
)
def test_a_url_that_cannot_be_meant_is_refused(url: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        tier_of(url)


def test_a_client_name_that_no_server_takes_is_refused_when_the_tier_is_made() -> None:
    with pytest.raises(InvalidSetting, match="client_name"):
        connection("redis://one?client_name=two+words")


@given(st.text(), st.text())
def test_any_user_and_password_can_be_said(user: str, password: str) -> None:
    from urllib.parse import quote  # noqa: PLC0415 - of this law alone

    table = location_table("redis", f"//{quote(user, safe='')}:{quote(password, safe='')}@host", "")
    assert table.get("username", "") == user
    assert table["password"] == password


def test_no_secret_is_shown() -> None:
    url = "rediss+sentinel://app:hidden@one/main?sentinel_password=hidden&key_password=hidden&cert_file=c"
    settings = load_settings({"tiers": [url]}, variables={})
    assert "hidden" not in repr(settings)
    assert "hidden" not in repr(connection(url))
    with pytest.raises(InvalidSetting) as caught:
        tier_of(url + "&db=hidden")
    assert "app:hidden" not in str(caught.value)


def test_tiers_of_any_of_its_schemes_are_called_redis() -> None:
    tiers = load_settings({"tiers": ["memory:", "rediss+cluster://one", "valkey://two"]}, variables={}).tiers
    assert [tier.name for tier in tiers] == ["memory", "redis", "redis2"]
    assert tier_of("valkeys://one", HEXCACHE_TIERS__REDIS__PREFIX="app:").prefix == "app:"


def test_a_table_says_the_same_as_a_url() -> None:
    table = {"scheme": "redis+sentinel", "addresses": ["one", "two:26380"], "service": "main", "password": "p", "db": 2}
    assert tier_of(table).connection() == connection("redis+sentinel://:p@one,two:26380/main/2")
    assert tier_of({**table, "addresses": "one, two:26380"}) == tier_of(table)
