"""What the architecture tests read: the package's modules and what each of them imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "hexcache"


def modules(*layers: str) -> list[Path]:
    """Every source file of these layers, or of the whole package."""
    folders = [PACKAGE / layer for layer in layers] or [PACKAGE]
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(path: Path) -> str:
    """The file's place in the package, for test ids."""
    return path.relative_to(PACKAGE).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere below the node, inside functions and for type checkers too.

    ``from a.b import c`` yields ``a.b.c``, since ``c`` may be a module.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"line {node.lineno}: a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def imports_of(path: Path) -> set[str]:
    """Every module that the file imports."""
    return set(imports(ast.parse(path.read_text("utf-8"), str(path))))


def belongs(module: str, packages: frozenset[str]) -> bool:
    """Whether a module is one of the packages or lies below one."""
    return any(module == package or module.startswith(package + ".") for package in packages)
