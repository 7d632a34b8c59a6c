"""The exceptions of google-cloud-storage, google-auth and requests, told as errors of a store.

Rule: the kind says what to do; the message says the kind of trouble and never a name, a body, a token or a link. What
the cloud answers is read from the answer alone: an exception's text holds names, which can say anything.
"""

from __future__ import annotations

import re
from typing import Any, Final

import requests
import urllib3
from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.cloud.storage.exceptions import DataCorruption

from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

NOT_FOUND: Final = 404
FORBIDDEN: Final = 403
LOST: Final = frozenset({409, 412})
"""Answers to a write whose condition does not hold."""
SERVER_ERRORS: Final = 500
"""The first status that is the server's fault rather than the request's."""
_PATIENCE: Final = frozenset({429, 503})
_TOO_OFTEN: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded"})
"""Reasons of a 403 that is no matter of rights."""
_RIGHT: Final = re.compile(r"storage\.objects\.(?:get|list|create|delete|update)\b")
_PASSING: Final = frozenset({408, 500, 502, 504})
"""Answers that say nothing about what happened, and may be different the next time."""
_TIMEOUTS: Final = (requests.Timeout, TimeoutError, urllib3.exceptions.TimeoutError)
_NO_BUCKET: Final = "The specified bucket does not exist"
"""How the cloud begins to say it; of an object it says ``No such object: bucket/name``."""


def translated(exc: Exception) -> StoreError:
    """The error that a bucket raises ``from`` what it caught."""
    if isinstance(exc, StoreError):
        return exc
    if isinstance(exc, GoogleAPICallError):
        return of_status(status_of(exc), exc.response)
    if isinstance(exc, GoogleAuthError):
        return _of_identity(exc)
    if isinstance(exc, DataCorruption):
        return Interrupted("gcs: a body arrived otherwise than it was sent")
    if isinstance(exc, (requests.RequestException, urllib3.exceptions.HTTPError, OSError)):
        return _of_transport(exc)
    return StoreUnavailable(f"gcs: {type(exc).__name__}")


def status_of(exc: Exception) -> int:
    """The HTTP status of an answer that was no success; 0 if there was no answer."""
    return int(exc.code) if isinstance(exc, GoogleAPICallError) and exc.code else 0


def of_status(status: int, response: Any = None) -> StoreError:
    """The error for an answer.

    Args:
        status: the answer's.
        response: the answer, if it is at hand.
    """
    if status == NOT_FOUND and not is_no_bucket(response):
        return StoreRejected("gcs: no such object")
    if status in _PATIENCE or (status == FORBIDDEN and _reason(response) in _TOO_OFTEN):
        return Throttled(f"gcs: asks for patience ({status})", after=_after(response))
    if status in _PASSING:
        return Interrupted(f"gcs: failed ({status})")
    kind, told = {
        401: (Unauthenticated, "the identity is unknown or its token is refused"),
        FORBIDDEN: (Forbidden, f"the identity lacks {_right(response)}"),
        NOT_FOUND: (NoSuchBucket, "there is no such bucket"),
    }.get(status, (StoreRejected if status < SERVER_ERRORS else StoreUnavailable, "refused"))
    return kind(f"gcs: {told} ({status})")


def is_no_bucket(response: Any) -> bool:
    """Whether an answer says that the bucket is missing, rather than the object."""
    return _message(response).lstrip().startswith(_NO_BUCKET)


def _error(response: Any) -> dict[str, Any]:
    """What an answer of the JSON API says of its error; empty for others."""
    try:
        error = response.json()["error"]
    except (AttributeError, LookupError, TypeError, ValueError, requests.RequestException):
        return {}
    return error if isinstance(error, dict) else {}


def _message(response: Any) -> str:
    """What an answer says to people: as JSON, or as text where a body was asked for."""
    try:
        return str(_error(response).get("message") or response.text)
    except (AttributeError, TypeError, requests.RequestException):
        return ""


def _reason(response: Any) -> str:
    """The word by which an answer of the JSON API explains its status."""
    try:
        return str(_error(response)["errors"][0]["reason"])
    except (LookupError, TypeError):
        return ""


def _right(response: Any) -> str:
    """The right that an answer names, if it is one of those that this tier uses."""
    found = _RIGHT.search(_message(response))
    return found[0] if found else "a right on this bucket"


def _after(response: Any) -> float | None:
    """Seconds that an answer asks to wait; a date is not understood, and Google sends none."""
    try:
        seconds = float(response.headers["Retry-After"])
    except (AttributeError, KeyError, TypeError, ValueError):
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _of_identity(exc: GoogleAuthError) -> StoreError:
    """google-auth could not give a token, so that nothing was sent."""
    if isinstance(exc.__cause__, _TIMEOUTS):
        return StoreTimeout("gcs: no token in time")
    if isinstance(exc, TransportError) or exc.retryable:
        return StoreUnavailable(f"gcs: no token: {type(exc).__name__}")
    if isinstance(exc, RefreshError):
        return Unauthenticated("gcs: no token: refused by whoever gives them")
    return Unauthenticated(f"gcs: no token: {type(exc).__name__}")


def _of_transport(exc: Exception) -> StoreError:
    """The connection failed; what could not even be made (which urllib3 counts among the timeouts) sent nothing."""
    reason = exc.args[0] if exc.args else None
    reason = getattr(reason, "reason", reason)
    if isinstance(reason, urllib3.exceptions.NewConnectionError) or isinstance(
        exc, (requests.exceptions.SSLError, requests.exceptions.ProxyError)
    ):
        return StoreUnavailable(f"gcs: no connection: {type(exc).__name__}")
    if isinstance(exc, _TIMEOUTS) or isinstance(reason, _TIMEOUTS):
        return StoreTimeout("gcs: no answer in time")
    return Interrupted(f"gcs: the connection broke: {type(exc).__name__}")
