"""Names that the pages speak of can be imported."""

from __future__ import annotations

import re

import pytest

import hexcache
import hexcache.testing
from tests.docs.pages import DOCS

KIT = (DOCS / "reference/testing.md").read_text("utf-8")
PAGES = {path: path.read_text("utf-8") for path in sorted(DOCS.rglob("*.md"))}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(\w+Contract)`", KIT))))
def test_a_contract_is_public(name: str) -> None:
    assert hasattr(hexcache.testing, name)


def test_the_page_of_the_kit_names_every_contract() -> None:
    public = {name for name in dir(hexcache.testing) if name.endswith("Contract")}
    assert public - set(re.findall(r"`(\w+Contract)`", KIT)) == set()


def test_whatever_a_page_takes_from_the_package_is_there() -> None:
    taken = {name for text in PAGES.values() for name in re.findall(r"\bhexcache\.([A-Za-z_]+)\b(?!\.\w)", text)}
    modules = {"testing", "toml", "ports", "domain", "stores", "hexcache_adapter"}
    assert [name for name in sorted(taken - modules) if not hasattr(hexcache, name)] == []


def test_errors_that_a_page_names_exist() -> None:
    failures = PAGES[DOCS / "failures.md"]
    named = set(re.findall(r"`([A-Z]\w+)`", failures)) - {"WriteReport"}
    assert len(named) > 10
    assert [name for name in sorted(named) if not issubclass(getattr(hexcache, name), hexcache.CacheError)] == []
