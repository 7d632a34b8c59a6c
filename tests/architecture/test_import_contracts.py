"""The contracts of import-linter hold, and each of them notices a breach."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

BREACHES = {
    "hexagon": ("domain/planted.py", "from hexcache.ports import clock"),
    "hexagon, a new layer": ("services/__init__.py", "x = 1"),
    "sides": ("adapters/inbound/cli/planted.py", "import hexcache.adapters.outbound.memory"),
    "ports-only": ("adapters/outbound/disk/planted.py", "import hexcache.application.policy"),
    "technologies": ("adapters/outbound/disk/planted.py", "import hexcache.adapters.outbound.memory"),
    "pure": ("ports/planted.py", "def f():\n    import time"),
    "standard-library": ("application/planted.py", "import msgspec"),
    "container": ("adapters/outbound/disk/planted.py", "import dependency_injector.containers"),
    "worlds": ("application/sync/planted.py", "import hexcache.application.aio"),
    "no-loop": ("application/sync/planted.py", "def f():\n    import asyncio"),
    "cycles": ("domain/planted/__init__.py", "import hexcache.domain.grown\n"),
}
"""Contract -> a file and what is planted in it."""
COMMAND = "from importlinter.cli import lint_imports_command as run; run()"


def verdict(checkout: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """What import-linter says of a checkout."""
    limits = [argument for contract in contracts for argument in ("--contract", contract)]
    return subprocess.run(
        [sys.executable, "-c", COMMAND, "--no-cache", "--no-logo", *limits],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(checkout / "src"), "COLUMNS": "200"},
        timeout=100,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy to plant breaches in."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_is_kept() -> None:
    done = verdict(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


@pytest.mark.parametrize("breach", BREACHES)
def test_a_planted_breach_is_noticed_by_its_contract(breach: str, checkout: Path) -> None:
    contract = breach.partition(",")[0]
    before = verdict(checkout, contract)
    assert "1 kept, 0 broken" in before.stdout, before.stdout + before.stderr
    place, text = BREACHES[breach]
    planted = checkout / "src" / "hexcache" / place
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.write_text(text + "\n", "utf-8")
    if contract == "cycles":
        (checkout / "src/hexcache/domain/grown.py").write_text("import hexcache.domain.planted\n", "utf-8")
    after = verdict(checkout, contract)
    assert after.returncode == 1, after.stdout + after.stderr
    assert "0 kept, 1 broken" in after.stdout
