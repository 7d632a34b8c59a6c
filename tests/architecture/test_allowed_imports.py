"""The inner layers import what is on their list: a deny-list misses what nobody thought of."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import belongs, imports, imports_of, modules, name_of

LANGUAGE = frozenset(
    {
        "__future__",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "enum",
        "functools",
        "hashlib",
        "heapq",
        "itertools",
        "math",
        "re",
        "struct",
        "types",
        "typing",
        "unicodedata",
        "uuid",
    }
)
"""The pure part of the standard library."""
DOMAIN = LANGUAGE | {"hexcache.domain"}
PORTS = frozenset(
    {"__future__", "collections.abc", "dataclasses", "enum", "typing", "hexcache.domain", "hexcache.ports"}
)
APPLICATION = frozenset(sys.stdlib_module_names) | {"hexcache.domain", "hexcache.ports", "hexcache.application"}
LOOP = frozenset({"asyncio", "anyio"})


def strangers(path: Path, allowed: frozenset[str]) -> list[str]:
    """What a file imports beyond its list."""
    return sorted(module for module in imports_of(path) if not belongs(module, allowed))


@pytest.mark.parametrize("path", modules("domain"), ids=name_of)
def test_the_domain_imports_the_language_and_itself(path: Path) -> None:
    assert strangers(path, DOMAIN) == []


@pytest.mark.parametrize("path", modules("ports"), ids=name_of)
def test_ports_import_the_domain_and_what_describes_types(path: Path) -> None:
    assert strangers(path, PORTS) == []


@pytest.mark.parametrize("path", modules("application"), ids=name_of)
def test_use_cases_import_the_standard_library_and_what_lies_within(path: Path) -> None:
    assert strangers(path, APPLICATION) == []


@pytest.mark.parametrize("path", [path for path in modules("application") if "aio" not in path.parts], ids=name_of)
def test_only_the_waiting_half_of_the_use_cases_knows_an_event_loop(path: Path) -> None:
    assert [module for module in imports_of(path) if belongs(module, LOOP)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import time", {"time"}),
        ("def f():\n    import os.path", {"os.path"}),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a.b import c",
            {"typing.TYPE_CHECKING", "a.b.c"},
        ),
        ("async def f():\n    from a import b as c, d", {"a.b", "a.d"}),
    ],
)
def test_an_import_is_seen_wherever_it_stands(source: str, found: set[str]) -> None:
    assert set(imports(ast.parse(source))) == found


@pytest.mark.parametrize(
    "module", ["time", "collections_extended.abc", "typing_extensions.Self", "hexcache.ports.clock"]
)
def test_what_merely_looks_allowed_is_not(module: str) -> None:
    assert not belongs(module, DOMAIN)
