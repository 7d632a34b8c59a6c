"""Frames: what was written is read, and everything else is foreign, never an error."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects import frame
from hexcache.testing.strategies import address_pairs, blobs
from tests.unit.objects.examples import MANY

addresses = address_pairs().map(lambda pair: pair[0])
write_ids = st.binary(min_size=16, max_size=16)
WRITE_ID = bytes(range(16))
BODY = frame.value(WRITE_ID, 1e9, "kit:a", b"blob")


@MANY
@given(
    address=addresses, blob=blobs(), dead_at=st.floats(allow_nan=False), write_id=st.binary(min_size=16, max_size=16)
)
def test_a_value_comes_back(address: str, blob: bytes, dead_at: float, write_id: bytes) -> None:
    body = frame.value(write_id, dead_at, address, blob)
    assert frame.parsed(body) == frame.Frame(frame.VALUE, write_id, dead_at, address, blob)
    assert len(body) > frame.HEAD_BYTES


@MANY
@given(dead_at=st.floats(allow_nan=False), write_id=write_ids)
def test_a_placeholder_comes_back_and_is_told_by_its_size(dead_at: float, write_id: bytes) -> None:
    body = frame.placeholder(write_id, dead_at)
    assert frame.parsed(body) == frame.Frame(frame.PLACEHOLDER, write_id, dead_at, "", b"")
    assert len(body) == frame.HEAD_BYTES


@MANY
@given(body=st.one_of(st.binary(max_size=200), st.binary(max_size=100).map(lambda rest: frame.MAGIC + rest)))
@example(body=frame.value(WRITE_ID, inf, "", b""))
@example(body=frame.placeholder(WRITE_ID, inf) + b"x")
def test_foreign_bytes_are_none(body: bytes) -> None:
    assert frame.parsed(body) is None


@pytest.mark.parametrize("size", range(len(BODY)))
def test_a_body_that_was_cut_off_is_none(size: int) -> None:
    assert frame.parsed(BODY[:size]) is None


def test_a_body_with_more_behind_it_is_none() -> None:
    assert frame.parsed(BODY + b"\0") is None


@pytest.mark.parametrize("place", range(frame.HEAD_BYTES + len("kit:a")))
@pytest.mark.parametrize("bit", [0, 7])
def test_a_changed_bit_before_the_blob_is_noticed(place: int, bit: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= 1 << bit
    assert frame.parsed(bytes(changed)) is None


def test_the_layout_of_format_1_stays() -> None:
    assert BODY.hex() == (
        "f568786f0101000102030405060708090a0b0c0d0e0f41cdcd6500000000000000050000000000000004"
        "5513af48" + b"kit:ablob".hex()
    )  # fmt: skip
