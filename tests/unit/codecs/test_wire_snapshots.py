"""Blobs of every released format stay readable.

The files in ``tests/snapshots`` were written once, by the release that introduced their format, and are never written
again. To add files for a new format: extend ``CASES`` and run this module with ``HEXCACHE_WRITE_SNAPSHOTS=1``, which
writes those that are missing and touches no other.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hexcache.adapters.outbound.codecs.compression import ZlibCompression, ZstdCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.adapters.outbound.codecs.faithful import FaithfulSerializer
from hexcache.adapters.outbound.codecs.plain import JsonSerializer, MsgpackSerializer, RawSerializer
from hexcache.domain.errors import Undecodable
from hexcache.domain.record import Record
from hexcache.ports.codec import Serializer, Transform
from tests.unit.codecs.values import identical

SNAPSHOTS = Path(__file__).parents[2] / "snapshots"
WRITE = os.environ.get("HEXCACHE_WRITE_SNAPSHOTS") == "1"
ADDRESS = "shop/users:ada \u00e9"

EVERYTHING: dict[Any, Any] = {
    "scalars": [
        None, True, False, 0, -1, 2**63, 2**64, -(2**200), 1.5, -0.0, math.inf, -math.inf, math.nan, "",
        "\u00e9\U0001f600",
    ],
    "bytes": [b"", b"\x00\xff"],
    "times": [
        datetime(2024, 2, 29, 12, 30, 59, 999999), datetime(2024, 10, 27, 2, 30, fold=1),
        datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=45))),
        datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=-5), "EST")), date(1, 1, 1), date(9999, 12, 31),
        time(23, 59, 59, 999999), time(1, 2, tzinfo=UTC, fold=1), timedelta.min, timedelta.max, timedelta(0),
    ],
    "ids": [UUID("12345678-1234-5678-1234-567812345678")],
    "decimals": [Decimal(text) for text in ("1.10", "-0E+5", "1E+1000", "NaN123", "sNaN", "-Infinity")],
    "containers": [[], (), set(), frozenset(), {}, [1, (2, [3, {4}]), frozenset([(5, "six")])]],
    (1, ("two", None)): {1: "int", "1": "str", b"1": "bytes", None: "none", 2.5: "float", UUID(int=1): "uuid"},
    3: {True: "bool"},
}  # fmt: skip
JSON: dict[str, Any] = {"a": [1, 2.5, None, True, "\u00e9", {"b": -(2**100)}], "text": "repeat " * 40}
MSGPACK: dict[Any, Any] = {
    "a": [1, 2.5, None, True, "\u00e9", b"\xff", {1: "b", None: math.inf}],
    "text": "repeat " * 40,
}


@dataclass(frozen=True)
class Case:
    """A file, the codec that reads it and what it must give."""

    name: str
    serializer: Serializer
    transforms: Sequence[Transform]
    value: Any
    missing: bool = False

    @property
    def path(self) -> Path:
        return SNAPSHOTS / "wire_v1" / f"{self.name}.bin"

    @property
    def envelope(self) -> Envelope:
        return Envelope(self.transforms, payload_format=self.serializer.name)

    @property
    def record(self) -> Record:
        payload = b"" if self.missing else self.serializer.dumps(self.value)
        return Record(
            payload, 1_700_000_000.125, 1_700_000_060.5, math.inf, 0.75, b"\x01version\xff",
            (("users", b"12345678"), ("caf\u00e9", b"")), self.missing,
        )  # fmt: skip


def fixed_nonce(size: int) -> bytes:
    return bytes(range(size))


AES = AesGcm({"2023": bytes(range(16)), "2024": bytes(range(32))}, active="2024", nonces=fixed_nonce)
HMAC = HmacSigning({"2023": b"s" * 32, "2024": bytes(range(64))}, active="2024")
CASES = [
    Case("faithful", FaithfulSerializer(), (), EVERYTHING),
    Case("json", JsonSerializer(), (), JSON),
    Case("msgpack", MsgpackSerializer(), (), MSGPACK),
    Case("raw_bytes", RawSerializer(), (), b"\x00raw\xff"),
    Case("raw_text", RawSerializer(), (), "raw \u00e9"),
    Case("missing", FaithfulSerializer(), (), None, missing=True),
    Case("signed", JsonSerializer(), (HMAC,), JSON),
    Case("encrypted", JsonSerializer(), (AES,), JSON),
    Case("zlib", JsonSerializer(), (ZlibCompression(above=64),), JSON),
    Case("zstd", JsonSerializer(), (ZstdCompression(above=64),), JSON),
    Case("zlib_left_alone", RawSerializer(), (ZlibCompression(),), b"small"),
    Case("zstd_encrypted_signed", MsgpackSerializer(), (ZstdCompression(above=64), AES, HMAC), MSGPACK),
    Case("missing_encrypted", JsonSerializer(), (AES,), None, missing=True),
]
LIBRARY_MAY_PACK_OTHERWISE = {"zlib", "zstd", "zstd_encrypted_signed"}
each = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(autouse=True, scope="module")
def written() -> None:
    """Write what is missing, only when told to."""
    if WRITE:
        for case in CASES:
            if not case.path.exists():
                case.path.parent.mkdir(parents=True, exist_ok=True)
                case.path.write_bytes(case.envelope.encode(ADDRESS, case.record))


@each
def test_every_snapshot_is_read(case: Case) -> None:
    record = case.envelope.decode(ADDRESS, case.path.read_bytes())
    expected = case.record
    assert (record.created, record.fresh_until, record.dead_at, record.cost) == (
        expected.created, expected.fresh_until, expected.dead_at, expected.cost
    )  # fmt: skip
    assert (record.version, record.deps, record.missing) == (expected.version, expected.deps, expected.missing)
    if case.missing:
        assert record.payload == b""
    else:
        assert identical(case.serializer.loads(record.payload), case.value)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name not in LIBRARY_MAY_PACK_OTHERWISE], ids=lambda case: case.name
)
def test_what_is_written_today_is_still_this_format(case: Case) -> None:
    assert case.envelope.encode(ADDRESS, case.record) == case.path.read_bytes()


@each
def test_no_snapshot_is_read_at_another_address(case: Case) -> None:
    with pytest.raises(Undecodable, match="key"):
        case.envelope.decode("shop/users:bob", case.path.read_bytes())


def test_every_file_has_a_case() -> None:
    assert {path for path in SNAPSHOTS.rglob("*") if path.is_file()} == {case.path for case in CASES}
