"""What the package shows is public and described, down to the methods of its classes, and nothing else is shown."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import hexcache

LIGHT = ("asyncio", "dependency_injector", "logging", "msgspec", "pydantic")
DESCRIBED = [name for name in hexcache.__all__ if callable(getattr(hexcache, name))]
CLASSES = [name for name in DESCRIBED if inspect.isclass(getattr(hexcache, name))]


def output(script: str) -> list[str]:
    """The words that a new interpreter prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


def own_members(public: type) -> Iterator[tuple[str, object]]:
    """Methods and properties that hexcache wrote, with those of its own classes above."""
    for name in dir(public):
        member = inspect.getattr_static(public, name)
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if not name.startswith("_") and getattr(function, "__module__", "").startswith("hexcache"):
            yield name, function


@pytest.mark.parametrize("name", DESCRIBED)
def test_a_public_name_has_a_description_of_its_own(name: str) -> None:
    doc = getattr(hexcache, name).__dict__["__doc__"] if name in CLASSES else getattr(hexcache, name).__doc__
    first = doc.split("\n\n")[0].strip()
    assert first.endswith(".")
    assert not first.startswith(f"{name}(")  # what a dataclass without a description gets


@pytest.mark.parametrize("name", CLASSES)
def test_every_method_of_a_public_class_is_described(name: str) -> None:
    assert [member for member, function in own_members(getattr(hexcache, name)) if not inspect.getdoc(function)] == []


def test_the_members_that_are_looked_at_are_the_calls_of_a_cache() -> None:
    calls = {name for name, _ in own_members(hexcache.Cache)}
    assert {"get", "set", "get_or_set", "cached", "namespace", "invalidate_tags", "close"} <= calls


def test_a_public_value_is_described_where_it_is_written() -> None:
    values = sorted({*hexcache.__all__} - {*DESCRIBED})
    assert values == ["MISS"]
    body = ast.parse(Path(inspect.getfile(hexcache.EntryView)).read_text("utf-8")).body
    (place,) = [place for place, node in enumerate(body) if ast.unparse(node).startswith("MISS:")]
    assert ast.unparse(body[place + 1]).startswith("'A default that no value equals")


def test_names_are_public_and_said_once() -> None:
    assert len(set(hexcache.__all__)) == len(hexcache.__all__)
    assert [name for name in hexcache.__all__ if name.startswith("_")] == []


def test_what_a_reader_is_shown_is_what_is_public() -> None:
    shown = output("import hexcache; print(*[name for name in dir(hexcache) if not name.startswith('_')])")
    assert shown == sorted(hexcache.__all__)


def test_a_star_brings_what_is_public() -> None:
    brought = output("from hexcache import *; print(*[name for name in dir() if not name.startswith('_')])")
    assert brought == sorted(hexcache.__all__)


def test_a_public_name_says_where_it_is_imported_from() -> None:
    private = [name for name in DESCRIBED if "._" in getattr(hexcache, name).__module__]
    assert private == []


def test_importing_the_package_is_light() -> None:
    loaded = output("import sys; before = {*sys.modules}; import hexcache; print(*({*sys.modules} - before))")
    assert "hexcache" in loaded
    assert [name for name in LIGHT if name in loaded] == []


def test_the_heavy_modules_are_those_that_a_cache_needs() -> None:
    loaded = output("import sys, hexcache; hexcache.CacheContainer; print(*sys.modules)")
    assert [name for name in LIGHT if name not in loaded] == []
