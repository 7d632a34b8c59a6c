"""The contract of the record codec port: the envelope.

Rule: any bytes whatever are the record of the very address that is asked for, or ``Undecodable``.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import CodecError, Undecodable
from hexcache.domain.record import Record
from hexcache.ports.codec import RecordCodec
from hexcache.testing.contracts.examples import MANY, REASONS
from hexcache.testing.strategies import address_pairs, blobs, records


class RecordCodecContract:
    """Every law of the record codec port: override ``codec``."""

    @pytest.fixture
    def codec(self) -> RecordCodec:
        """The codec under test; override it."""
        raise NotImplementedError("override the fixture `codec(self)`")

    @MANY
    @given(record=records(), pair=address_pairs())
    def test_a_record_comes_back_as_it_was(self, codec: RecordCodec, record: Record, pair: tuple[str, str]) -> None:
        """Every field of a record survives, for any address."""
        blob = codec.encode(pair[0], record)
        assert type(blob) is bytes
        assert codec.decode(pair[0], blob) == record

    @MANY
    @given(record=records(), pair=address_pairs())
    def test_a_blob_of_another_address_is_undecodable(
        self, codec: RecordCodec, record: Record, pair: tuple[str, str]
    ) -> None:
        """A blob that lies where it was not put is refused, however alike the addresses are."""
        one, other = pair
        if one != other:
            with pytest.raises(Undecodable):
                codec.decode(other, codec.encode(one, record))

    @MANY
    @given(blob=blobs(max_size=400))
    def test_foreign_bytes_are_undecodable(self, codec: RecordCodec, blob: bytes) -> None:
        """Bytes that no codec wrote are refused, with a reason from the list."""
        with pytest.raises(Undecodable) as caught:
            codec.decode("kit:a", blob)
        assert caught.value.reason in REASONS

    @MANY
    @given(record=records(), at=st.integers(0, 10**6), bit=st.integers(0, 7))
    def test_a_flipped_bit_is_undecodable(self, codec: RecordCodec, record: Record, at: int, bit: int) -> None:
        """The change of any one bit is noticed, in the payload, in the deadlines, in the address."""
        blob = bytearray(codec.encode("kit:a", record))
        blob[at % len(blob)] ^= 1 << bit
        with pytest.raises(Undecodable):
            codec.decode("kit:a", bytes(blob))

    @MANY
    @given(record=records(), keep=st.integers(0, 10**6), more=blobs(min_size=1))
    def test_cut_and_lengthened_blobs_are_undecodable(
        self, codec: RecordCodec, record: Record, keep: int, more: bytes
    ) -> None:
        """What was cut short, and what was added to, is refused."""
        blob = codec.encode("kit:a", record)
        for wrong in (blob[: keep % len(blob)], blob + more, more + blob):
            with pytest.raises(Undecodable):
                codec.decode("kit:a", wrong)

    def test_what_does_not_fit_is_refused(self, codec: RecordCodec) -> None:
        """A version longer than its limit raises ``CodecError`` instead of being cut."""
        with pytest.raises(CodecError):
            codec.encode("kit:a", Record(b"x", 0.0, 1.0, 1.0, version=b"v" * 256))
