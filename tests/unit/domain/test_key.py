"""Keys are checked, and names and addresses are injective spellings of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidKey, InvalidNamespace
from hexcache.domain.key import (
    MAX_KEY_BYTES,
    MAX_PATH_LENGTH,
    address_of,
    address_prefix,
    check_key,
    check_path,
    is_within,
    name_at,
    name_prefix,
    prefixes_within,
    split_name,
)
from tests.unit.domain.laws import law

keys = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f"]), min_size=1)
look_alikes = st.text(":/ab.", min_size=1, max_size=5)
"""Keys over the signs that separate parts of an address."""
paths = st.just("") | st.lists(st.text("ab.", min_size=1, max_size=2), min_size=1, max_size=3).map("/".join)
"""Paths of namespaces, the root's among them."""
roots = st.text("ab", min_size=1, max_size=2)


class TestKeys:
    """What a key may be."""

    @law
    @given(keys)
    def test_any_text_without_control_characters_is_a_key(self, key: str) -> None:
        assert check_key(key) is key

    @pytest.mark.parametrize("key", ["k" * MAX_KEY_BYTES, "é" * (MAX_KEY_BYTES // 2), "\x80", " ", "None"])
    def test_the_edges_of_what_is_allowed(self, key: str) -> None:
        assert check_key(key) == key

    @pytest.mark.parametrize(
        ("key", "match"),
        [
            (None, r"a key is a str, not NoneType; build one from parts with call_key"),
            (7, "not int"),
            (b"k", "not bytes"),
            ("", "not empty"),
            ("a\nb", "no control characters"),
            ("\x1f", "no control characters"),
            ("k\x7f", "no control characters"),
            ("\udfff", "lone surrogate"),
            ("k" * 4097, "at most 4096 bytes of UTF-8, this one has 4097"),
            ("é" * 2049, "this one has 4098"),
        ],
    )
    def test_anything_else_is_refused_with_the_rule(self, key: object, match: str) -> None:
        with pytest.raises(InvalidKey, match=match):
            check_key(key)


class TestPaths:
    """What a namespace may be called."""

    @pytest.mark.parametrize("path", ["a", "A-z_0.9", "a/b/c", ".", "..", "a" * MAX_PATH_LENGTH])
    def test_parts_joined_by_single_slashes(self, path: str) -> None:
        assert check_path(path) is path

    @pytest.mark.parametrize(
        "path", [None, 7, "", "/", "a/", "/a", "a//b", "a b", "a:b", "é", "a\n", "a\x1fb", "a" * (MAX_PATH_LENGTH + 1)]
    )
    def test_anything_else_is_refused_with_the_form(self, path: object) -> None:
        with pytest.raises(InvalidNamespace, match="accepted are parts of letters, digits"):
            check_path(path)


class TestSpellings:
    """Names and addresses."""

    def test_a_key_of_the_root_namespace_is_its_own_name(self) -> None:
        assert name_prefix("") == ""
        assert split_name("some:key") == ("", "some:key")

    @law
    @given(paths, keys | look_alikes)
    def test_a_name_tells_its_path_and_its_key(self, path: str, key: str) -> None:
        assert split_name(name_prefix(path) + key) == (path, key)

    @law
    @given(roots, paths, look_alikes, paths, look_alikes)
    def test_no_two_keys_share_an_address(self, root: str, path: str, key: str, other_path: str, other: str) -> None:
        one = address_of(root, name_prefix(path) + key)
        two = address_of(root, name_prefix(other_path) + other)
        assert (one == two) == ((path, key) == (other_path, other))

    @law
    @given(roots, paths, look_alikes, paths)
    def test_an_address_begins_with_the_prefix_of_its_own_namespace_only(
        self, root: str, path: str, key: str, other: str
    ) -> None:
        address = address_of(root, name_prefix(path) + key)
        assert address.startswith(address_prefix(root, path))
        assert address.startswith(address_prefix(root, other)) == (path == other)

    def test_addresses_are_spelled_as_documented(self) -> None:
        assert address_of("app", "user:1") == "app:user:1"
        assert address_of("app", name_prefix("a/b") + "user:1") == "app/a/b:user:1"

    @law
    @given(paths, look_alikes, paths)
    def test_a_name_is_within_its_namespace_and_those_above(self, path: str, key: str, other: str) -> None:
        above = not other or path.split("/")[: other.count("/") + 1] == other.split("/")
        assert is_within(name_prefix(path) + key, other) == above

    def test_a_namespace_is_not_within_one_that_merely_begins_alike(self) -> None:
        assert not is_within(name_prefix("ab") + "k", "a")
        assert not is_within("a", "a")


class TestWayBack:
    """From addresses to names, and the addresses of a namespace."""

    @law
    @given(roots, paths, look_alikes)
    def test_an_address_gives_back_its_name(self, root: str, path: str, key: str) -> None:
        name = name_prefix(path) + key
        assert name_at(root, address_of(root, name)) == name

    @law
    @given(roots, roots, paths, look_alikes)
    def test_another_caches_address_gives_no_name_of_this_one(self, root: str, other: str, path: str, key: str) -> None:
        address = address_of(other, name_prefix(path) + key)
        name = name_at(root, address)
        assert (name is None) or address_of(root, name) == address
        assert (name is not None) is (root == other)

    @pytest.mark.parametrize("address", ["a", "a#tag/:t", "a#tag/n:t", "a/n", "b:k", ""])
    def test_what_is_no_entrys_address_has_no_name(self, address: str) -> None:
        assert name_at("a", address) is None

    @law
    @given(paths, paths, look_alikes)
    def test_the_prefixes_of_a_namespace_cover_what_is_within_it(self, path: str, own: str, key: str) -> None:
        name = name_prefix(own) + key
        covered = address_of("a", name).startswith(prefixes_within("a", path))
        assert covered is is_within(name, path)
