"""What every test of the disk tier needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.integration.disk.making import opened


@pytest.fixture(autouse=True)
def close_tables() -> Iterator[None]:
    """Close what the test opened: an open database is a warning, and warnings are errors."""
    yield
    while opened:
        opened.pop().close()
