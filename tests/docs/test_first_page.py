"""What the first page shows runs as it stands, and does what the page says of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import run, save, shown

PAGE = "index.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The page's files."""
    save(PAGE, tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", shown(PAGE))
def test_a_shown_program_runs(name: str, folder: Path) -> None:
    done = run(folder, name)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""


def test_the_second_run_of_the_first_program_is_served_from_disk(folder: Path) -> None:
    """Half a second for the first call of the first run, and for no other."""
    seconds: list[float] = []
    last = ""
    for _ in range(2):
        done = run(folder, "first.py")
        assert done.returncode == 0, done.stderr
        assert re.findall(r"^144 ", done.stdout, re.MULTILINE) == ["144 "] * 3
        seconds += [float(figure) for figure in re.findall(r"^144 ([\d.]+) s$", done.stdout, re.MULTILINE)]
        last = done.stdout.splitlines()[-1]
    assert [figure >= 0.5 for figure in seconds] == [True] + [False] * 5
    assert "'memory': 2" in last
    assert "'disk': 1" in last
