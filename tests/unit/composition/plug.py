"""A third party's adapter, announced as an installed distribution announces it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ADAPTER = """
from functools import partial

from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.adapters.outbound.memory.sync.store import MemoryStore
from hexcache.composition.stores import StoreRequest, Stores
from hexcache.domain.errors import InvalidSetting
from hexcache.ports.capabilities import Capabilities

requests = []


def stores(request: StoreRequest) -> Stores:
    requests.append(request)
    unknown = set(request.options) - {"table"}
    if unknown:
        raise InvalidSetting(f"{request.scheme}: {unknown} is no option; accepted: table")
    table = BlobTable(request.clocks.wall)
    return Stores(
        capabilities=Capabilities(shared=True),
        blocking=partial(MemoryStore, table),
        awaited=partial(AsyncMemoryStore, table),
    )


def nothing(request):
    return None


not_callable = 3
"""

ENTRY_POINTS = """[hexcache.stores]
mydb = my_adapter:stores
nothing = my_adapter:nothing
three = my_adapter:not_callable
gone = my_adapter:gone
absent = my_absent_adapter:stores
memory = my_adapter:stores
"""


@pytest.fixture
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapter is installed for the time of one test."""
    (tmp_path / "my_adapter.py").write_text(ADAPTER)
    info = tmp_path / "my_adapter-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-adapter\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "my_adapter", raising=False)
