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
    named = set(re.findall(r"`([A-Z]\w+)`", failures)) - {"CloseReport", "WriteReport"}
    assert len(named) > 10
    assert [name for name in sorted(named) if not issubclass(getattr(hexcache, name), hexcache.CacheError)] == []


def test_counters_that_a_page_names_are_in_the_stats() -> None:
    tiers = PAGES[DOCS / "failures.md"].partition("## Tiers")[2].partition("## Loaders")[0]
    shown = {name for row in re.findall(r"\|([^|]*)\|$", tiers, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    with hexcache.open_cache("memory:", "memory-store:") as cache:
        counters = {name for tier in cache.stats()["tiers"].values() for name in tier}
    assert len(shown) > 10
    assert shown - counters == set()


def test_the_guarantee_on_the_page_is_what_the_container_says() -> None:
    container = hexcache.CacheContainer(config={"tiers": ["memory:", "disk:.cache"]})
    said = "\n".join(container.guarantee())
    assert f"```\n{said}\n```" in PAGES[DOCS / "concepts/coherence.md"]
