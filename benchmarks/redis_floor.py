"""The least that a request over a socket costs: bytes packed beforehand, replies counted and not parsed.

Rule: nothing real could do less, so what stands above it is a client's own cost.
"""

from __future__ import annotations

import socket
from collections.abc import Sequence


def packed(*words: bytes) -> bytes:
    """A command as a server reads it."""
    return b"*%d\r\n" % len(words) + b"".join([b"$%d\r\n%s\r\n" % (len(word), word) for word in words])


class Floor:
    """One connection that sends what it is given and reads as many bytes as the reply is known to have."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes, size: int) -> None:
        """Send, and read ``size`` bytes."""
        self._socket.sendall(request)
        while size > 0:
            size -= len(self._socket.recv(min(size, 1 << 20)))

    def requests(self, keys: Sequence[bytes], *, blob: bytes | None = None) -> list[bytes]:
        """A ``GET`` of each key, or a ``SET`` of each to the blob."""
        return [packed(b"GET", key) if blob is None else packed(b"SET", key, blob) for key in keys]

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()
