"""URLs of tiers: taken apart without a guess, and never shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.composition.tables import expanded, tier_table
from hexcache.composition.url import parse_url
from hexcache.domain.errors import InvalidSetting

NONE: dict[str, str] = {}


@pytest.mark.parametrize(
    ("url", "table"),
    [
        ("memory:", {"scheme": "memory"}),
        ("memory:?max_items=10&policy=lru", {"scheme": "memory", "max_items": "10", "policy": "lru"}),
        ("disk:.cache", {"scheme": "disk", "directory": ".cache"}),
        ("disk:/var/a%20b", {"scheme": "disk", "directory": "/var/a b"}),
        ("disk:///var/x", {"scheme": "disk", "directory": "/var/x"}),
        ("disk://localhost/var/x", {"scheme": "disk", "directory": "/var/x"}),
        ("disk:~/x?size_limit=1GiB", {"scheme": "disk", "directory": "~/x", "size_limit": "1GiB"}),
        ("disk:x?breaker.failures=2", {"scheme": "disk", "directory": "x", "breaker": {"failures": "2"}}),
    ],
)
def test_a_url_is_a_table_in_one_line(url: str, table: dict[str, Any]) -> None:
    assert tier_table(url, NONE) == table


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "begins with its scheme"),
        ("memory", "begins with its scheme"),
        ("/var/cache", "begins with its scheme"),
        ("Memory:", "begins with its scheme"),
        ("memory:?max_items", "name=value"),
        ("memory:?max_items=1&max_items=2", "max_items more than once"),
        ("memory:somewhere", "has no location"),
        ("disk://elsewhere/x", "this machine"),
        ("disk:x?directory=y", "directory as an option"),
        ("rabbit://localhost/0", "unknown scheme 'rabbit'; known here: memory, disk, memory-store"),
        ("swift://bucket/prefix", "unknown scheme 'swift'"),
        ("s3://", "accepted: s3://bucket and s3://bucket/prefix"),
        ("s3:bucket", "accepted: s3://bucket"),
        ("gs://bucket//prefix", "accepted: gs://bucket"),
        ("azure://account", "accepted: azure://account/container"),
        ("disk:x?breaker=3&breaker.failures=2", "both breaker and breaker.failures"),
        ("memroy:", "did you mean memory"),
    ],
)
def test_a_url_that_says_nothing_clear_is_refused(url: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        tier_table(url, NONE)


def test_what_stands_beside_a_url_is_added() -> None:
    table = tier_table({"url": "disk:x?size_limit=1GiB", "ttl_cap": "1h", "name": "near"}, NONE)
    assert table == {"scheme": "disk", "directory": "x", "size_limit": "1GiB", "ttl_cap": "1h", "name": "near"}


def test_url_and_table_do_not_say_one_thing_twice() -> None:
    with pytest.raises(InvalidSetting, match="both say directory"):
        tier_table({"url": "disk:x", "directory": "y"}, NONE)
    with pytest.raises(InvalidSetting, match="url of a tier is a int"):
        tier_table({"url": 3}, NONE)


def test_an_option_may_name_a_variable() -> None:
    table = tier_table("memory:?max_items=os.environ/ITEMS", {"ITEMS": "7"})
    assert table["max_items"] == "7"
    with pytest.raises(InvalidSetting, match=r"max_items.*'ITEMS' is not set"):
        tier_table("memory:?max_items=os.environ/ITEMS", NONE)


def test_what_a_variable_holds_names_no_other_variable() -> None:
    settings = {"tiers": "memory:?max_items=os.environ/ITEMS"}
    assert expanded(settings, {"ITEMS": "os.environ/OTHER"})["tiers"][0]["max_items"] == "os.environ/OTHER"


@pytest.mark.parametrize(
    "url",
    [
        "rabbit://user:hunter2@host/0",
        "redis://user:hunter2@host/hunter2",
        "redis://:hunter2@host:x?a",
        "disk://hunter2:hunter2@host/x",
        "hunter2",
        "memory:hunter2?hunter2",
    ],
)
def test_a_password_in_a_url_is_not_shown(url: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        tier_table(url, NONE)
    assert "hunter2" not in str(caught.value)


@given(
    st.text(st.characters(exclude_characters="?&=#%+", exclude_categories=["Cs"])),
    st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.text("abc123-", min_size=1), max_size=3),
)
def test_location_and_options_come_out_as_they_went_in(location: str, options: dict[str, str]) -> None:
    query = "&".join(f"{name}={value}" for name, value in options.items())
    url = parse_url(f"my.db+x:{location}" + (f"?{query}" if query else ""))
    assert (url.scheme, url.location, url.options) == ("my.db+x", location, options)
