"""How the blocking client's requests go over requests.

Rule: one request goes out once, an answer is read to its end before it is given, and as many connections are kept as
the settings say (requests keeps ten, for which more threads than that would fight).
"""

from __future__ import annotations

from typing import Any

import requests
from azure.core.pipeline.transport import RequestsTransport
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings


class BlockingTransport(RequestsTransport):  # type: ignore[misc]  # its package gives it lazily, by no type
    """Reads an answer to its end before it gives it: what breaks off is an error at once, and not asked for again."""

    def send(self, request: Any, **config: Any) -> Any:
        """Send a request."""
        config["stream"] = False
        return super().send(request, **config)


def blocking_transport(settings: AzureBucketSettings) -> BlockingTransport:
    """A transport, closed with the client that it is given to."""
    never = Retry(total=False, redirect=False, raise_on_status=False)
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(pool_maxsize=settings.connection.connections, max_retries=never))
    verified: bool | str = str(settings.ca_file) if settings.verify and settings.ca_file else settings.verify
    return BlockingTransport(
        session=session,
        connection_timeout=settings.connection.connect_timeout,
        read_timeout=settings.connection.read_timeout,
        connection_verify=verified,
    )
