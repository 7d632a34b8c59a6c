"""The package's face: every public name is there, described, and loaded only when it is used."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import hexcache
from hexcache.domain import errors


@pytest.mark.parametrize("name", hexcache.__all__)
def test_a_public_name_is_there(name: str) -> None:
    value = getattr(hexcache, name)
    assert value is not None
    assert name in dir(hexcache)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value)


def test_every_error_is_public() -> None:
    own = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert own <= set(hexcache.__all__)


def test_type_checkers_see_the_names_that_are_loaded_later() -> None:
    tree = ast.parse(Path(inspect.getfile(hexcache)).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    seen = {
        alias.asname: f"{node.module}.{alias.name}"
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    later = {name: f"{module}.{name}" for name, module in hexcache._MODULES.items()}
    assert seen == later | {"litellm": "hexcache.litellm"}  # a module of its own names
    assert sorted(hexcache.__all__) == sorted(later)


def test_another_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'open_cashe'"):
        hexcache.open_cashe  # noqa: B018 - the point of the test


def test_a_name_loads_no_more_than_it_needs() -> None:
    script = "import sys, hexcache; hexcache.InvalidKey; print('pydantic' in sys.modules, 'asyncio' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
