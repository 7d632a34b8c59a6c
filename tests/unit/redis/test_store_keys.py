"""Keys and addresses stand for each other, and a pattern for exactly what begins with a prefix."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.store_keys import StoreKeys
from hexcache.domain.errors import StoreRejected
from hexcache.testing.strategies import address_pairs, nasty_addresses

PREFIXES = st.one_of(st.just(""), st.text(st.sampled_from("a:*?[]\\{}\u00e9"), max_size=5))


def literal(pattern: bytes) -> bytes:
    """What an escaped pattern that ends in a star begins with."""
    assert pattern.endswith(b"*")
    body = pattern[:-1]
    assert not re.search(rb"(?<!\\)(?:\\\\)*[*?\[]", body), "something in it still means more than itself"
    return re.sub(rb"\\(.)", rb"\1", body, flags=re.DOTALL)


@given(PREFIXES, address_pairs())
def test_different_addresses_have_different_keys(prefix: str, pair: tuple[str, str]) -> None:
    keys = StoreKeys(prefix)
    one, other = map(keys.key, pair)
    assert (one == other) is (pair[0] == pair[1])


@given(PREFIXES, nasty_addresses())
def test_an_address_is_read_from_its_key(prefix: str, address: str) -> None:
    keys = StoreKeys(prefix)
    assert keys.address(keys.key(address)) == address


@given(PREFIXES, nasty_addresses(), st.integers(0, 40))
def test_a_pattern_takes_its_prefix_literally(prefix: str, address: str, length: int) -> None:
    keys = StoreKeys(prefix)
    assert literal(keys.pattern(address[:length])) == keys.key(address[:length])


@pytest.mark.parametrize("rest", [b"\x1f", b"\x1fcount:kit:a", b"\xff", b"kit:\xc3"])
def test_what_is_no_address_is_none(rest: bytes) -> None:
    assert StoreKeys("p:").address(b"p:" + rest) is None


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(StoreRejected, match="lone surrogate") as caught:
        StoreKeys("").key("kit:\udc00")
    assert isinstance(caught.value.__cause__, UnicodeEncodeError)
