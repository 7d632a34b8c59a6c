"""Importing the package loads the package's face and nothing behind it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

HEAVY = (
    "aiohttp",
    "asyncio",
    "azure",
    "boto3",
    "botocore",
    "concurrent.futures",
    "cryptography",
    "dependency_injector",
    "diskcache",
    "email",
    "google",
    "http",
    "logging",
    "msgspec",
    "multiprocessing",
    "pydantic",
    "pydantic_core",
    "pydantic_settings",
    "redis",
    "rich",
    "socket",
    "sqlite3",
    "ssl",
    "structlog",
    "typer",
    "yaml",
    "zstandard",
)
SCRIPT = "import json, sys; import {module}; print(json.dumps(sorted(sys.modules)))"


def loaded_by(module: str) -> set[str]:
    """What a new interpreter holds after one import; measurements of coverage stay out of it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("COV", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(module=module)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        timeout=60,
    )
    names: list[str] = json.loads(done.stdout)
    return set(names)


@pytest.fixture(scope="module")
def bare() -> set[str]:
    """What the interpreter (and its site customisation) loads by itself."""
    return loaded_by("json")


def test_importing_hexcache_loads_no_sdk_no_loop_and_no_logging(bare: set[str]) -> None:
    fresh = loaded_by("hexcache") - bare
    assert [name for name in HEAVY if name in fresh] == []


def test_importing_hexcache_loads_nothing_of_adapters_use_cases_or_composition() -> None:
    loaded = loaded_by("hexcache")
    assert "hexcache" in loaded
    assert (
        sorted(
            name
            for name in loaded
            if name.startswith(("hexcache.adapters", "hexcache.application", "hexcache.composition"))
        )
        == []
    )


def test_the_pytest_plugin_loads_no_sdk_and_no_adapter() -> None:
    """It is loaded in every run of whoever installed hexcache."""
    loaded = loaded_by("hexcache.testing.plugin")
    assert sorted(name for name in loaded if name.startswith(("hexcache.adapters", "hexcache.composition"))) == []
    assert not {"diskcache", "msgspec", "pydantic", "structlog", "dependency_injector", "hypothesis"} & loaded
