"""The client's exceptions, told as errors of a store.

Rule: the kind says what to do (try elsewhere, wait, give up), the message names the kind of trouble and never an
argument, a value or a password.
"""

from __future__ import annotations

from typing import Final

from redis import exceptions as vendor

from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

_ELSEWHERE: Final = (
    vendor.ConnectionError,  # that of a refused password is one: a server that lets nobody in cannot be reached
    vendor.ClusterDownError,
    vendor.TryAgainError,
    vendor.MovedError,
    vendor.AskError,
    vendor.SlotNotCoveredError,
)
"""No server, or another one than was asked."""

_UNSENT: Final = "hexcache_unsent"

_PASSING: Final = ("LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY")
"""Answers of a server that will serve again by itself."""


def translated(exc: Exception) -> StoreError:
    """The error that an adapter raises ``from`` what its client raised; caused by it also where it is not raised."""
    if isinstance(exc, StoreError):
        return exc
    error = _told(exc)
    error.__cause__ = exc
    return error


def mark_unsent(exc: BaseException) -> None:
    """Note on an error that nothing of its request went out."""
    if is_broken(exc):
        exc.__dict__[_UNSENT] = True


def was_unsent(exc: BaseException) -> bool:
    """Whether a connection broke, or could not be had, before anything of the request went out."""
    return _UNSENT in exc.__dict__


def _told(exc: Exception) -> StoreError:
    if isinstance(exc, (vendor.TimeoutError, TimeoutError)):
        return StoreTimeout("redis: no answer in time")
    if isinstance(exc, (*_ELSEWHERE, OSError)):
        return StoreUnavailable(f"redis: {type(exc).__name__}")
    if isinstance(exc, vendor.ResponseError):
        word = str(exc).partition(" ")[0]
        word = word if word.isalpha() and word.isupper() else type(exc).__name__
        return (StoreUnavailable if word in _PASSING else StoreRejected)(f"redis: {word}")
    return StoreUnavailable(f"redis: {type(exc).__name__}")


def is_broken(exc: BaseException) -> bool:
    """Whether a connection broke, which says nothing about the next one."""
    if isinstance(exc, (vendor.TimeoutError, TimeoutError, vendor.AuthenticationError, vendor.BusyLoadingError)):
        return False
    return isinstance(exc, (vendor.ConnectionError, OSError))


def is_wrong_type(exc: Exception) -> bool:
    """Whether the server refused because the key holds something of another type."""
    return isinstance(exc, StoreRejected) and "WRONGTYPE" in str(exc)
