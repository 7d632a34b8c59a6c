"""What does not fit is refused when it is written, and each kind of damage has its word."""

from __future__ import annotations

import math
from typing import Any

import pytest

from hexcache.adapters.outbound.codecs.compression import ZlibCompression
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.errors import CodecError, Undecodable
from tests.unit.codecs.envelopes import (
    ADDRESS,
    BARE,
    PIPELINES,
    RECORD,
    fixed,
    sealed_size,
)


class Vast(bytes):
    """Claims to be larger than a test can afford."""

    def __len__(self) -> int:
        return 1 << 32


class TestLimits:
    """What does not fit is refused when it is written."""

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"created": math.nan}, "NaN"),
            ({"fresh_until": math.nan}, "NaN"),
            ({"dead_at": math.nan}, "NaN"),
            ({"cost": math.nan}, "NaN"),
            ({"version": bytes(256)}, "255"),
            ({"deps": (("t", bytes(256)),)}, "255"),
            ({"deps": (("t" * 65536, b""),)}, "65535"),
            ({"deps": (("t", b""),) * 65536}, "65535"),
            ({"deps": (("\ud800", b""),)}, "surrogate"),
            ({"missing": True}, "negative"),
        ],
        ids=lambda change: next(iter(change)) if isinstance(change, dict) else None,
    )
    def test_of_records(self, change: dict[str, Any], says: str) -> None:
        with pytest.raises(CodecError, match=says):
            BARE.encode(ADDRESS, RECORD._replace(**change))

    def test_of_addresses(self) -> None:
        longest = "a" * 65535
        assert BARE.decode(longest, BARE.encode(longest, RECORD)) == RECORD
        for address, says in ((longest + "a", "65535"), ("\ud800", "surrogate")):
            with pytest.raises(CodecError, match=says):
                BARE.encode(address, RECORD)

    def test_an_address_that_cannot_exist_is_a_miss(self) -> None:
        with pytest.raises(Undecodable, match="key"):
            BARE.decode("\ud800", BARE.encode(ADDRESS, RECORD))

    def test_a_payload_of_four_gibibytes_is_refused(self) -> None:
        with pytest.raises(CodecError, match="4 GiB"):
            BARE.encode(ADDRESS, RECORD._replace(payload=Vast()))

    def test_the_most_tags_come_back(self) -> None:
        record = RECORD._replace(deps=tuple((f"tag{number}", b"12345678") for number in range(65535)))
        assert BARE.decode(ADDRESS, BARE.encode(ADDRESS, record)) == record


class TestReasons:
    """Each kind of damage has its word."""

    def reason(self, blob: bytes, address: str = ADDRESS) -> str:
        with pytest.raises(Undecodable) as caught:
            BARE.decode(address, blob)
        return caught.value.reason

    def test_magic(self) -> None:
        assert self.reason(b"") == "magic"
        assert self.reason(b"\x80\x04pickle") == "magic"
        assert self.reason(b'{"a": 1}' * 20) == "magic"

    def test_version(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert self.reason(fixed(blob[:4] + b"\x02" + blob[5:])) == "version"
        assert self.reason(fixed(blob[:4] + b"\x00" + blob[5:])) == "version"

    def test_truncated(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert {self.reason(blob[:end]) for end in range(4, len(blob))} == {"truncated"}
        assert self.reason(fixed(blob + b"more")) == "truncated"

    def test_checksum(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert self.reason(blob[:-10] + b"!" + blob[-9:]) == "checksum"

    @pytest.mark.parametrize("flags", [2, 3, 0x80, 0xFF])
    def test_flags(self, flags: int) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert self.reason(fixed(blob[:5] + bytes([flags]) + blob[6:])) == "flags"

    def test_key(self) -> None:
        assert self.reason(BARE.encode(ADDRESS, RECORD), "root/users:43") == "key"

    @pytest.mark.parametrize("at", [10, 18, 26, 34])
    def test_header_with_nan(self, at: int) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert self.reason(fixed(blob[:at] + b"\x7f\xf8" + bytes(6) + blob[at + 8 :])) == "header"

    def test_header_with_a_tag_that_is_no_text(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD._replace(deps=(("mark", b""),)))
        assert self.reason(fixed(blob.replace(b"mark", b"m\xffrk"))) == "header"

    def test_payload_of_a_negative_result(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        assert self.reason(fixed(blob[:5] + b"\x01" + blob[6:])) == "payload"

    def test_compression(self) -> None:
        envelope = PIPELINES["zlib"]()
        blob = envelope.encode(ADDRESS, RECORD)
        at = len(blob) - 4 - sealed_size(envelope)
        with pytest.raises(Undecodable, match="compression"):
            envelope.decode(ADDRESS, fixed(blob[:at] + b"\x07" + blob[at + 1 :]))

    def test_a_bomb_in_an_unsigned_blob(self) -> None:
        writer, reader = (Envelope((ZlibCompression(max_size=size),)) for size in (1 << 24, 1 << 16))
        blob = writer.encode(ADDRESS, RECORD._replace(payload=bytes(1 << 20)))
        with pytest.raises(Undecodable, match="compression"):
            reader.decode(ADDRESS, blob)
