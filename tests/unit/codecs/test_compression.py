"""Compression gives payloads back, leaves small ones alone, and cannot be made to spend memory."""

from __future__ import annotations

import sys
import threading
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.codecs.compression import MAX_SIZE, PACKED, PLAIN, ZlibCompression, ZstdCompression
from hexcache.domain.errors import InvalidSetting, MissingExtra, Undecodable
from tests.unit.domain.laws import law

Compression = ZlibCompression | ZstdCompression
CONTEXT = b"context"


both = pytest.mark.parametrize("make", [ZlibCompression, ZstdCompression], ids=["zlib", "zstd"])
payloads = st.one_of(
    st.binary(max_size=300), st.builds(lambda part, times: part * times, st.binary(max_size=20), st.integers(0, 300))
)


def pack(make: Callable[..., Compression], data: bytes) -> bytes:
    return PACKED + (zlib.compress(data) if make is ZlibCompression else zstandard.ZstdCompressor().compress(data))


@both
class TestBoth:
    """Laws of both algorithms."""

    @law
    @given(data=payloads, above=st.integers(0, 100))
    def test_every_payload_comes_back(self, make: Callable[..., Compression], data: bytes, above: int) -> None:
        stage = make(above=above)
        assert stage.revert(stage.apply(data, CONTEXT), CONTEXT) == data

    @law
    @given(data=payloads)
    def test_a_payload_grows_by_one_byte_at_most(self, make: Callable[..., Compression], data: bytes) -> None:
        assert len(make(above=0).apply(data, CONTEXT)) <= len(data) + 1

    def test_only_what_is_larger_than_the_bound_is_compressed(self, make: Callable[..., Compression]) -> None:
        stage = make(above=1000)
        assert stage.apply(b"a" * 1000, CONTEXT) == PLAIN + b"a" * 1000
        packed = stage.apply(b"a" * 1001, CONTEXT)
        assert packed[:1] == PACKED
        assert len(packed) < 100

    def test_what_does_not_shrink_is_left_alone(self, make: Callable[..., Compression]) -> None:
        data = zlib.compress(bytes(range(256)) * 8)
        noise = b"".join(bytes([(i * i * 31 + i * 7) % 251]) for i in range(40)) + data[:20]
        assert make(above=0).apply(noise, CONTEXT) == PLAIN + noise

    @pytest.mark.parametrize("level", [1, 6, 9])
    def test_the_level_is_the_algorithms(self, make: Callable[..., Compression], level: int) -> None:
        data = b"".join(b"line %d of a text that repeats itself\n" % number for number in range(500))
        if make is ZlibCompression:
            expected = zlib.compress(data, level)
        else:
            expected = zstandard.ZstdCompressor(level=level).compress(data)
        assert make(level=level).apply(data, CONTEXT) == PACKED + expected

    @law
    @given(data=st.binary(max_size=100))
    def test_any_bytes_give_bytes_or_undecodable(self, make: Callable[..., Compression], data: bytes) -> None:
        for tried in (data, PACKED + data):
            with suppress(Undecodable):
                make().revert(tried, CONTEXT)

    @law
    @given(data=st.data())
    def test_any_change_of_a_packed_payload_gives_bytes_or_undecodable(
        self, make: Callable[..., Compression], data: st.DataObject
    ) -> None:
        packed = make(above=0).apply(b"some text, some text, some text, " * 9, CONTEXT)
        at = data.draw(st.integers(0, len(packed) - 1))
        for tried in (packed[:at], packed[:at] + bytes([data.draw(st.integers(0, 255))]) + packed[at + 1 :]):
            with suppress(Undecodable):
                make().revert(tried, CONTEXT)

    @pytest.mark.parametrize("data", [b"", b"\x02abc", b"\xff", PACKED, PACKED + b"abc"], ids=repr)
    def test_what_is_no_output_is_undecodable(self, make: Callable[..., Compression], data: bytes) -> None:
        with pytest.raises(Undecodable) as caught:
            make().revert(data, CONTEXT)
        assert caught.value.reason == "compression"

    def test_truncated_and_extended_streams_are_undecodable(self, make: Callable[..., Compression]) -> None:
        packed = pack(make, b"a" * 5000)
        for tried in (packed[:-1], packed[:-5], packed + b"x", packed + packed[1:]):
            with pytest.raises(Undecodable, match="compression"):
                make().revert(tried, CONTEXT)

    def test_a_bomb_is_undecodable_and_takes_no_memory(self, make: Callable[..., Compression]) -> None:
        bomb = pack(make, bytes(64 << 20))
        stage = make(max_size=1 << 20)
        tracemalloc.start()
        try:
            with pytest.raises(Undecodable, match="compression"):
                stage.revert(bomb, CONTEXT)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert peak < 8 << 20

    def test_the_bound_itself_is_allowed(self, make: Callable[..., Compression]) -> None:
        stage = make(max_size=5000)
        assert stage.revert(pack(make, bytes(5000)), CONTEXT) == bytes(5000)
        with pytest.raises(Undecodable):
            stage.revert(pack(make, bytes(5001)), CONTEXT)

    def test_what_could_not_be_unpacked_again_is_left_alone(self, make: Callable[..., Compression]) -> None:
        stage = make(max_size=5000)
        assert stage.revert(stage.apply(bytes(6000), CONTEXT), CONTEXT) == bytes(6000)

    def test_threads_may_share_it(self, make: Callable[..., Compression]) -> None:
        stage = make(above=10)
        outcomes: list[bool] = []

        def work(text: bytes) -> None:
            outcomes.extend(stage.revert(stage.apply(text * 200, b""), b"") == text * 200 for _ in range(50))

        threads = [threading.Thread(target=work, args=(b"text %d" % number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert outcomes == [True] * 200

    @pytest.mark.parametrize(
        "setting",
        [
            {"level": 0}, {"level": 23}, {"level": "6"}, {"level": True}, {"above": -1}, {"above": 1.5},
            {"above": None}, {"max_size": 0}, {"max_size": "1M"},
        ],
        ids=str,
    )  # fmt: skip
    def test_bad_settings_are_named(self, make: Callable[..., Compression], setting: dict[str, Any]) -> None:
        ((name, value),) = setting.items()
        with pytest.raises(InvalidSetting, match=name) as caught:
            make(**setting)
        assert repr(value) in str(caught.value)
        assert "accepted" in str(caught.value)

    def test_repr_shows_the_settings(self, make: Callable[..., Compression]) -> None:
        assert repr(make(level=2, above=3)) == f"{make.__name__}(level=2, above=3, max_size={MAX_SIZE})"


class TestZstd:
    """What a zstd frame claims about itself is not believed."""

    def test_a_frame_without_a_size_is_undecodable(self) -> None:
        packer = zstandard.ZstdCompressor().compressobj()
        frame = packer.compress(bytes(100_000)) + packer.flush()
        with pytest.raises(Undecodable, match="compression"):
            ZstdCompression().revert(PACKED + frame, CONTEXT)

    @pytest.mark.parametrize("claimed", [0, 1, 99_999, 100_001, 1 << 27, (1 << 64) - 1])
    def test_a_frame_that_lies_about_its_size_is_undecodable(self, claimed: int) -> None:
        frame = zstandard.ZstdCompressor().compress(bytes(100_000))
        assert frame[4] == 0xA0  # single segment, size of four bytes
        lying = frame[:4] + b"\xe0" + claimed.to_bytes(8, "little") + frame[9:]
        with pytest.raises(Undecodable, match="compression"):
            ZstdCompression().revert(PACKED + lying, CONTEXT)

    def test_without_the_package_it_names_the_extra(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "zstandard", None)
        with pytest.raises(MissingExtra, match=r"hexcache\[zstd\]"):
            ZstdCompression()


def test_neither_reads_what_the_other_wrote() -> None:
    data = b"text " * 1000
    for one, other in ((ZlibCompression(), ZstdCompression()), (ZstdCompression(), ZlibCompression())):
        with pytest.raises(Undecodable):
            other.revert(one.apply(data, CONTEXT), CONTEXT)
        assert one.name != other.name
