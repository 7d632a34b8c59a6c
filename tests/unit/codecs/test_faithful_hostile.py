"""Bytes that nobody wrote end in ``Undecodable`` and in nothing else."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.domain.errors import Undecodable
from tests.unit.codecs.values import values
from tests.unit.domain.laws import law

faithful = FaithfulSerializer()


def ext(code: int, data: bytes) -> bytes:
    return msgspec.msgpack.encode(msgspec.msgpack.Ext(code, data))


def nested_ext(levels: int) -> bytes:
    data = b"\x90"
    for _ in range(levels):
        data = b"\x91" + ext(2, data)
    return data


HOSTILE = [
    b"", b"\xc1", b"\xc0\xc0", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xffa",
    b"\xdb\xff\xff\xff\xff", b"\xc9\xff\xff\xff\xff\x02", b"\xdd\x00\xff\xff\xff" * 50, b"\xdf\x00\xff\xff\xff" * 50,
    b"\x91" * 100_000, b"\x81\xc0" * 100_000, b"\x81\x91" * 50_000, b"\xa1\xff", b"\x81\x80\x01", nested_ext(1500),
    ext(0, b""), ext(12, b""), ext(127, b"x"), ext(-2, b"x"), ext(-1, b"x"),
    ext(1, b""), ext(1, b"\x05"), ext(1, b"\xff" * 8), ext(1, b"\x05" + bytes(40)),
    ext(2, b""), ext(2, b"\xc0"), ext(2, b"\x81\x01\x02"), ext(2, b"\x91"), ext(2, b"\x91\x01\x01"), ext(2, b"\xa2ab"),
    ext(3, b"\x92\x01\x01"), ext(3, b"\x91\x90"), ext(4, b"\x92\x01\x01"), ext(4, b"\x91\x80"), ext(4, b"\xc3"),
    ext(5, b"\x91\x01"), ext(5, b"\x94\x01\x01\x01\x02"), ext(5, b"\x92\x90\x01"), ext(5, b"\x80"),
    ext(6, b""), ext(6, bytes(12)), ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x10"),
    ext(6, b"\x07\xd0\x01\x01" + bytes(8) + b"x"), ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x02x"),
    ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x04" + b"\x7f" * 8),
    ext(6, b"\x07\xd0\x01\x01" + bytes(7) + b"\x0c" + bytes(8) + b"\xff"),
    ext(7, b"\x00\x00\x00\x00"), ext(7, b"\x07\xd0\x01"), ext(8, b"\x18" + bytes(7)), ext(8, bytes(9)),
    ext(9, b"\x7f" * 12), ext(9, bytes(11)), ext(10, bytes(15)), ext(10, bytes(17)),
    ext(11, b""), ext(11, b"1_0"), ext(11, b" 1"), ext(11, b"1e5"), ext(11, b"\xd9\xa1"), ext(11, b"abc"),
]  # fmt: skip


def loads_or_refuses(payload: bytes) -> None:
    with suppress(Undecodable):
        faithful.loads(payload)


class TestHostileBytes:
    """Bytes that nobody wrote end in ``Undecodable`` and in nothing else."""

    @pytest.mark.parametrize("payload", HOSTILE, ids=lambda payload: payload[:12].hex() or "empty")
    def test_known_tricks_are_undecodable(self, payload: bytes) -> None:
        for wrapped in (payload, b"\x91" + payload, ext(2, b"\x91" + payload)):
            with pytest.raises(Undecodable) as caught:
                faithful.loads(wrapped)
            assert caught.value.reason == "payload"

    @pytest.mark.parametrize("opening", [b"\xdd", b"\xdf", b"\xc6", b"\xdb", b"\xdc", b"\xde", b"\xc9"])
    def test_a_declared_length_reserves_no_memory(self, opening: bytes) -> None:
        tracemalloc.start()
        try:
            for length in (b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x0f\xff\xff\xff"):
                with pytest.raises(Undecodable):
                    faithful.loads(opening + length + b"\x02")
            with pytest.raises(Undecodable):  # many lengths that might each be true, inside one another
                faithful.loads((b"\xdd" + (200_000).to_bytes(4, "big")) * 150 + b"\xc0" * 250_000)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 8 << 20

    @law
    @given(st.binary(max_size=200))
    def test_any_bytes_give_a_value_or_undecodable(self, payload: bytes) -> None:
        loads_or_refuses(payload)

    @law
    @given(st.integers(-128, 127), st.binary(max_size=40))
    def test_any_extension_gives_a_value_or_undecodable(self, code: int, data: bytes) -> None:
        loads_or_refuses(ext(code, data))

    @law
    @given(values, st.data())
    def test_any_change_gives_a_value_or_undecodable(self, value: Any, data: st.DataObject) -> None:
        payload = faithful.dumps(value)
        at = data.draw(st.integers(0, len(payload) - 1))
        loads_or_refuses(payload[:at] + bytes([data.draw(st.integers(0, 255))]) + payload[at + 1 :])
        loads_or_refuses(payload[:at])

    @law
    @given(values, st.binary(min_size=1, max_size=8))
    def test_bytes_behind_a_payload_are_refused(self, value: Any, more: bytes) -> None:
        with pytest.raises(Undecodable):
            faithful.loads(faithful.dumps(value) + more)
