"""The caches that the tests of LiteLLM's face are about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.litellm.caches import MAKERS, MAPPING, UNCOUNTED, Ground
from tests.integration.litellm.callers import WORLDS, Caller


@pytest.fixture
def ground(request: pytest.FixtureRequest, tmp_path: Path, redis_prefix: str) -> Iterator[Ground]:
    """Where the caches of this test live."""
    ground = Ground(request, tmp_path, redis_prefix.rstrip(":").replace(":", "."))
    yield ground
    ground.close()


CALLS = [
    (name, world) for name in MAKERS for world in WORLDS if world == "both" or name in {"memory", "memory > redis"}
]


@pytest.fixture(params=CALLS, ids=[f"{name} by {world}" for name, world in CALLS])
def called(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Every cache called from both worlds, and some from each alone."""
    called: tuple[str, str] = request.param
    return called


COUNTED = [(name, world) for name, world in CALLS if name not in UNCOUNTED]


@pytest.fixture(params=COUNTED, ids=[f"{name} by {world}" for name, world in COUNTED])
def counted(request: pytest.FixtureRequest, ground: Ground) -> Caller:
    """Calls of every cache that can count."""
    name, world = request.param
    return Caller(ground.cache(name), world, mapping=name in MAPPING)


@pytest.fixture
def caller(ground: Ground, called: tuple[str, str]) -> Caller:
    """Calls of a new cache."""
    name, world = called
    return Caller(ground.cache(name), world, mapping=name in MAPPING)


@pytest.fixture(params=MAKERS)
def name(request: pytest.FixtureRequest) -> str:
    """Every cache, one after the other."""
    name: str = request.param
    return name
