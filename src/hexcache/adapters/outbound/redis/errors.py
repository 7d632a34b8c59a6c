"""The client's exceptions, told as errors of a store.

Rule: the kind says what to do (try elsewhere, wait, give up), the message names the kind of trouble and never an
argument, a value or a password.
"""

from __future__ import annotations

from typing import Final

from redis import exceptions as vendor

from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

_PASSING: Final = ("LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY")
"""Answers of a server that will serve again by itself."""


def translated(exc: Exception) -> StoreError:
    """The error that an adapter raises ``from`` what its client raised."""
    if isinstance(exc, StoreError):
        return exc
    if isinstance(exc, (vendor.TimeoutError, TimeoutError)):
        return StoreTimeout("redis: no answer in time")
    if isinstance(exc, (vendor.AuthenticationError, vendor.NoPermissionError)):
        return StoreRejected(f"redis: {type(exc).__name__}")
    if isinstance(exc, (vendor.ConnectionError, vendor.ClusterDownError, vendor.TryAgainError, OSError)):
        return StoreUnavailable(f"redis: {type(exc).__name__}")
    if isinstance(exc, vendor.ResponseError):
        word = str(exc).partition(" ")[0]
        word = word if word.isalpha() and word.isupper() else type(exc).__name__
        return (StoreUnavailable if word in _PASSING else StoreRejected)(f"redis: {word}")
    return StoreUnavailable(f"redis: {type(exc).__name__}")


def is_wrong_type(exc: Exception) -> bool:
    """Whether the server refused because the key holds something of another type."""
    return isinstance(exc, StoreRejected) and "WRONGTYPE" in str(exc)
