"""The demo's origin: reading and measuring a module of the running Python's standard library.

Rule: real work on real files, slow enough to be worth caching, whose result is the same each time.
"""

from __future__ import annotations

import ast
import sysconfig
from pathlib import Path

_LEFT_OUT = frozenset({"site-packages", "dist-packages", "test", "tests", "idle_test", "__pycache__", "lib2to3"})
_BRANCHES = (ast.If, ast.For, ast.While, ast.Try, ast.With, ast.IfExp, ast.BoolOp, ast.comprehension, ast.Match)


def standard_library() -> list[Path]:
    """Every module of the standard library, tests left out."""
    root = Path(sysconfig.get_paths()["stdlib"])
    found = root.rglob("*.py")
    return sorted(path for path in found if _LEFT_OUT.isdisjoint(path.relative_to(root).parts))


def measure(path: str) -> dict[str, int]:
    """Parse a module and count what is in it; a file that this Python cannot parse counts as empty."""
    source = Path(path).read_bytes()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return {"lines": 0, "functions": 0, "classes": 0, "branches": 0, "imports": 0}
    nodes = list(ast.walk(tree))
    return {
        "lines": source.count(b"\n"),
        "functions": sum(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) for node in nodes),
        "classes": sum(isinstance(node, ast.ClassDef) for node in nodes),
        "branches": sum(isinstance(node, _BRANCHES) for node in nodes),
        "imports": sum(isinstance(node, (ast.Import, ast.ImportFrom)) for node in nodes),
    }
