"""Compression of payloads above a size.

Rule: one byte says whether a payload is compressed, never how: the algorithm is the configured one. Unpacking spends no
more memory than ``max_size``, whatever the data claims.

Compression ahead of encryption lets the length of a blob hint at its content; where an attacker can choose part of a
value and watch lengths, leave it out.
"""

from __future__ import annotations

import threading
import zlib
from typing import TYPE_CHECKING, Final, Protocol

from hexcache.domain.errors import InvalidSetting, MissingExtra, Undecodable

if TYPE_CHECKING:
    import zstandard

PLAIN: Final = b"\x00"
PACKED: Final = b"\x01"
MAX_SIZE: Final = 1 << 28
"""Largest payload that is unpacked unless configured otherwise: 256 MiB."""


class _Packer(Protocol):
    def pack(self, data: bytes, /) -> bytes: ...

    def unpack(self, data: memoryview, /) -> bytes: ...


class _Compression:
    """What both algorithms do around their packer."""

    __slots__ = ("_above", "_level", "_max_size", "_name", "_packer")

    def __init__(self, name: str, packer: _Packer, level: int, above: int, max_size: int) -> None:
        self._name = name
        self._packer = packer
        self._level = level
        self._above = above
        self._max_size = max_size

    @property
    def name(self) -> str:
        """The algorithm's name."""
        return self._name

    def apply(self, data: bytes, context: bytes, /) -> bytes:
        """Compress where ``data`` is larger than ``above`` and shrinks by it; else only mark it as left alone."""
        if self._above < len(data) <= self._max_size:
            packed = self._packer.pack(data)
            if len(packed) < len(data):
                return PACKED + packed
        return PLAIN + data

    def revert(self, data: bytes, context: bytes, /) -> bytes:
        """Undo ``apply``.

        Raises:
            Undecodable: not the output of ``apply``, or more than ``max_size`` bytes when unpacked.
        """
        marker = data[:1]
        if marker == PLAIN:
            return data[1:]
        if marker != PACKED:
            raise Undecodable("compression", "unknown marker")
        return self._packer.unpack(memoryview(data)[1:])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(level={self._level}, above={self._above}, max_size={self._max_size})"


class ZlibCompression(_Compression):
    """DEFLATE by the standard library's zlib.

    Args:
        level: 1 (fast) to 9 (small).
        above: payloads of at most so many bytes are left alone.
        max_size: payloads of more bytes are not compressed and nothing is unpacked beyond it.

    Raises:
        InvalidSetting: an argument out of range.
    """

    __slots__ = ()

    def __init__(self, level: int = 6, above: int = 1024, max_size: int = MAX_SIZE) -> None:
        _check(level, range(1, 10), above, max_size)
        super().__init__("zlib", _Zlib(level, max_size), level, above, max_size)


class ZstdCompression(_Compression):
    """Zstandard by the ``zstandard`` package: smaller and several times faster than zlib.

    Args:
        level: 1 (fast) to 22 (small).
        above: payloads of at most so many bytes are left alone.
        max_size: payloads of more bytes are not compressed and nothing is unpacked beyond it.

    Raises:
        InvalidSetting: an argument out of range.
        MissingExtra: ``hexcache[zstd]`` is not installed.
    """

    __slots__ = ()

    def __init__(self, level: int = 3, above: int = 1024, max_size: int = MAX_SIZE) -> None:
        _check(level, range(1, 23), above, max_size)
        super().__init__("zstd", _Zstd(level, max_size), level, above, max_size)


class _Zlib:
    __slots__ = ("_level", "_max_size")

    def __init__(self, level: int, max_size: int) -> None:
        self._level = level
        self._max_size = max_size

    def pack(self, data: bytes, /) -> bytes:
        return zlib.compress(data, self._level)

    def unpack(self, data: memoryview, /) -> bytes:
        stream = zlib.decompressobj()
        try:
            unpacked = stream.decompress(data, self._max_size + 1)
        except zlib.error as exc:
            raise Undecodable("compression", "not a zlib stream") from exc
        if len(unpacked) > self._max_size:
            raise Undecodable("compression", "unpacks to more than max_size")
        if not stream.eof or stream.unused_data:
            raise Undecodable("compression", "not exactly one zlib stream")
        return unpacked


class _Zstd:
    """Keeps a compressor and a decompressor for each thread: they are costly to make and not to be shared."""

    __slots__ = ("_level", "_max_size", "_mine", "_zstandard")

    def __init__(self, level: int, max_size: int) -> None:
        try:
            import zstandard  # noqa: PLC0415 - an extra, loaded only where it is used
        except ImportError as exc:
            raise MissingExtra("ZstdCompression needs the zstandard package: install hexcache[zstd]") from exc
        self._zstandard = zstandard
        self._level = level
        self._max_size = max_size
        self._mine = threading.local()

    def pack(self, data: bytes, /) -> bytes:
        compressor: zstandard.ZstdCompressor | None = getattr(self._mine, "compressor", None)
        if compressor is None:
            compressor = self._mine.compressor = self._zstandard.ZstdCompressor(level=self._level)
        return compressor.compress(data)

    def unpack(self, data: memoryview, /) -> bytes:
        decompressor: zstandard.ZstdDecompressor | None = getattr(self._mine, "decompressor", None)
        if decompressor is None:
            decompressor = self._mine.decompressor = self._zstandard.ZstdDecompressor()
        try:
            # the frame says how much to allocate, and no other limit is kept once it does: so it is asked first
            size = self._zstandard.get_frame_parameters(data).content_size
            if not 0 < size <= self._max_size:  # "unknown" is the largest number there is; nothing empty is packed
                raise Undecodable("compression", "unpacks to nothing or to more than max_size")
            return decompressor.decompress(data, allow_extra_data=False)
        except (self._zstandard.ZstdError, ValueError, MemoryError) as exc:
            raise Undecodable("compression", "not exactly one zstd frame") from exc


def _check(level: object, levels: range, above: object, max_size: object) -> None:
    if type(level) is not int or level not in levels:
        raise InvalidSetting(f"level is {level!r}; accepted: {levels.start} to {levels.stop - 1}")
    for name, size, least in (("above", above, 0), ("max_size", max_size, 1)):
        if type(size) is not int or size < least:
            raise InvalidSetting(f"{name} is {size!r}; accepted: a number of bytes, at least {least}")
