"""The directory of a disk tier: whose it is and who may enter.

Rule: a tier works in a directory that belongs to the user it runs as, and that nobody else may enter; one that belongs
to root and that nobody else may write is accepted as it is (a cache baked into an image). Everything else is refused:

* owned by another user: he could read and plant blobs;
* reached through a link that another user made: he decides where the cache lies;
* open to the writing of others and not ours to close.

A directory of ours is closed (0700) whenever it is opened, whatever it was before. Nothing in it is trusted all the
same: see ``blob_disk`` and ``schema``.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from hexcache.domain.errors import StoreUnavailable

PRIVATE: Final = 0o700
"""Mode of the directory."""
ROOT: Final = 0
_WRITABLE_BY_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_OPEN_TO_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def prepare(path: Path) -> None:
    """Make the directory where it is missing, and see to it that nobody else may enter.

    Raises:
        StoreUnavailable: it cannot be had for ourselves alone; the message says why.
        OSError: it cannot be made or looked at.
    """
    if not os.path.lexists(path):
        path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    link = path.lstat()
    user = os.geteuid()
    if stat.S_ISLNK(link.st_mode) and link.st_uid not in {user, ROOT}:
        raise StoreUnavailable(f"disk: {path} is a link that user {link.st_uid} made; name the directory itself")
    found = path.stat()
    if not stat.S_ISDIR(found.st_mode):
        raise StoreUnavailable(f"disk: {path} is not a directory")
    if found.st_uid not in {user, ROOT}:
        raise StoreUnavailable(f"disk: {path} belongs to user {found.st_uid}, not to {user}; choose one of your own")
    if found.st_uid == user and stat.S_IMODE(found.st_mode) & _OPEN_TO_OTHERS and _closed(path):
        return
    if path.stat().st_mode & _WRITABLE_BY_OTHERS:
        raise StoreUnavailable(f"disk: others may write to {path}; forbid it with: chmod go-w")


def _closed(path: Path) -> bool:
    try:
        path.chmod(PRIVATE)
    except OSError:  # a read-only file system; the caller looks at what the mode allows
        return False
    return True


def is_writable(path: Path) -> bool:
    """Whether files may be made in the directory, by mode and by file system."""
    effective = os.access in os.supports_effective_ids
    return os.access(path, os.W_OK | os.X_OK, effective_ids=effective)
