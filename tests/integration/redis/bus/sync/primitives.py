"""Links of the blocking world to a server of the tests. Written by hand in each world, with the same names."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.testing.held import SAFETY_LIMIT
from tests.integration.redis.bus.clients import PATIENT, client_of


@contextmanager
def link_to(url: str, patience: float = PATIENT) -> Iterator[ClientLink]:
    """A link to a server, over a client that is closed in the end."""
    client = client_of(url, patience)
    try:
        yield ClientLink(client)
    finally:
        client.close()


def until(true: Callable[[], object]) -> None:
    """Wait until something becomes true; what never does fails the test."""
    end = time.monotonic() + SAFETY_LIMIT
    while not true():
        assert time.monotonic() < end, "what was waited for did not come"
        time.sleep(0.005)


def pause(seconds: float) -> None:
    """Let time pass."""
    time.sleep(seconds)
