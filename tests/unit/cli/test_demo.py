"""The demo does real work and fails when the cache does not keep its word."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from hexcache.adapters.inbound.cli import demo as demo_module
from hexcache.adapters.inbound.cli.analysis import measure, standard_library
from tests.unit.cli.conftest import Run


def test_the_demo_keeps_its_word_on_a_few_modules(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [path for path in standard_library() if path.name in {"abc.py", "bisect.py", "heapq.py"}]
    monkeypatch.setattr(demo_module, "standard_library", lambda: few)
    monkeypatch.setattr(demo_module, "_in_new_process", lambda session, place: {"origin calls": 0, "tiers": {}})
    facts = json.loads(run("--json", "demo").stdout)
    assert facts["modules"] == len(few)
    assert facts["passes"]["cold"]["origin calls"] == len(few)
    assert facts["passes"]["warm"]["origin calls"] == 0
    assert facts["stampede"]["origin calls"] == 1
    assert facts["stampede"]["answers"] == facts["stampede"]["threads"]
    assert facts["failing_origin"]["served"] == "first answer"
    assert facts["failing_origin"]["after"] == "second answer"
    assert facts["as_expected"] is True


def test_another_process_finds_on_disk_what_this_one_stored(run: Run, tmp_path: Path) -> None:
    place = tmp_path / "place"
    program = [sys.executable, "-m", "hexcache.composition.command_line"]
    asked = [*program, "--url", f"disk:{place}"]
    subprocess.run([*asked, "set", "k", "[1, 2]"], check=True, timeout=60, stdout=subprocess.DEVNULL)
    found = subprocess.run([*asked, "get", "k"], check=True, timeout=60, capture_output=True, text=True)
    assert json.loads(found.stdout) == [1, 2]


def test_a_module_is_measured(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text("import os\n\n\ndef f(x):\n    return 1 if x else 2\n\n\nclass C:\n    pass\n")
    assert measure(str(module)) == {"lines": 9, "functions": 1, "classes": 1, "branches": 1, "imports": 1}
    module.write_text("def broken(:\n")
    assert measure(str(module))["lines"] == 0
    assert len(standard_library()) > 300
