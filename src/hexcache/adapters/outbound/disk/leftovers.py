"""Files that no row knows: what a process leaves that is killed between writing a file and committing its row.

Rule: a file is removed only when it is older than any write can last and no row names it. One of the 256 folders is
looked through at a time, so that it costs a large write little.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from typing import Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.database import Database
from hexcache.adapters.outbound.disk.rows import parts
from hexcache.adapters.outbound.disk.tally import Tally

FOLDERS: Final = 256
EVERY: Final = 64
"""So many files are written between two looks."""
OLD_ENOUGH: Final = 3600.0
"""Seconds after which no write that made the file can still be under way."""


class Leftovers:
    """Looks through one folder after the other as files are written."""

    def __init__(self, database: Database, tally: Tally, first: int) -> None:
        self._database = database
        self._tally = tally
        self._next = first % FOLDERS
        self._written = 0

    def wrote(self, files: int) -> None:
        """Note files that were written; now and then, look for what is left over."""
        before = self._written
        self._written += files
        if before == 0 or before // EVERY != self._written // EVERY:
            self._next = (self._next + 1) % FOLDERS
            self.sweep(self._next)

    def sweep(self, folder: int) -> int:
        """Remove what is left over in one folder; returns how many files that were.

        Raises:
            StoreError: the database does not answer.
        """
        names = list(self._old_files(f"{folder:02x}"))
        swept = 0
        for part in parts(names):
            rows = self._database.rows(statements.used_files(len(part)), part)
            known = {bytes(name).decode() for (name,) in rows}
            for name in part:
                if name not in known:
                    self._database.disk.remove(name)
                    swept += 1
        self._tally.add("swept", swept)
        return swept

    def _old_files(self, folder: str) -> Iterator[str]:
        # The file system's clock is the real one, whatever clock the store was given.
        limit = time.time() - OLD_ENOUGH
        try:
            with os.scandir(self._database.folder / folder) as entries:
                for entry in entries:
                    if entry.stat(follow_symlinks=False).st_mtime < limit:
                        yield f"{folder}/{entry.name}"
        except OSError:  # no such folder yet, or a file that went meanwhile: the next round sees the rest
            return
