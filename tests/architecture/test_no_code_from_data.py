"""No module of the package has a way to run what it reads."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.architecture.sources import belongs, imports, modules, name_of

MODULES = frozenset({"pickle", "_pickle", "cPickle", "cloudpickle", "dill", "jsonpickle", "marshal", "shelve", "yaml"})
BUILTINS = frozenset({"eval", "exec", "compile", "__import__"})
NAMES = frozenset({"literal_eval", "Pickler", "Unpickler"})


def dangers(source: str) -> set[str]:
    """Every name in a source that runs data, or that imports what does."""
    tree = ast.parse(source)
    found = {module for module in imports(tree) if belongs(module, MODULES)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in BUILTINS | NAMES:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and node.attr in NAMES:
            found.add(node.attr)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.name for alias in node.names if alias.name in NAMES}
    return found


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_module_runs_no_data(path: Path) -> None:
    assert dangers(path.read_text("utf-8")) == set()


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "def f():\n    from marshal import loads",
        "import shelve as s",
        "eval('1')",
        "x = [exec]",
        "import ast\nast.literal_eval('1')",
        "from ast import literal_eval as parse",
    ],
)
def test_a_planted_danger_is_found(source: str) -> None:
    assert dangers(source)


def test_compiling_a_pattern_is_no_danger() -> None:
    assert dangers("import re\nre.compile('x')\nvalue.eval()\n") == set()
