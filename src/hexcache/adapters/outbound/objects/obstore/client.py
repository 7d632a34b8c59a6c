"""How obstore connects, whatever the vendor.

Rule: it never tries a request again; it waits no longer than its settings say, for a connection and for the next bytes.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hexcache.adapters.outbound.objects.settings import ConnectionSettings

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig

EXCHANGE: Final = 120.0
"""Longest exchange, seconds: an answer that trickles holds a thread no longer. The store's own deadline is shorter."""

ONCE: Final[RetryConfig] = {"max_retries": 0}


def client_options(
    connection: ConnectionSettings, *, url: str | None, verify: bool = True, ca_file: Path | None = None
) -> ClientConfig:
    """The options of the client.

    Args:
        connection: its waits.
        url: of the endpoint; None for the vendor's own, over TLS.
        verify: whether the server's certificate is checked.
        ca_file: authorities to trust beside the machine's own; read here.

    Raises:
        OSError: the file cannot be read.
    """
    waits = connection.connect_timeout + connection.read_timeout
    options: ClientConfig = {
        "allow_http": url is not None and url.startswith("http:"),
        "connect_timeout": timedelta(seconds=connection.connect_timeout),
        "read_timeout": timedelta(seconds=connection.read_timeout),
        "timeout": timedelta(seconds=max(EXCHANGE, waits)),
        "pool_max_idle_per_host": str(connection.connections),
        "user_agent": "hexcache",
    }
    if not verify:
        options["allow_invalid_certificates"] = True
    if ca_file is not None:
        options["root_certificate"] = Path(ca_file).read_bytes()
    return options
