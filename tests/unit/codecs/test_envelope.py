"""The envelope: the record of this address, unchanged, or ``Undecodable``."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.compression import ZlibCompression, ZstdCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.errors import CodecError, InvalidSetting, Undecodable
from hexcache.domain.record import Record
from tests.unit.domain.laws import law

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
every_pipeline = pytest.mark.parametrize("envelope", [make() for make in PIPELINES.values()], ids=list(PIPELINES))
sealed_pipelines = pytest.mark.parametrize("name", ["signed", "encrypted", "all"])

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
times = st.floats(allow_nan=False)
deps = st.lists(st.tuples(texts, st.binary(max_size=12)), max_size=3).map(tuple)
records = st.one_of(
    st.builds(Record, st.binary(max_size=200), times, times, times, times, st.binary(max_size=255), deps),
    st.builds(Record, st.just(b""), times, times, times, times, st.binary(max_size=255), deps, st.just(True)),
)
RECORD = Record(
    b"payload " * 9, 1_700_000_000.5, 1_700_000_060.0, math.inf, 0.25, b"v1", (("tag", b"12345678"), ("t", b""))
)


def fixed(blob: bytes) -> bytes:
    """The blob with a checksum that fits, as a forger would make it."""
    return blob[:-4] + crc32(blob[:-4]).to_bytes(4, "big")


@every_pipeline
class TestEveryPipeline:
    """Laws of the envelope, whatever the stages."""

    @law
    @given(address=texts, record=records)
    def test_every_record_comes_back(self, envelope: Envelope, address: str, record: Record) -> None:
        back = envelope.decode(address, envelope.encode(address, record))
        assert back == record
        assert [type(part) for part in (back.payload, back.version, back.deps, back.missing)] == [
            bytes, bytes, tuple, bool
        ]  # fmt: skip

    @law
    @given(address=texts, other=texts, record=records)
    @example("root:a", "root:b", RECORD)
    @example("root:a", "root/a:a", RECORD)
    @example("root:a", "root:a ", RECORD)
    def test_a_blob_at_another_address_is_undecodable(
        self, envelope: Envelope, address: str, other: str, record: Record
    ) -> None:
        if address != other:
            with pytest.raises(Undecodable) as caught:
                envelope.decode(other, envelope.encode(address, record))
            assert caught.value.reason == "key"

    @law
    @given(blob=st.binary(max_size=200))
    @example(b"")
    @example(b"\xf3hxc")
    @example(b"\xf3hxc\x01" + bytes(300))
    def test_any_bytes_are_undecodable(self, envelope: Envelope, blob: bytes) -> None:
        for tried in (blob, b"\xf3hxc\x01" + blob, fixed(b"\xf3hxc\x01" + blob + bytes(4))):
            with pytest.raises(Undecodable) as caught:
                envelope.decode(ADDRESS, tried)
            assert caught.value.reason in REASONS

    @pytest.mark.parametrize("flip", [1, 0x10, 0x80, 0xFF])
    def test_a_change_of_any_byte_is_undecodable(self, envelope: Envelope, flip: int) -> None:
        blob = envelope.encode(ADDRESS, RECORD)
        for at in range(len(blob)):
            with pytest.raises(Undecodable) as caught:
                envelope.decode(ADDRESS, blob[:at] + bytes([blob[at] ^ flip]) + blob[at + 1 :])
            assert caught.value.reason in REASONS

    def test_every_truncation_and_extension_is_undecodable(self, envelope: Envelope) -> None:
        blob = envelope.encode(ADDRESS, RECORD)
        for tried in (
            *(blob[:end] for end in range(len(blob))),
            blob + b"\0",
            blob + b"x" * 50,
            b"\0" + blob,
            blob + blob,
        ):
            with pytest.raises(Undecodable):
                envelope.decode(ADDRESS, tried)

    @law
    @given(record=records, data=st.data())
    def test_forged_bytes_under_a_fitting_checksum_give_a_record_or_undecodable(
        self, envelope: Envelope, record: Record, data: st.DataObject
    ) -> None:
        blob = envelope.encode(ADDRESS, record)
        at = data.draw(st.integers(0, len(blob) - 5))
        piece = data.draw(st.binary(min_size=1, max_size=4))
        for tried in (
            blob[:at] + piece + blob[at + len(piece) :],
            blob[:at] + piece + blob[at:],
            blob[:at] + blob[at + 1 :],
        ):
            with suppress(Undecodable):
                assert isinstance(envelope.decode(ADDRESS, fixed(tried)), Record)

    @law
    @given(one=records, other=records)
    def test_two_blobs_of_one_address_do_not_splice(self, envelope: Envelope, one: Record, other: Record) -> None:
        first, second = envelope.encode(ADDRESS, one), envelope.encode(ADDRESS, other)
        middle = min(len(first), len(second)) // 2
        spliced = first[:middle] + second[middle:]
        if spliced not in {first, second}:
            with pytest.raises(Undecodable):
                envelope.decode(ADDRESS, spliced)


@sealed_pipelines
class TestSealed:
    """With a secret in the pipeline nothing outside the payload can be edited either."""

    def test_a_forger_changes_no_byte(self, name: str) -> None:
        envelope = PIPELINES[name]()
        blob = envelope.encode(ADDRESS, RECORD)
        for at in range(len(blob) - 4):
            with pytest.raises(Undecodable):
                envelope.decode(ADDRESS, fixed(blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]))

    @pytest.mark.parametrize(
        "edit",
        [
            {"dead_at": 9e9}, {"fresh_until": 9e9}, {"created": 9e9}, {"cost": 0.0}, {"version": b"v2"}, {"deps": ()},
            {"deps": (("tag", b"87654321"), ("t", b""))}, {"deps": (("tag", b"1234567"), ("8t", b""))},
        ],
        ids=str,
    )  # fmt: skip
    def test_a_payload_under_an_edited_head_does_not_authenticate(self, name: str, edit: dict[str, Any]) -> None:
        envelope = PIPELINES[name]()
        genuine, edited = envelope.encode(ADDRESS, RECORD), envelope.encode(ADDRESS, replace(RECORD, **edit))
        forged = transplant(envelope, genuine, edited)
        with pytest.raises(Undecodable) as caught:
            envelope.decode(ADDRESS, forged)
        assert caught.value.reason == "signature"

    def test_a_payload_under_the_head_of_another_address_does_not_authenticate(self, name: str) -> None:
        envelope = PIPELINES[name]()
        forged = transplant(envelope, envelope.encode("root:a", RECORD), envelope.encode("root/a:a", RECORD))
        with pytest.raises(Undecodable, match="signature"):
            envelope.decode("root/a:a", forged)

    def test_a_value_cannot_be_turned_into_a_negative_result(self, name: str) -> None:
        envelope = PIPELINES[name]()
        blob = envelope.encode(ADDRESS, replace(RECORD, payload=b""))
        forged = fixed(blob[:5] + b"\x01" + blob[6:])
        with pytest.raises(Undecodable, match="signature"):
            envelope.decode(ADDRESS, forged)

    def test_rotation_keeps_old_blobs_readable_until_the_key_goes(self, name: str) -> None:
        stage = HmacSigning if name == "signed" else AesGcm
        old = Envelope((stage({"old": b"o" * 32}),)).encode(ADDRESS, RECORD)
        during = Envelope((stage({"old": b"o" * 32, "new": KEY}, active="new"),))
        assert during.decode(ADDRESS, old) == RECORD
        with pytest.raises(Undecodable, match="signature"):
            Envelope((stage({"new": KEY}),)).decode(ADDRESS, old)


def transplant(envelope: Envelope, donor: bytes, host: bytes) -> bytes:
    """The head of ``host`` with the sealed payload of ``donor``; the two have payloads of one length."""
    size = sealed_size(envelope)
    return fixed(host[: -4 - size] + donor[-4 - size : -4] + bytes(4))


def sealed_size(envelope: Envelope) -> int:
    payload = RECORD.payload
    for stage in envelope._transforms:
        payload = stage.apply(payload, b"")
    return len(payload)


class TestConfiguration:
    """The stages come from the configuration and from nowhere else."""

    def test_no_pipeline_reads_what_another_wrote(self) -> None:
        envelopes = [
            *(make() for make in PIPELINES.values()),
            Envelope(payload_format="json"),
            Envelope(payload_format="msgpack"),
            Envelope((AesGcm({"k": KEY}), HmacSigning({"k": KEY}))),
            Envelope((HmacSigning({"k": KEY}), AesGcm({"k": KEY}))),
        ]
        for writer in envelopes:
            for reader in envelopes:
                if reader is not writer:
                    with pytest.raises(Undecodable) as caught:
                        reader.decode(ADDRESS, writer.encode(ADDRESS, RECORD))
                    assert caught.value.reason == "version"

    def test_a_forged_pipeline_digest_does_not_disable_the_signature(self) -> None:
        blob = BARE.encode(ADDRESS, RECORD)
        signed = SIGNED.encode(ADDRESS, RECORD)
        with pytest.raises(Undecodable, match="signature"):
            SIGNED.decode(ADDRESS, fixed(blob[:6] + signed[6:10] + blob[10:]))

    def test_equal_configurations_read_each_other(self) -> None:
        for make in PIPELINES.values():
            assert make().decode(ADDRESS, make().encode(ADDRESS, RECORD)) == RECORD

    def test_stages_run_in_order_and_see_the_head(self) -> None:
        seen: list[tuple[str, bytes, bytes]] = []
        envelope = Envelope((Probe("first", seen), Probe("second", seen)))
        assert envelope.decode(ADDRESS, envelope.encode(ADDRESS, replace(RECORD, payload=b"p"))).payload == b"p"
        assert [(name, data) for name, data, _ in seen] == [
            ("first", b"p"), ("second", b"first(p"), ("second-", b"second(first(p"), ("first-", b"first(p"),
        ]  # fmt: skip
        contexts = {context for _, _, context in seen}
        assert len(contexts) == 1
        assert ADDRESS.encode() in contexts.pop()

    def test_what_is_no_stage_is_refused(self) -> None:
        with pytest.raises(InvalidSetting, match="a bytes is not a transform") as caught:
            Envelope((b"secret",))  # type: ignore[arg-type]  # wrong on purpose
        assert "secret" not in str(caught.value)
        with pytest.raises(InvalidSetting, match="at most once"):
            Envelope((ZlibCompression(), ZlibCompression(level=9)))

    def test_repr_shows_the_stages(self) -> None:
        assert repr(Envelope()) == "Envelope()"
        assert repr(SIGNED) == "Envelope(HmacSigning(keys=['k'], active='k'))"


class Probe:
    def __init__(self, name: str, seen: list[tuple[str, bytes, bytes]]) -> None:
        self.name = name
        self._seen = seen

    def apply(self, data: bytes, context: bytes, /) -> bytes:
        self._seen.append((self.name, data, context))
        return self.name.encode() + b"(" + data

    def revert(self, data: bytes, context: bytes, /) -> bytes:
        self._seen.append((self.name + "-", data, context))
        return data.removeprefix(self.name.encode() + b"(")


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
            BARE.encode(ADDRESS, replace(RECORD, **change))

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
            BARE.encode(ADDRESS, replace(RECORD, payload=Vast()))

    def test_the_most_tags_come_back(self) -> None:
        record = replace(RECORD, deps=tuple((f"tag{number}", b"12345678") for number in range(65535)))
        assert BARE.decode(ADDRESS, BARE.encode(ADDRESS, record)) == record


class Vast(bytes):
    """Claims to be larger than a test can afford."""

    def __len__(self) -> int:
        return 1 << 32


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
        blob = BARE.encode(ADDRESS, replace(RECORD, deps=(("mark", b""),)))
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
        blob = writer.encode(ADDRESS, replace(RECORD, payload=bytes(1 << 20)))
        with pytest.raises(Undecodable, match="compression"):
            reader.decode(ADDRESS, blob)
