"""What may stand in a disk tier: text keys and bytes, nothing else.

Rule: nothing that is read is ever interpreted. diskcache's own ``Disk`` unpickles rows that say so, whoever wrote them
(CVE-2025-69872); here a row of any mode but "bytes in the row" and "bytes in a file" is foreign, whatever it holds, and
a file name that this class would not have made is neither opened nor removed.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

from diskcache import UNKNOWN, Disk  # type: ignore[import-untyped]  # diskcache ships no types

from hexcache.domain.errors import UnsupportedValue

ABSENT: Final = 0
"""Mode of a row without a value: diskcache's MODE_NONE; here a tombstone."""
IN_ROW: Final = 1
"""Mode of a row that holds its bytes: diskcache's MODE_RAW."""
IN_FILE: Final = 2
"""Mode of a row whose bytes are in a file: diskcache's MODE_BINARY."""

MOST_BYTES: Final = 2**31
"""Largest file that is read where no limit was set, bytes."""

_FILE_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{30}\.val")
_NO_FILE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENXIO})
"""Nothing there, or a folder, a link, a socket in its place."""
_READ_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_WRITE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class ForeignRow(OSError):
    """A row is not one that this class wrote, or its file is not whole.

    It is an ``OSError`` because that is what diskcache itself takes for "the value is gone".
    """


class BlobDisk(Disk):  # type: ignore[misc]  # the parent has no types
    """diskcache's key and value storage, for text keys and bytes.

    Files lie one level deep in at most 256 folders, which are never removed: with diskcache's own two levels most of a
    write goes into making and removing folders.

    Attributes:
        folder: the directory.
        most_bytes: a larger file is foreign; bounds what a planted file can take of the memory.
    """

    def __init__(self, directory: str, min_file_size: int = 0, pickle_protocol: int = 0) -> None:
        super().__init__(directory, min_file_size, pickle_protocol)
        self.folder = Path(directory)
        self.most_bytes = MOST_BYTES

    # pyright guesses the parent's types from its body.

    def put(self, key: object) -> tuple[str, bool]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The database key.

        Raises:
            UnsupportedValue: not text; diskcache would pickle it.
        """
        if type(key) is not str:
            raise UnsupportedValue("the key", type(key).__name__, "str")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """The key that a database key stands for.

        Raises:
            ForeignRow: not text, or marked as pickled.
        """
        if type(key) is not str or raw != 1:
            raise ForeignRow("a foreign key")
        return key

    def store(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, value: object, read: object, key: object = UNKNOWN
    ) -> tuple[int, int, str | None, bytes | None]:
        """Keep bytes, in a file when they are many.

        Returns:
            The columns (file size, mode, file name, value).

        Raises:
            UnsupportedValue: not ``bytes``; diskcache would pickle it.
            OSError: the file could not be written; nothing of it is left.
        """
        if type(value) is not bytes or read:
            raise UnsupportedValue("the value", type(value).__name__, "bytes")
        if len(value) < self.min_file_size:
            return 0, IN_ROW, None, value
        name, _ = self.filename(key, value)
        self._keep(name, value)
        return len(value), IN_FILE, name, None

    def filename(self, key: object = UNKNOWN, value: object = UNKNOWN) -> tuple[str, str]:
        """A new random file name, and the path that it stands for."""
        digits = os.urandom(16).hex()
        name = f"{digits[:2]}/{digits[2:]}.val"
        return name, str(self.folder / name)

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:
        """The bytes of a row, for diskcache's own methods.

        Raises:
            ForeignRow: the row is none of ours.
        """
        if read:
            raise ForeignRow("a blob is read whole")
        return self.load(mode, filename, value, None)

    def load(self, mode: object, filename: object, value: object, size: object) -> bytes:
        """The bytes of a row.

        Args:
            mode: the row's mode.
            filename: the row's file name, text or its bytes.
            value: the row's value.
            size: the file's size as the row has it; None when it is not known.

        Raises:
            ForeignRow: the row is none of ours, or its file is not there or not whole.
            OSError: the file cannot be read.
        """
        if mode == IN_ROW and type(value) is bytes:
            return value
        if mode != IN_FILE or value is not None:
            raise ForeignRow("a foreign mode")
        return _read_whole(self._path(filename), size, self.most_bytes)

    def remove(self, file_path: object) -> None:
        """Remove a file of ours; a name that is none of ours and a file that is gone are left alone."""
        with suppress(OSError):  # gone already, or forbidden: then the sweep of leftovers finds it later
            self._path(file_path).unlink()

    def _path(self, filename: object) -> Path:
        name = filename.decode("ascii", "replace") if isinstance(filename, bytes) else filename
        if not isinstance(name, str) or not _FILE_NAME.fullmatch(name):
            raise ForeignRow("a foreign file name")
        return self.folder / name

    def _keep(self, name: str, data: bytes) -> None:
        fd = _create(self.folder / name)
        try:
            _write_all(fd, data)
        except BaseException:
            self.remove(name)
            raise
        finally:
            os.close(fd)


def _create(path: Path) -> int:
    try:
        return os.open(path, _WRITE_FLAGS, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        return os.open(path, _WRITE_FLAGS, 0o600)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def _read_whole(path: Path, size: object, most: int) -> bytes:
    """The bytes of a regular file of exactly that size, and of not more than ``most``.

    It is opened without following a link and without waiting, so that a planted link or pipe neither leads elsewhere
    nor blocks.
    """
    try:
        fd = os.open(path, _READ_FLAGS)
    except OSError as exc:
        if exc.errno in _NO_FILE:
            raise ForeignRow("there is no such file") from exc
        raise
    try:
        found = os.fstat(fd)
        if not stat.S_ISREG(found.st_mode) or found.st_size > most or size not in {None, found.st_size}:
            raise ForeignRow("the file is not whole")
        data = os.read(fd, found.st_size)
        while len(data) < found.st_size:
            more = os.read(fd, found.st_size - len(data))
            if not more:
                raise ForeignRow("the file is not whole")
            data += more
    finally:
        os.close(fd)
    return data
