"""Keys of a test that are not to outlive it.

Rule: a listing walks over every key of a server, so each test takes its own away.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis

from tests.servers.single import Server


@contextmanager
def cleaned(server: Server, prefix: str) -> Iterator[None]:
    """Remove what is below a prefix when the context is left."""
    yield
    with Redis.from_url(server.url) as client:
        for key in client.scan_iter(f"{prefix}*", count=1_000):
            client.unlink(key)
