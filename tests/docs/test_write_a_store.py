"""What the page "Write a store" shows is a store that passes the kit."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import run, save, shown

PAGE = "how-to/write-a-store.md"


def verdict(folder: Path) -> str:
    """What pytest says of the page's test."""
    done = run(folder, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "test_my_store.py")
    return done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The page's files, as a reader would save them."""
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n", "utf-8")
    save(PAGE, tmp_path)
    return tmp_path


def test_the_store_is_short() -> None:
    """The page promises an afternoon."""
    lines = [line for line in shown(PAGE)["my_store.py"].splitlines() if line.strip()]
    assert 20 < len(lines) < 60


def test_the_store_passes_the_kit(folder: Path) -> None:
    said = verdict(folder)
    assert re.search(r"^[1-9]\d+ passed in", said, re.MULTILINE), said


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("if self._wall() < dead_at:", "if self._wall() <= dead_at:"),
        ("if self.get(address).token != token:", "if False:"),
        ("self._never = next(self._tokens)\n", "pass\n"),
    ],
)
def test_a_planted_fault_does_not_pass(right: str, wrong: str, folder: Path) -> None:
    source = folder / "my_store.py"
    text = source.read_text("utf-8")
    assert text.count(right) == 1
    source.write_text(text.replace(right, wrong), "utf-8")
    said = verdict(folder)
    assert re.search(r"^[1-9]\d* failed", said, re.MULTILINE), said


def test_the_factory_offers_the_store(folder: Path) -> None:
    (folder / "use.py").write_text(
        "from importlib.metadata import EntryPoint\n"
        "import hexcache\n"
        "from hexcache.composition import registry\n"
        "point = EntryPoint('mydb', 'hexcache_adapter:stores', registry.GROUP)\n"
        "registry.entry_points = lambda group: [point]\n"
        "with hexcache.open_cache('memory:', 'mydb://server/table') as cache:\n"
        "    cache.set('k', [1])\n"
        "    print(cache.get('k'), list(cache.stats()['tiers']), cache.stats()['tiers']['mydb']['writes'])\n"
        "try:\n"
        "    hexcache.open_cache('mydb:?colour=red')\n"
        "except hexcache.InvalidSetting as exc:\n"
        "    print(exc)\n",
        "utf-8",
    )
    done = run(folder, "use.py")
    assert done.stdout.splitlines() == ["[1] ['memory', 'mydb'] 1", "mydb takes no options, but was given colour"], (
        done.stderr
    )
