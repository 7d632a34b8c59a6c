"""A frame says what changed, is small, and is read only if every byte of it is right."""

from __future__ import annotations

from typing import Any
from zlib import crc32

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.bus.wire import Beat, Change, Frame, frame_of, frame_of_beat, parsed
from hexcache.domain.errors import StoreRejected
from hexcache.ports.invalidation import Invalidation
from tests.unit.domain.laws import law

WORD = 2**64 - 1
texts = st.text(st.characters(codec="utf-8"), max_size=60)
invalidations = st.builds(
    Invalidation,
    st.binary(max_size=255),
    st.integers(0, WORD),
    st.sampled_from(["key", "tag", "namespace", "epoch"]),
    texts,
    st.booleans(),
)
senders = st.binary(min_size=8, max_size=8)
changes = st.builds(Change, senders, st.integers(1, WORD), invalidations)
durations = st.integers(2, 2**32 - 2).map(lambda ms: ms / 1000)
endless = st.just(float("inf"))
beats = st.builds(Beat, senders, st.integers(0, WORD), durations, durations | endless, st.booleans())
frames = changes.map(frame_of) | beats.map(frame_of_beat)


def signed(body: bytes) -> bytes:
    """Bytes with the sum that would make them a frame."""
    return body + crc32(body).to_bytes(4, "big")


@law
@given(changes)
def test_an_invalidation_is_read_as_it_was_written(change: Change) -> None:
    assert parsed(frame_of(change)) == change


@law
@given(beats)
def test_a_beat_is_read_as_it_was_written_to_the_millisecond_and_never_as_longer(beat: Beat) -> None:
    read = parsed(frame_of_beat(beat))
    assert isinstance(read, Beat)
    assert (read.sender, read.done, read.last) == (beat.sender, beat.done, beat.last)
    assert beat.period - 0.0011 < read.period <= beat.period
    assert read.lossless == beat.lossless or beat.lossless - 0.0011 < read.lossless <= beat.lossless


@law
@given(changes)
def test_beside_subject_and_origin_it_takes_37_bytes(change: Change) -> None:
    message = change.message
    assert len(frame_of(change)) == 37 + len(message.origin) + len(message.subject.encode())


@law
@given(st.binary(max_size=400) | st.none() | st.text() | st.integers())
def test_what_is_no_frame_is_nothing(data: Any) -> None:
    assert parsed(data) is None


@law
@given(frames, st.data())
def test_a_frame_with_any_byte_changed_is_nothing(frame: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(frame) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != frame[place]))
    assert parsed(frame[:place] + bytes([other]) + frame[place + 1 :]) is None


@law
@given(frames, st.data())
def test_a_part_of_a_frame_and_a_frame_with_more_are_nothing(frame: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(frame) - 1))
    assert parsed(frame[:cut]) is None
    assert parsed(frame[cut + 1 :]) is None
    assert parsed(frame + data.draw(st.binary(min_size=1, max_size=9))) is None


@law
@given(st.binary(max_size=80))
@example(b"")
def test_whatever_a_right_sum_is_put_under_is_read_or_nothing_and_never_an_error(rest: bytes) -> None:
    for kind in range(5):
        frame: Frame | None = parsed(signed(b"hx\x01" + bytes([kind]) + b"somebody" + bytes(7) + b"\x05" + rest))
        if isinstance(frame, Change):
            assert frame_of(frame).endswith(crc32(frame_of(frame)[:-4]).to_bytes(4, "big"))
            assert kind == 0
        elif frame is not None:
            assert kind in {1, 2}
            assert frame.last == (kind == 2)


HEAD = b"hx\x01\x00somebody" + bytes(7) + b"\x05"
REST = b"\x00\x00" + bytes(8) + b"\x00" + b"\x00\x01k"


@pytest.mark.parametrize(
    "body",
    [
        b"hx\x02" + HEAD[3:] + REST,  # a later version
        b"hy\x01" + HEAD[3:] + REST,
        b"hx\x01\x03" + HEAD[4:] + REST,  # an unknown kind of frame
        HEAD[:-1] + b"\x00" + REST,  # number 0
        HEAD + b"\x04" + REST[1:],  # an unknown kind of subject
        HEAD + b"\x00\x02" + REST[2:],  # neither soft nor hard
        HEAD + REST[:-3] + b"\x00\x02k",  # a subject longer than it is
        HEAD + REST[:-3] + b"\x00\x01kk",
        HEAD + REST[:-1] + b"\xff",  # no UTF-8
        HEAD + REST[:10] + b"\x09" + REST[11:],  # an origin longer than what is left
        HEAD + REST[:5],
        b"hx\x01\x01somebody" + bytes(8) + bytes(8),  # a beat without a period
        b"hx\x01\x01somebody" + bytes(8) + b"\xff" * 8,
        b"hx\x01\x01somebody" + bytes(8) + bytes(7),
    ],
)
def test_what_is_not_exactly_a_frame_is_nothing_whatever_its_sum(body: bytes) -> None:
    assert parsed(signed(HEAD + REST)) == Change(b"somebody", 5, Invalidation(b"", 0, "key", "k"))
    assert parsed(signed(body)) is None


@pytest.mark.parametrize(
    "message",
    [
        Invalidation(b"x" * 256, 1, "key", "k"),
        Invalidation(b"x", 1, "key", "k" * 2**16),
        Invalidation(b"x", 1, "key", "\ud800"),
    ],
)
def test_what_cannot_be_written_is_refused_without_being_shown(message: Invalidation) -> None:
    with pytest.raises(StoreRejected, match="invalidation's subject") as caught:
        frame_of(Change(b"somebody", 1, message))
    assert "kkkk" not in str(caught.value)


def test_durations_too_long_to_be_said_are_endless() -> None:
    beat = parsed(frame_of_beat(Beat(b"somebody", 0, 1.0, 1e9)))
    assert isinstance(beat, Beat)
    assert beat.lossless == float("inf")


def test_the_longest_key_in_the_longest_namespace_can_be_told() -> None:
    message = Invalidation(b"origin", 1, "key", "\x1f" + "n" * 255 + "\x1f" + "k" * 4096)
    assert parsed(frame_of(Change(b"somebody", 1, message))) == Change(b"somebody", 1, message)
