"""What the tests of the documentation read: the files that a page shows, saved as a reader would save them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"
FILE = re.compile(r'^```(?:python|toml) title="(?P<name>[\w.]+)"\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)


def shown(page: str) -> dict[str, str]:
    """The files that a page shows, by name."""
    return {match["name"]: match["text"] for match in FILE.finditer((DOCS / page).read_text("utf-8"))}


def save(page: str, folder: Path) -> None:
    """Save every file of a page."""
    for name, text in shown(page).items():
        (folder / name).write_text(text, "utf-8")


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the folder, with warnings as errors."""
    return subprocess.run(
        [sys.executable, "-W", "error", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
        timeout=110,
    )
