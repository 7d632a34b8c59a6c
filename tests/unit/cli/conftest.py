"""The program over real tiers, called inside this process."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest
from typer.testing import CliRunner, Result

from hexcache.adapters.inbound.cli.app import build_app
from hexcache.adapters.inbound.cli.opening import Opener, Surroundings
from hexcache.composition.command_line import opened

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command over a disk tier of this test."""
    program = (sys.executable, "-m", "hexcache.composition.command_line")
    app = build_app(Surroundings(cast(Opener, opened), program))

    def call(*args: str, urls: tuple[str, ...] | None = None, stdin: str | None = None) -> Result:
        tiers = (f"disk:{tmp_path / 'disk'}",) if urls is None else urls
        chosen = [part for url in tiers for part in ("--url", url)]
        return CliRunner().invoke(app, [*chosen, *args], input=stdin)

    return call
