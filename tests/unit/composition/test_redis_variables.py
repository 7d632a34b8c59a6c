"""``REDIS_*`` variables: for a tier that says no address, by the names that services set already."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.redis.settings import Address
from hexcache.composition.loading import load_settings
from hexcache.composition.redis_settings import RedisTierSettings
from hexcache.domain.errors import InvalidSetting


def tier_of(tier: Any, variables: dict[str, str]) -> RedisTierSettings:
    """What a tier comes to with these variables."""
    (made,) = load_settings({"tiers": [tier]}, variables=variables).tiers
    assert isinstance(made, RedisTierSettings)
    return made


@pytest.mark.parametrize(
    ("variables", "scheme", "expected"),
    [
        ({}, "redis", {"addresses": (Address("localhost", 6379),)}),
        ({"REDIS_HOST": "h"}, "redis", {"addresses": (Address("h", 6379),)}),
        ({"REDIS_HOST": "h", "REDIS_PORT": "7", "REDIS_DB": "2"}, "redis", {"addresses": (Address("h", 7),), "db": 2}),
        ({"REDIS_HOST": "::1", "REDIS_PORT": "7"}, "redis", {"addresses": (Address("::1", 7),)}),
        ({"REDIS_HOST": "h", "REDIS_SSL": "True"}, "rediss", {}),
        ({"REDIS_HOST": "h", "REDIS_SSL": "0"}, "redis", {"tls": None}),
        ({"REDIS_USERNAME": "u", "REDIS_PASSWORD": "p"}, "redis", {"username": "u", "password": "p"}),
        ({"REDIS_URL": "rediss://h:1/2", "REDIS_HOST": "x"}, "rediss", {"addresses": (Address("h", 1),), "db": 2}),
        ({"REDIS_URL": "redis://u@h", "REDIS_PASSWORD": "p"}, "redis", {"username": "u", "password": "p"}),
        ({"REDIS_URL": "redis://:own@h", "REDIS_PASSWORD": "p"}, "redis", {"password": "own"}),
        ({"REDIS_URL": "valkey+cluster://a,b"}, "redis+cluster", {"mode": "cluster"}),
        (
            {"REDIS_CLUSTER_NODES": '[{"host": "a", "port": 1}, {"host": "b", "port": "2"}]', "REDIS_DB": "1"},
            "redis+cluster",
            {"addresses": (Address("a", 1), Address("b", 2)), "db": 0},
        ),
        ({"REDIS_CLUSTER_NODES": "a:1, b"}, "redis+cluster", {"addresses": (Address("a", 1), Address("b", 6379))}),
        (
            {
                "REDIS_SENTINEL_NODES": '[["a", 1], ["b", 2]]', "REDIS_SERVICE_NAME": "main",
                "REDIS_SENTINEL_PASSWORD": "sp", "REDIS_PASSWORD": "p", "REDIS_SSL": "yes",
            },
            "rediss+sentinel",
            {"addresses": (Address("a", 1), Address("b", 2)), "password": "p"},
        ),
        ({"REDIS_SENTINEL_PASSWORD": "left over from elsewhere"}, "redis", {"sentinel": None}),
        (
            {"REDIS_SOCKET_TIMEOUT": "5.0", "REDIS_SOCKET_CONNECT_TIMEOUT": "2", "REDIS_CONNECTION_POOL_TIMEOUT": "1"},
            "redis",
            {"operation_deadline": 5.0, "connect_deadline": 2.0, "pool_wait": 1.0, "deadline": 7.0},
        ),
        ({"REDIS_MAX_CONNECTIONS": "9", "REDIS_CLIENT_NAME": "me"}, "redis", {"pool_size": 9, "client_name": "me"}),
    ],
)  # fmt: skip
def test_what_the_variables_come_to(variables: dict[str, str], scheme: str, expected: dict[str, Any]) -> None:
    tier = tier_of("redis:", variables)
    made = tier.connection()
    assert tier.scheme == scheme
    assert {name: getattr(made, name) for name in expected} == expected
    assert tier_of({"scheme": "redis"}, variables) == tier


@pytest.mark.parametrize(
    ("variables", "verify"),
    [
        ({}, "full"),
        ({"REDIS_SSL_CERT_REQS": "required"}, "full"),
        ({"REDIS_SSL_CERT_REQS": "none"}, "none"),
        ({"REDIS_SSL_CHECK_HOSTNAME": "false"}, "chain"),
        ({"REDIS_SSL_CERT_REQS": "None", "REDIS_SSL_CHECK_HOSTNAME": "true"}, "none"),
    ],
)
def test_how_certificates_are_checked(variables: dict[str, str], verify: str) -> None:
    tls = tier_of("redis:", {"REDIS_SSL": "true", "REDIS_SSL_CA_CERTS": "/ca", **variables}).connection().tls
    assert tls is not None
    assert tls.verify == verify
    assert str(tls.ca_file) == "/ca"


def test_what_the_tier_says_itself_goes_first() -> None:
    variables = {"REDIS_HOST": "h", "REDIS_PASSWORD": "p", "REDIS_MAX_CONNECTIONS": "9"}
    made = tier_of("redis:?pool_size=3&password=own", variables).connection()
    assert (made.addresses, made.pool_size, made.password) == ((Address("h", 6379),), 3, "own")
    assert tier_of("rediss+cluster:", variables).scheme == "rediss+cluster"


def test_a_tier_with_an_address_reads_no_variable() -> None:
    variables = {"REDIS_HOST": "h", "REDIS_PASSWORD": "p", "REDIS_PORT": "no number", "REDIS_SSL": "what"}
    made = tier_of("redis://own", variables).connection()
    assert (made.addresses, made.password, made.tls) == ((Address("own", 6379),), None, None)


@pytest.mark.parametrize(
    ("variables", "tier", "said"),
    [
        ({"REDIS_HOST": "h", "REDIS_PORT": "tcp://10.0.0.1:6379"}, "redis:", "REDIS_PORT.*Kubernetes"),
        ({"REDIS_SSL": "hidden"}, "redis:", "REDIS_SSL"),
        ({"REDIS_SSL_CERT_REQS": "hidden"}, "redis:", "REDIS_SSL_CERT_REQS"),
        ({"REDIS_CLUSTER_NODES": '[{"host": "hidden"}]'}, "redis:", "REDIS_CLUSTER_NODES"),
        ({"REDIS_SENTINEL_NODES": "[hidden"}, "redis:", "REDIS_SENTINEL_NODES"),
        ({"REDIS_SENTINEL_NODES": "a"}, "redis:", "service: needed"),
        ({"REDIS_URL": "http://:hidden@h"}, "redis:", "REDIS_URL is no Redis URL"),
        ({"REDIS_URL": "redis://:hidden@h/x"}, "redis:", "location"),
        ({"REDIS_URL": "redis+cluster://h"}, "redis+sentinel:", "the same topology"),
        ({"REDIS_DB": "hidden"}, "redis:", "os.environ/REDIS_DB"),
        ({"REDIS_MAX_CONNECTIONS": "hidden"}, "redis:", "os.environ/REDIS_MAX_CONNECTIONS"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_and_not_shown(variables: dict[str, str], tier: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said) as caught:
        tier_of(tier, variables)
    assert "hidden" not in str(caught.value)
