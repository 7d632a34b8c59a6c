"""How the awaited client's requests go over aiohttp.

Rule: one request goes out once, an answer is read to its end before it is given, and a large body is sent piece by
piece. Connections, and the certificates that they are checked by, belong to one session: it is made with both, as the
client itself would load the certificates anew for each request and so use no connection twice.
"""

from __future__ import annotations

import ssl
from io import BytesIO
from typing import Any, Final

import aiohttp
from azure.core.pipeline.transport import AioHttpTransport

from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings

PIECEMEAL: Final = 256 * 1024
"""Bytes; well below the 1 MiB at which aiohttp warns."""


class AwaitedTransport(AioHttpTransport):  # type: ignore[misc]  # its package gives it lazily, by no type
    """Reads an answer to its end before it gives it: what breaks off is an error at once, and not asked for again."""

    async def send(self, request: Any, **config: Any) -> Any:
        """Send a request; a large body piece by piece, as the loop would stand still for it otherwise."""
        config["stream"] = False
        if isinstance(request.data, bytes) and len(request.data) > PIECEMEAL:
            request.data = BytesIO(request.data)
        return await super().send(request, **config)


async def once(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Send a request and, when the connection breaks, not again.

    aiohttp would: a conditional write that was done before its answer was lost would then be told as one that came too
    late, to the very one who wrote.
    """
    try:
        return await send(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as exc:
        raise aiohttp.ClientConnectionError("the connection broke") from exc


def awaited_transport(settings: AzureBucketSettings) -> AwaitedTransport:
    """A transport for the running loop, closed with the client that it is given to."""
    checked: ssl.SSLContext | bool = settings.verify
    if settings.verify and settings.ca_file is not None:
        checked = ssl.create_default_context(cafile=str(settings.ca_file))
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=settings.connection.connections, ssl=checked),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=True,
        middlewares=(once,),
    )
    return AwaitedTransport(
        session=session,
        connection_timeout=settings.connection.connect_timeout,
        read_timeout=settings.connection.read_timeout,
    )
