"""Both worlds have one source."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import PACKAGE, ROOT, name_of
from tools import unasync


def test_every_blocking_twin_is_current() -> None:
    done = subprocess.run(
        [sys.executable, "tools/unasync.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stdout


def public_names(source: str) -> set[str]:
    """What a module defines at its top for others, in the blocking world's spelling."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
    return {unasync.twin_name(name) for name in names if not name.startswith("_")}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("aio/primitives.py")), ids=name_of)
def test_the_blocking_half_of_a_hand_written_pair_offers_all_that_its_twin_does(path: Path) -> None:
    """The generated code finds in its own world whatever the source finds in the other."""
    twin = path.parent.parent / "sync" / path.name
    assert public_names(path.read_text("utf-8")) - public_names(twin.read_text("utf-8")) == set()
