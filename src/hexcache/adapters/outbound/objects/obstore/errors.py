"""obstore's exceptions, told as what a bucket refuses.

Rule: the kind says what to do; the message names the vendor's code, the status or the library's word for a broken
connection, and never a name, an address, a body, a key or a link, all of which stand in the exception's own text.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final

from obstore.exceptions import AlreadyExistsError, BaseError, InvalidPathError, PreconditionError

from hexcache.adapters.outbound.objects.obstore.report import Report, report_of
from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

RAISED: Final = (BaseError, OSError, ValueError)
"""All that the library is known to raise; ``FileNotFoundError`` is its word for 404, ``ValueError`` for a setting."""

_GONE: Final = frozenset({
    "NoSuchBucket", "ContainerNotFound", "ContainerDisabled", "ResourceNotFound", "AccountIsDisabled",
})  # fmt: skip
_AWAY: Final = frozenset({"ContainerBeingDeleted", "AccountBeingCreated"})
"""Codes of what passes by itself, in minutes."""
_STRANGER: Final = frozenset({
    "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired",
    "InvalidClientTokenId", "RequestTimeTooSkewed", "RequestExpired", "AuthorizationHeaderMalformed",
    "InvalidSecurity", "UnrecognizedClientException", "ExpiredTokenException", "AuthenticationRequired",
    "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation",
    "KeyBasedAuthenticationNotPermitted",
})  # fmt: skip
_THROTTLED: Final = frozenset({"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "ServerBusy"})
_UNSURE: Final = frozenset({"RequestTimeout", "IncompleteBody", "InternalError"})
"""The service did not get the request whole, or did not finish it."""

_REFUSED: Final = re.compile("Authentication|Credential")
"""In the names of what azure-identity raises when there is no identity, or not a good one."""
_PATIENCE: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


def translated(vendor: str, exc: Exception) -> StoreError:
    """The error to raise ``from`` what the library raised."""
    if isinstance(exc, StoreError):
        return exc
    report = report_of(exc)
    if report.raised:
        kind = Unauthenticated if _REFUSED.search(report.raised) else StoreUnavailable
        return kind(f"{vendor}: no token: {report.raised}")
    if report.broken:
        return _unanswered(vendor, report)
    if report.status or report.part:
        return _answered(vendor, report)
    if isinstance(exc, (ValueError, InvalidPathError)):
        return StoreRejected(f"{vendor}: obstore refuses a name or a setting")
    return StoreUnavailable(f"{vendor}: {type(exc).__name__} without an answer")


def is_absent(exc: Exception) -> bool:
    """Whether there is no such object; without a body it may be the bucket that there is not."""
    return isinstance(exc, FileNotFoundError) and not _is_gone(report_of(exc))


def is_lost(exc: Exception) -> bool:
    """Whether a condition did not hold, or another writer was in the way."""
    return isinstance(exc, (PreconditionError, AlreadyExistsError))


def tells_nothing(exc: Exception) -> bool:
    """Whether a 404 came without a word about what there is not."""
    return not report_of(exc).code


def is_partial(exc: Exception) -> bool:
    """Whether it is one name of several that was not removed, and the others may have been."""
    report = report_of(exc)
    return not _is_gone(report) and (bool(report.part) or isinstance(exc, FileNotFoundError))


def _is_gone(report: Report) -> bool:
    return report.container or report.code in _GONE


def _unanswered(vendor: str, report: Report) -> StoreError:
    if report.broken == "Timeout":
        return StoreTimeout(f"{vendor}: no answer in time")
    if report.broken == "Connect":
        return StoreUnavailable(f"{vendor}: no connection")
    if report.identity:  # nothing was sent to the store
        return StoreUnavailable(f"{vendor}: no token: {report.broken}")
    return Interrupted(f"{vendor}: the connection broke ({report.broken})")


def _answered(vendor: str, report: Report) -> StoreError:
    status = report.status or (int(report.part) if report.part.isdigit() else 0)
    code = report.code or ("" if report.part.isdigit() else report.part)
    text = f"{vendor}: {code or f'status {status}'}"
    if report.identity:
        kind = StoreUnavailable if status >= HTTPStatus.INTERNAL_SERVER_ERROR else Unauthenticated
        return kind(f"{vendor}: no token: status {status}")
    if _is_gone(report):
        return NoSuchBucket(text)
    if code in _AWAY:
        return StoreUnavailable(text)
    if code in _STRANGER or status == HTTPStatus.UNAUTHORIZED:
        return Unauthenticated(text)
    if status == HTTPStatus.FORBIDDEN or code == "AccessDenied":
        return Forbidden(text)
    if code in _THROTTLED or status in _PATIENCE:  # how long to wait is in a header, which is not told
        return Throttled(text)
    if code in _UNSURE or status == HTTPStatus.REQUEST_TIMEOUT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Interrupted(text)
    return StoreRejected(text)
