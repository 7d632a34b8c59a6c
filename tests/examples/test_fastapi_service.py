"""The example service as it is shipped: its settings, its disk and its README say the same."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from examples.fastapi_service.app import main, make_app
from examples.fastapi_service.container import HERE, configured
from hexcache import CacheSettings, InvalidSetting

README = (HERE / "README.md").read_text(encoding="utf-8")
TESTS = (HERE / "test_service.py").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and no setting from outside."""
    for name in os.environ:
        if name.startswith(("HEXCACHE_", "READING_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answers(*paths: str) -> tuple[list[Any], int]:
    """What a new process of the service answers, and how often it asked the origin for it."""
    with TestClient(main()) as client:
        return [client.get(path).json() for path in paths], client.get("/stats").json()["texts_read"]


def test_a_second_process_is_served_from_the_disk_of_the_first() -> None:
    paths = ("/texts/harbour", "/texts/harbour/neighbours")
    first, reads = answers(*paths)
    assert reads == 4
    assert first[1][0]["name"] == "lighthouse"
    assert answers(*paths) == (first, 0)


def test_making_the_application_opens_nothing(elsewhere: Path) -> None:
    app = main()
    assert list(elsewhere.iterdir()) == []
    with TestClient(app) as client:
        client.get("/texts/harbour")
    assert [path.name for path in elsewhere.iterdir()] == [".cache"]


@pytest.mark.parametrize(
    ("environment", "tiers"), [("local", "memory disk"), ("test", "memory"), ("production", "memory disk")]
)
def test_each_environment_has_its_tiers(environment: str, tiers: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEXCACHE_ENVIRONMENT", environment)
    settings: CacheSettings = configured().caching.settings()
    assert [tier.name for tier in settings.tiers] == tiers.split()
    assert settings.environment == environment
    assert settings.namespace == "reading-room"


def test_a_test_of_an_environment_without_a_disk_cannot_swap_it() -> None:
    service = configured("test")
    with (
        service.caching.disk.override("memory-store:"),
        pytest.raises(InvalidSetting, match="'disk' is overridden, but no tier is called so"),
        TestClient(make_app(service)),
    ):
        raise AssertionError("the application started")


def test_the_test_environment_serves_from_memory_alone(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEXCACHE_ENVIRONMENT", "test")
    assert answers("/texts/bakery", "/texts/bakery")[1] == 1
    assert list(elsewhere.iterdir()) == []


def test_the_readme_tells_of_every_route() -> None:
    described = set(re.findall(r"`(GET|PUT|POST|DELETE) (/\S+)`", README))
    served = {(method.upper(), path) for path, methods in main().openapi()["paths"].items() for method in methods}
    assert described == served


def test_the_readme_tells_of_every_module() -> None:
    linked = set(re.findall(r"\]\((\w+\.\w+)\)", README))
    assert linked == {path.name for path in HERE.iterdir() if path.suffix in {".py", ".toml"}}


def test_the_swap_that_the_readme_shows_is_the_one_in_the_tests() -> None:
    (shown,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert len(shown.splitlines()) == 2
    assert "".join(f"    {line}\n" for line in shown.splitlines()) in TESTS
