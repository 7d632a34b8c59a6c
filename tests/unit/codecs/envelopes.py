"""Envelopes of every kind, a record for them, and a forger's tools."""

from __future__ import annotations

import math
from collections.abc import Callable
from zlib import crc32

from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.compression import ZlibCompression, ZstdCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.record import Record

KEY = b"k" * 32


ADDRESS = "root/users:42"


REASONS = {"magic", "version", "truncated", "checksum", "key", "flags", "signature", "compression", "payload", "header"}


BARE = Envelope()


SIGNED = Envelope((HmacSigning({"k": KEY}),))


PIPELINES: dict[str, Callable[[], Envelope]] = {
    "bare": lambda: BARE,
    "zlib": lambda: Envelope((ZlibCompression(above=0),)),
    "zstd": lambda: Envelope((ZstdCompression(above=0),)),
    "signed": lambda: SIGNED,
    "encrypted": lambda: Envelope((AesGcm({"k": KEY}),)),
    "all": lambda: Envelope(
        (ZstdCompression(above=0), AesGcm({"k": KEY}), HmacSigning({"k": KEY})), payload_format="json"
    ),
}


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


times = st.floats(allow_nan=False)


deps = st.lists(st.tuples(texts, st.binary(max_size=12)), max_size=3).map(tuple)


records = st.one_of(
    st.builds(
        Record, st.binary(max_size=200), times, times, times, times, st.binary(max_size=255), deps, st.just(False)
    ),
    st.builds(Record, st.just(b""), times, times, times, times, st.binary(max_size=255), deps, st.just(True)),
)


RECORD = Record(
    b"payload " * 9, 1_700_000_000.5, 1_700_000_060.0, math.inf, 0.25, b"v1", (("tag", b"12345678"), ("t", b""))
)


def fixed(blob: bytes) -> bytes:
    """The blob with a checksum that fits, as a forger would make it."""
    return blob[:-4] + crc32(blob[:-4]).to_bytes(4, "big")


def transplant(envelope: Envelope, donor: bytes, host: bytes) -> bytes:
    """The head of ``host`` with the sealed payload of ``donor``; the two have payloads of one length."""
    size = sealed_size(envelope)
    return fixed(host[: -4 - size] + donor[-4 - size : -4] + bytes(4))


def sealed_size(envelope: Envelope) -> int:
    payload = RECORD.payload
    for stage in envelope._transforms:
        payload = stage.apply(payload, b"")
    return len(payload)
