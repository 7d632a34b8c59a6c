"""What is framed is read as it was written; whatever else a key may hold is foreign."""

from __future__ import annotations

import math
import pickle
import struct
import zlib

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis import frames

TOKENS = st.binary(min_size=frames.TOKEN_BYTES, max_size=frames.TOKEN_BYTES)
MOMENTS = st.floats(allow_nan=False)
BLOBS = st.binary(max_size=64)


@given(TOKENS, MOMENTS, BLOBS)
def test_a_value_is_read_as_it_was_written(token: bytes, dead_at: float, blob: bytes) -> None:
    raw = frames.value(token, dead_at, blob)
    assert frames.header(raw) == (frames.VALUE, token, dead_at)
    assert frames.blob_of(raw) == blob


@given(TOKENS, MOMENTS)
def test_a_placeholder_is_read_as_it_was_written_and_is_never_alive(token: bytes, until: float) -> None:
    head = frames.header(frames.placeholder(token, until))
    assert head is not None
    assert head == (frames.PLACEHOLDER, token, until)
    assert not head.is_alive(-math.inf)


@given(TOKENS, MOMENTS, BLOBS)
def test_the_first_seventeen_bytes_are_enough(token: bytes, dead_at: float, blob: bytes) -> None:
    raw = frames.value(token, dead_at, blob)
    assert frames.header(raw[: frames.HEADER_BYTES]) == frames.header(raw)
    assert frames.HEADER_BYTES == 17, "the scripts say so, too"


@given(TOKENS, st.floats(allow_nan=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_is_alive_until_its_deadline(token: bytes, dead_at: float, now: float) -> None:
    head = frames.header(frames.value(token, dead_at, b""))
    assert head is not None
    assert head.is_alive(now) is (now < dead_at)


def test_a_deadline_that_is_no_number_is_over() -> None:
    head = frames.header(frames.value(b"tokenbyt", math.nan, b"blob"))
    assert head is not None
    assert not head.is_alive(-math.inf)


@given(st.binary(max_size=64))
@example(b"")
@example(bytes([frames.VALUE]) * 16)
def test_bytes_of_others_are_foreign(raw: bytes) -> None:
    assume(not (len(raw) >= frames.HEADER_BYTES and raw[0] in {frames.VALUE, frames.PLACEHOLDER}))
    assert frames.header(raw) is None


@given(st.text(min_size=20))
def test_text_is_foreign(text: str) -> None:
    assert frames.header(text.encode()) is None


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_pickled_and_compressed_bytes_are_foreign(level: int) -> None:
    assert frames.header(pickle.dumps("x" * 100, level)) is None
    assert frames.header(zlib.compress(b"x" * 1_000, level)) is None
    assert frames.header(b"\x28\xb5\x2f\xfd" + b"x" * 100) is None, "zstandard"


def test_nothing_is_not_foreign_but_nothing() -> None:
    assert frames.header(None) is None


def test_the_layout_is_the_one_that_is_documented() -> None:
    assert frames.value(b"tokenbyt", 1.5, b"blob") == b"\xf8tokenbyt" + struct.pack(">d", 1.5) + b"blob"
    assert frames.placeholder(b"tokenbyt", 1.5) == b"\xf9tokenbyt" + struct.pack(">d", 1.5)
