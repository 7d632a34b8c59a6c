"""The envelope: the record of this address, unchanged, or ``Undecodable``."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.compression import ZlibCompression
from hexcache.adapters.outbound.codecs.encryption import AesGcm, HmacSigning
from hexcache.adapters.outbound.codecs.envelope import Envelope
from hexcache.domain.errors import InvalidSetting, Undecodable
from hexcache.domain.record import Record
from tests.unit.codecs.envelopes import (
    ADDRESS,
    BARE,
    KEY,
    PIPELINES,
    REASONS,
    RECORD,
    SIGNED,
    fixed,
    records,
    texts,
)
from tests.unit.domain.laws import law

every_pipeline = pytest.mark.parametrize("envelope", [make() for make in PIPELINES.values()], ids=list(PIPELINES))


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
        assert envelope.decode(ADDRESS, envelope.encode(ADDRESS, RECORD._replace(payload=b"p"))).payload == b"p"
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
