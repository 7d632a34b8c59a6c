"""What boto3 raises, told as what a bucket refuses.

Rule: the kind says what to do; the message names S3's own code, the operation and the right that it needs, and never a
name, a body, a key or a link.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from botocore import exceptions as vendor
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

RAISED: Final = (vendor.BotoCoreError, vendor.ClientError, ResponseParserError, HTTPError, OSError)
"""All that a request, or the reading of a body, is known to raise."""

RIGHTS: Final = {
    "GetObject": "s3:GetObject",
    "HeadObject": "s3:GetObject",
    "PutObject": "s3:PutObject",
    "DeleteObject": "s3:DeleteObject",
    "DeleteObjects": "s3:DeleteObject",
    "ListObjectsV2": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
}
"""What the policy of an identity has to allow for each operation."""

_UNAUTHENTICATED: Final = frozenset(
    {
        *("InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken", "TokenRefreshRequired"),
        *("InvalidClientTokenId", "RequestTimeTooSkewed", "RequestExpired", "AuthorizationHeaderMalformed"),
        *("InvalidSecurity", "UnrecognizedClientException", "ExpiredTokenException", "401"),
    }
)
_FORBIDDEN: Final = frozenset({"AccessDenied", "AllAccessDisabled", "AccountProblem", "InvalidPayer", "403"})
_THROTTLED: Final = frozenset(
    {
        *("SlowDown", "ServiceUnavailable", "Throttling", "ThrottlingException", "RequestLimitExceeded"),
        *("TooManyRequests", "BandwidthLimitExceeded", "RequestThrottled", "429", "503"),
    }
)
_LOST: Final = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "OperationAborted"})
_ENDED: Final = frozenset({"RequestTimeout", "IncompleteBody", "InternalError", "408"})
"""The service did not get the request whole, or did not finish it."""

_NO_IDENTITY: Final = (
    vendor.NoCredentialsError,
    vendor.PartialCredentialsError,
    vendor.CredentialRetrievalError,
    vendor.MetadataRetrievalError,
    vendor.ProfileNotFound,
    vendor.TokenRetrievalError,
    vendor.SSOError,
)
_UNANSWERED: Final = (vendor.ReadTimeoutError, vendor.ConnectTimeoutError, TimeoutError)
_ENDED_EARLY: Final = (
    vendor.HTTPClientError,  # after those who time out, which are some of it
    vendor.IncompleteReadError,
    ResponseParserError,
    HTTPError,
)
_LONGEST: Final = 60
"""Letters of a code that is shown; a server's own words are not."""


def translated(exc: Exception) -> StoreError:
    """The error to raise ``from`` one of ``RAISED``."""
    if isinstance(exc, vendor.ClientError):
        return _answered(exc)
    name = type(exc).__name__
    if isinstance(exc, _UNANSWERED):
        return StoreTimeout(f"s3: {name}")
    if isinstance(exc, _NO_IDENTITY):
        return Unauthenticated(f"s3: {name}")
    if isinstance(exc, _ENDED_EARLY):
        return Interrupted(f"s3: {name}")
    if isinstance(exc, (vendor.ConnectionError, OSError)):
        return StoreUnavailable(f"s3: {name}")
    return StoreRejected(f"s3: {name}")


def is_missing(exc: vendor.ClientError) -> bool:
    """Whether an answer says that there is no such object; without a body it may be the bucket that there is not."""
    return code_of(exc) in {"NoSuchKey", "404", "NotFound"}


def is_lost(exc: vendor.ClientError) -> bool:
    """Whether an answer says that a condition did not hold, or that another writer was in the way."""
    return _status_of(exc) == HTTPStatus.PRECONDITION_FAILED or code_of(exc) in _LOST


def code_of(exc: vendor.ClientError) -> str:
    """S3's name for what is wrong, or the status where it gave none."""
    return str(exc.response.get("Error", {}).get("Code", ""))


def _status_of(exc: vendor.ClientError) -> int:
    return int(exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def _answered(exc: vendor.ClientError) -> StoreError:
    code, status = code_of(exc), _status_of(exc)
    operation = str(exc.operation_name)
    text = f"s3: {shown_code(code)} for {operation}"
    if code in _UNAUTHENTICATED or status == HTTPStatus.UNAUTHORIZED:
        return Unauthenticated(text)
    if code == "NoSuchBucket":
        return NoSuchBucket(text)
    if code in _THROTTLED or status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        return Throttled(text, after=_asked_patience(exc))
    if code in _FORBIDDEN:
        return Forbidden(f"{text}, which needs the right {RIGHTS.get(operation, operation)}")
    if code in _ENDED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Interrupted(text)
    return StoreRejected(text)


def shown_code(code: object) -> str:
    """A code as a message may show it."""
    text = str(code)
    return text if text.replace(".", "").isalnum() and len(text) <= _LONGEST else "an error without a code"


def _asked_patience(exc: vendor.ClientError) -> float | None:
    headers: dict[str, Any] = exc.response.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    text = str(headers.get("retry-after", ""))
    return float(text) if text.isdigit() else None
