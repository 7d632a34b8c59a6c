"""What the tests of connections ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.redis.peer import Peer


@pytest.fixture
def peer() -> Iterator[Peer]:
    """A server that misbehaves."""
    with Peer() as peer:
        yield peer
