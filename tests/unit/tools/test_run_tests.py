"""A run of the suite is judged by what it leaves out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT
from tools.run_tests import unexpected_skips

RUN = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tools import run_tests
run_tests.ROOT = Path.cwd()
run_tests.COMPLETE = ("domain",)
sys.exit(run_tests.main(sys.argv[1:]))
"""


@pytest.mark.parametrize("reason", ["only root can give a link away", "root may read every file"])
def test_a_known_reason_for_a_skip_is_accepted(reason: str) -> None:
    assert unexpected_skips([f"('test_x.py', 3, 'Skipped: {reason}')"]) == []


def test_any_other_skip_is_named() -> None:
    assert unexpected_skips(["('test_x.py', 3, 'Skipped: no server')"]) == [
        "a test was skipped: ('test_x.py', 3, 'Skipped: no server')"
    ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of its own with one branch in its domain."""
    layer = tmp_path / "hexcache" / "domain"
    layer.mkdir(parents=True)
    for package in (layer.parent, layer):
        (package / "__init__.py").write_text("", "utf-8")
    (layer / "rule.py").write_text("def rule(x):\n    if x:\n        return 1\n    return 2\n", "utf-8")
    (tmp_path / ".coveragerc").write_text("[run]\nsource = hexcache\nbranch = true\nparallel = true\n", "utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n", "utf-8")
    return tmp_path


def run(project: Path, tests: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The tool's verdict on a project with these tests."""
    (project / "test_rule.py").write_text("import pytest\nfrom hexcache.domain.rule import rule\n" + tests, "utf-8")
    return subprocess.run(
        [sys.executable, "-P", "-c", RUN],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
        env={
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "PYTHONPATH": str(project),
            "HEXCACHE_TEST_WORKERS": "1",
            **environment,
        },
        timeout=60,
    )


WHOLE = "def test_rule():\n    assert (rule(1), rule(0)) == (1, 2)\n"
HALF = "from hexcache.domain.rule import rule\ndef test_half():\n    assert rule({}) == {}\n"
SKIPPED = "@pytest.mark.skip('no server')\ndef test_other():\n    pass\n"


def test_a_whole_run_passes_and_ends_with_the_summary_of_pytest(project: Path) -> None:
    done = run(project, WHOLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed in" in done.stdout.splitlines()[-1]


def test_workers_are_measured_as_one_run(project: Path) -> None:
    (project / "test_other.py").write_text(HALF.format(1, 1), "utf-8")
    done = run(project, HALF.format(0, 2), HEXCACHE_TEST_WORKERS="2", PYTEST_PLUGINS="xdist.plugin")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed in" in done.stdout.splitlines()[-1], done.stdout


def test_a_branch_of_the_domain_that_no_test_takes_fails_the_run(project: Path) -> None:
    done = run(project, "def test_rule():\n    assert rule(1) == 1\n")
    assert done.returncode == 1
    assert "FAULT domain is covered to" in done.stdout


def test_a_failing_test_fails_the_run(project: Path) -> None:
    assert run(project, WHOLE + "def test_false():\n    assert not rule(1)\n").returncode == 1


def test_a_run_that_measures_nothing_fails(project: Path) -> None:
    (project / "conftest.py").write_text("raise ValueError('broken')\n", "utf-8")
    assert run(project, WHOLE).returncode != 0


def test_an_unknown_skip_fails_the_run_where_skips_are_watched(project: Path) -> None:
    assert run(project, WHOLE + SKIPPED).returncode == 0
    done = run(project, WHOLE + SKIPPED, NO_SKIPS="1")
    assert done.returncode == 1
    assert "FAULT a test was skipped" in done.stdout
