"""What a client needs to get through to a server behind TLS."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import TimeoutError as NoAnswer

from tests.integration.servers.aio.primitives import client_at
from tests.servers.binaries import find_any
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.tls import TLSServer, behind_tls


def trusting(certificates: Certificates) -> dict[str, Any]:
    """Settings of a client that trusts this authority and nobody else."""
    return {"ssl": True, "ssl_ca_certs": str(certificates.authority), "ssl_min_version": ssl.TLSVersion.TLSv1_3}


async def test_a_client_that_trusts_the_authority_gets_through(tls_redis: TLSServer) -> None:
    async with client_at(tls_redis.port, **trusting(tls_redis.certificates)) as client:
        assert await client.echo("x" * 100_000) == b"x" * 100_000


async def test_a_client_that_trusts_another_authority_does_not(tls_redis: TLSServer, tmp_path: Path) -> None:
    async with client_at(tls_redis.port, **trusting(make_certificates(tmp_path))) as client:
        with pytest.raises(NoConnection, match="CERTIFICATE_VERIFY_FAILED"):
            await client.ping()


async def test_a_client_without_tls_does_not(tls_redis: TLSServer) -> None:
    async with client_at(tls_redis.port) as client:
        with pytest.raises(NoConnection):
            await client.ping()


async def test_a_black_hole_swallows_the_handshake(tls_redis: TLSServer) -> None:
    tls_redis.proxy.faults.black_hole = True
    try:
        async with client_at(tls_redis.port, timeout=0.05, **trusting(tls_redis.certificates)) as client:
            with pytest.raises(NoAnswer):
                await client.ping()
    finally:
        tls_redis.proxy.heal()


async def test_a_server_may_demand_a_certificate(tmp_path: Path) -> None:
    with behind_tls(find_any(), tmp_path, mutual=True) as server:
        settings = trusting(server.certificates)
        shown: dict[str, Any] = {
            "ssl_certfile": str(server.certificates.client),
            "ssl_keyfile": str(server.certificates.client_key),
        }
        async with client_at(server.port, **settings, **shown) as client:
            assert await client.ping()
        async with client_at(server.port, **settings) as client:
            with pytest.raises(NoConnection):
                await client.ping()
