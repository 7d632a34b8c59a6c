"""Names of functions: one in every process, none for what has none."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

import pytest

from hexcache.adapters.inbound.decorator.naming import function_name
from hexcache.domain.errors import InvalidSetting


class Shop:
    """A class with a method."""

    def price(self) -> int:
        return 1


def test_a_name_is_module_and_qualified_name() -> None:
    assert function_name(Shop.price) == f"{__name__}.Shop.price"


@pytest.mark.parametrize("function", [lambda: 1, functools.partial(int, "1")], ids=["lambda", "partial"])
def test_what_has_no_name_of_its_own_is_refused(function: object) -> None:
    with pytest.raises(InvalidSetting, match="give it one: cached\\(name="):
        function_name(function)  # type: ignore[arg-type]  # a partial is callable; the list is of both


@pytest.mark.parametrize("way", ["script", "module", "import"])
def test_a_function_has_one_name_however_its_module_is_run(tmp_path: Path, way: str) -> None:
    (tmp_path / "prices.py").write_text(
        "from hexcache.adapters.inbound.decorator.naming import function_name\n"
        "def quote(): ...\n"
        "print(function_name(quote))\n"
    )
    command = {"script": ["prices.py"], "module": ["-m", "prices"], "import": ["-c", "import prices"]}[way]
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "prices.quote"


def test_a_package_that_is_run_has_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "__main__.py").write_text(
        "from hexcache.adapters.inbound.decorator.naming import function_name\n"
        "def quote(): ...\n"
        "print(function_name(quote))\n"
    )
    done = subprocess.run([sys.executable, "-m", "shop"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "shop.quote"


def test_what_is_typed_at_a_prompt_keeps_the_name_of_its_module() -> None:
    script = (
        "from hexcache.adapters.inbound.decorator.naming import function_name\n"
        "def quote(): ...\n"
        "print(function_name(quote))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "__main__.quote"
