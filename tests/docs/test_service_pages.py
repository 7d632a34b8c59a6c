"""The service that the how-tos show runs, and its tests pass without touching the disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import run, save


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files of both pages."""
    save("how-to/embed-in-a-service.md", tmp_path)
    save("how-to/swap-adapters-in-tests.md", tmp_path)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n", "utf-8")
    return tmp_path


def test_the_tests_of_the_service_pass(folder: Path) -> None:
    done = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_service.py")
    assert "2 passed" in done.stdout, done.stdout + done.stderr
    assert not (folder / ".cache").exists()


def test_the_service_itself_uses_the_disk(folder: Path) -> None:
    (folder / "use.py").write_text(
        "from fastapi.testclient import TestClient\n"
        "from service import main\n"
        "with TestClient(main()) as client:\n"
        "    print(client.get('/reports/ada').json())\n",
        "utf-8",
    )
    for _ in range(2):
        done = run(folder, "use.py")
        assert done.stdout.strip() == "{'customer': 'ada', 'orders': 3}", done.stderr
    assert (folder / ".cache").is_dir()
