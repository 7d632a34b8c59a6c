"""What SQLite, diskcache and the operating system raise, in the words of the store port.

Rule: every error of a vendor is translated here and nowhere else, and no message holds an address or a blob.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import diskcache  # type: ignore[import-untyped]  # diskcache ships no types and nobody else ships any for it

from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

VENDOR: Final = (sqlite3.Error, OSError, diskcache.Timeout, UnicodeEncodeError)
"""Every type of error that the vendors raise."""

_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_REFUSALS = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "the database is read-only",
    sqlite3.SQLITE_PERM: "access to the database is forbidden",
    sqlite3.SQLITE_TOOBIG: "larger than the database takes",
}
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_REFUSED = frozenset({
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM,
})  # fmt: skip


def result_code(exc: BaseException) -> int:
    """SQLite's primary result code of an error; 0 when it has none."""
    code = getattr(exc, "sqlite_errorcode", 0)
    return code & 0xFF if isinstance(code, int) else 0


def is_busy(exc: BaseException) -> bool:
    """Whether the database answered that somebody else holds it."""
    return result_code(exc) in _BUSY


def is_refusal(exc: BaseException) -> bool:
    """Whether the answer was no, and would be no again: full, read-only, forbidden."""
    return result_code(exc) in _REFUSALS or (isinstance(exc, OSError) and exc.errno in _REFUSED)


def translated(exc: BaseException, doing: str) -> StoreError:
    """The store error that says what a vendor's error means.

    Args:
        exc: what was raised; a store error is returned as it is.
        doing: what was being done, for people.
    """
    if isinstance(exc, StoreError):
        return exc
    if isinstance(exc, diskcache.Timeout) or is_busy(exc):
        return StoreTimeout(f"disk: {doing}: others held the database for longer than the deadline")
    if isinstance(exc, UnicodeEncodeError):
        return StoreRejected(f"disk: {doing}: an address is valid Unicode; this one holds a lone surrogate")
    code = result_code(exc)
    if code in _DAMAGE:
        return StoreUnavailable(f"disk: {doing}: the database is damaged; remove its directory to begin anew")
    text = _REFUSALS.get(code) or (exc.strerror if isinstance(exc, OSError) else str(exc)) or type(exc).__name__
    kind = StoreRejected if is_refusal(exc) else StoreUnavailable
    return kind(f"disk: {doing}: {text}")


@contextmanager
def translating(doing: str) -> Iterator[None]:
    """Raise whatever a vendor raises inside as the store error that it means."""
    try:
        yield
    except StoreError:  # one of them is a TimeoutError, hence an OSError, and must not be translated again
        raise
    except VENDOR as exc:
        raise translated(exc, doing) from exc
