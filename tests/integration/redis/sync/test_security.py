# Generated from tests/integration/redis/aio/test_security.py by tools/unasync.py. Do not edit.
"""TLS, passwords and access lists: what gets in, what does not, and what is said about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.credentials import CredentialProvider

from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.probe import test_connection
from hexcache.adapters.outbound.redis.settings import TlsSettings, Verify
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.redis.settings import settings_at, settings_of
from tests.integration.redis.timing import Within
from tests.servers.binaries import find_any
from tests.servers.certificates import make_certificates
from tests.servers.single import Server
from tests.servers.tls import TLSServer, behind_tls

QUICK = {"deadline": 0.6, "connect_deadline": 0.4, "operation_deadline": 0.2, "pool_wait": 0.2}


def trusting(server: TLSServer, verify: Verify = "full") -> TlsSettings:
    """TLS that trusts the server's authority."""
    return TlsSettings(ca_file=server.certificates.authority, verify=verify)


@pytest.mark.parametrize("verify", ["full", "chain", "none"])
def test_values_pass_through_tls(tls_redis: TLSServer, redis_prefix: str, verify: Verify) -> None:
    link = open_link(settings_at(tls_redis.port, tls=trusting(tls_redis, verify)))
    key, value = f"{redis_prefix}k".encode(), b"x" * 300_000
    assert link.call("SET", key, value, "PX", 60_000) == b"OK"
    assert link.get(key) == value
    assert link.call_all([("GET", key)] * 5) == [value] * 5
    link.close()


def test_a_connection_by_name_checks_the_name(tls_redis: TLSServer) -> None:
    link = open_link(settings_at(tls_redis.port, host="localhost", tls=trusting(tls_redis)))
    link.ping()
    link.close()


def test_a_server_of_an_unknown_authority_is_refused(tls_redis: TLSServer, tmp_path: Path) -> None:
    stranger = make_certificates(tmp_path).authority
    for verify in ("full", "chain"):
        link = open_link(settings_at(tls_redis.port, tls=TlsSettings(ca_file=stranger, verify=verify)))
        with pytest.raises(StoreUnavailable) as caught:
            link.ping()
        assert "CERTIFICATE_VERIFY_FAILED" in str(caught.value.__cause__)
        link.close()
    report = test_connection(settings_at(tls_redis.port, tls=TlsSettings(ca_file=stranger)))
    assert not report.ok
    assert "certificate verify failed" in report.error


def test_who_shows_no_certificate_is_kept_out_where_one_is_asked_for(tmp_path: Path) -> None:
    with behind_tls(find_any(), tmp_path, mutual=True, password="s3cret") as server:
        certificates = server.certificates
        tls = TlsSettings(certificates.authority, certificates.client, certificates.client_key)
        link = open_link(settings_at(server.port, tls=tls, password="s3cret"))
        link.ping()
        link.close()
        link = open_link(settings_at(server.port, tls=trusting(server), password="s3cret", **QUICK))
        with pytest.raises(StoreError):
            link.ping()
        link.close()


def test_plain_talk_to_a_server_of_tls_ends_in_time(tls_redis: TLSServer) -> None:
    link = open_link(settings_at(tls_redis.port, **QUICK))
    with Within(0.6), pytest.raises(StoreError):
        link.ping()
    link.close()


def test_tls_with_a_server_that_says_nothing_ends_with_connecting(tls_redis: TLSServer) -> None:
    link = open_link(settings_at(tls_redis.port, tls=trusting(tls_redis), **QUICK))
    tls_redis.proxy.faults.black_hole = True
    try:
        with Within(0.4), pytest.raises(StoreTimeout):
            link.ping()
    finally:
        tls_redis.proxy.heal()
    link.close()


def test_a_wrong_password_is_refused_and_not_shown(secured_redis: Server) -> None:
    for options in ({"password": "hidden"}, {"username": "app", "password": "hidden"}, {"password": None}):
        link = open_link(settings_of(secured_redis, **options))
        with pytest.raises(StoreUnavailable) as caught:
            link.get(b"k")
        assert "hidden" not in str(caught.value)
        link.close()
        report = test_connection(settings_of(secured_redis, **options))
        assert report.status == "failed"
        assert "hidden" not in report.error


def test_a_user_of_the_access_list_does_what_it_may(secured_redis: Server, redis_prefix: str) -> None:
    user = secured_redis.user
    assert user is not None
    link = open_link(settings_of(secured_redis, username=user.name, password=user.password))
    key = f"{user.prefix}{redis_prefix}k".encode()
    assert link.call("SET", key, b"v", "PX", 60_000) == b"OK"
    assert link.get(key) == b"v"
    replies = link.call_all([("GET", key), ("GET", b"not-mine"), ("FLUSHALL",)])
    assert replies[0] == b"v"
    assert [type(reply) for reply in replies[1:]] == [StoreRejected, StoreRejected]
    with pytest.raises(StoreRejected):
        link.get(b"not-mine")
    with pytest.raises(StoreRejected):
        link.get_many([key, b"not-mine"])
    link.close()


def test_a_user_who_may_not_ask_what_the_server_is_can_be_probed(secured_redis: Server) -> None:
    user = secured_redis.user
    assert user is not None
    report = test_connection(settings_of(secured_redis, username=user.name, password=user.password))
    assert report.ok
    assert report.server in {"valkey", "redis"}
    assert report.version


class Changing(CredentialProvider):
    """Gives what it is told to."""

    def __init__(self, *credentials: str) -> None:
        self.credentials = credentials
        self.asked = 0

    def get_credentials(self) -> tuple[str, ...]:  # type: ignore[override] # redis-py says a pair
        self.asked += 1
        return self.credentials


def test_a_provider_is_asked_at_each_new_connection(secured_redis: Server) -> None:
    assert secured_redis.password is not None
    provider = Changing("wrong")
    settings = settings_at(secured_redis.port, credential_provider=provider)
    link = open_link(settings)
    with pytest.raises(StoreUnavailable):
        link.ping()
    provider.credentials = (secured_redis.password,)
    link.ping()
    link.ping()
    assert provider.asked == 2
    link.close()
