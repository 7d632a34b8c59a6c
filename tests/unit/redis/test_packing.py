"""What is packed by hand is what the compiled packer makes of it, and what a server reads."""

from __future__ import annotations

from typing import Any

import hiredis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.packing import packed, packed_all, packed_get, packed_mget, plainly_packed

WORDS = st.one_of(
    st.binary(max_size=64), st.integers(), st.floats(allow_nan=False), st.text("ABCXYZ-", min_size=1, max_size=8)
)


@given(st.lists(WORDS, min_size=1, max_size=8))
def test_both_packers_agree(command: list[bytes | int | float | str]) -> None:
    words: Any = tuple(command)
    assert plainly_packed(command) == hiredis.pack_command(words)


@given(st.lists(st.binary(max_size=64), min_size=1, max_size=8))
def test_what_is_packed_reads_as_the_same_words(command: list[bytes]) -> None:
    reader = hiredis.Reader()
    reader.feed(packed(["ECHO", *command]))
    assert reader.gets() == [b"ECHO", *command]


@given(st.lists(st.binary(max_size=64), min_size=1, max_size=8))
def test_reads_are_packed_like_other_commands(keys: list[bytes]) -> None:
    assert packed_get(keys[0]) == packed(("GET", keys[0]))
    assert packed_mget(keys) == packed(("MGET", *keys))
    assert packed_all([("GET", key) for key in keys]) == b"".join(map(packed_get, keys))


def test_a_name_of_two_words_is_two_words() -> None:
    assert packed(("SCRIPT LOAD", "return 1")) == b"*3\r\n$6\r\nSCRIPT\r\n$4\r\nLOAD\r\n$8\r\nreturn 1\r\n"


def test_what_is_no_word_is_refused() -> None:
    with pytest.raises(TypeError, match="NoneType"):
        plainly_packed(["SET", b"k", None])  # type: ignore[list-item] # on purpose
