"""Each of boto3's errors is told as the kind that leads to the right treatment."""

from __future__ import annotations

from typing import Any

import pytest
from botocore import exceptions as vendor
from botocore.parsers import ResponseParserError

from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.adapters.outbound.objects.s3.errors import RAISED, is_lost, is_missing, translated
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable


def answer(code: str, status: int, operation: str = "GetObject", **headers: str) -> vendor.ClientError:
    """What boto3 raises for an answer."""
    told: Any = {
        "Error": {"Code": code, "Message": "secret words of the server"},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return vendor.ClientError(told, operation)


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDenied", 403, Forbidden),
        ("403", 403, Forbidden),
        ("InvalidAccessKeyId", 403, Unauthenticated),
        ("SignatureDoesNotMatch", 403, Unauthenticated),
        ("ExpiredToken", 400, Unauthenticated),
        ("InvalidToken", 400, Unauthenticated),
        ("RequestTimeTooSkewed", 403, Unauthenticated),
        ("Whatever", 401, Unauthenticated),
        ("NoSuchBucket", 404, NoSuchBucket),
        ("SlowDown", 503, Throttled),
        ("ServiceUnavailable", 503, Throttled),
        ("503", 503, Throttled),
        ("429", 429, Throttled),
        ("TooManyRequests", 429, Throttled),
        ("RequestLimitExceeded", 400, Throttled),
        ("InternalError", 500, Interrupted),
        ("500", 500, Interrupted),
        ("502", 502, Interrupted),
        ("RequestTimeout", 400, Interrupted),
        ("KeyTooLongError", 400, StoreRejected),
        ("EntityTooLarge", 400, StoreRejected),
        ("PermanentRedirect", 301, StoreRejected),
        ("", 0, StoreRejected),
    ],
)
def test_an_answer_is_told_by_its_code_and_status(code: str, status: int, kind: type[StoreError]) -> None:
    told = translated(answer(code, status))
    assert type(told) is kind
    assert "secret" not in str(told)
    assert code in str(told)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (vendor.NoCredentialsError(), Unauthenticated),
        (vendor.PartialCredentialsError(provider="env", cred_var="secret"), Unauthenticated),
        (vendor.CredentialRetrievalError(provider="web", error_msg="secret"), Unauthenticated),
        (vendor.ProfileNotFound(profile="secret"), Unauthenticated),
        (vendor.SSOTokenLoadError(error_msg="secret"), Unauthenticated),
        (vendor.ReadTimeoutError(endpoint_url="http://secret"), StoreTimeout),
        (vendor.ConnectTimeoutError(endpoint_url="http://secret"), StoreTimeout),
        (TimeoutError("secret"), StoreTimeout),
        (vendor.ConnectionClosedError(endpoint_url="http://secret"), Interrupted),
        (vendor.ResponseStreamingError(error="secret"), Interrupted),
        (vendor.IncompleteReadError(actual_bytes=1, expected_bytes=2), Interrupted),
        (vendor.HTTPClientError(error="secret"), Interrupted),
        (ResponseParserError("secret"), Interrupted),
        (vendor.EndpointConnectionError(endpoint_url="http://secret"), StoreUnavailable),
        (vendor.SSLError(endpoint_url="http://secret", error="secret"), StoreUnavailable),
        (ConnectionRefusedError("secret"), StoreUnavailable),
        (vendor.NoRegionError(), StoreRejected),
        (vendor.ParamValidationError(report="secret"), StoreRejected),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_what_is_raised_without_an_answer_is_told_by_its_type(raised: Exception, kind: type[StoreError]) -> None:
    assert isinstance(raised, RAISED)
    told = translated(raised)
    assert type(told) is kind
    assert "secret" not in str(told)


@pytest.mark.parametrize(
    ("operation", "right"),
    [("GetObject", "s3:GetObject"), ("PutObject", "s3:PutObject"), ("ListObjectsV2", "s3:ListBucket")],
)
def test_the_missing_right_is_named(operation: str, right: str) -> None:
    assert right in str(translated(answer("AccessDenied", 403, operation)))


@pytest.mark.parametrize(("said", "after"), [({"retry-after": "3"}, 3.0), ({"retry-after": "soon"}, None), ({}, None)])
def test_the_patience_that_is_asked_for_is_told(said: dict[str, str], after: float | None) -> None:
    told = translated(answer("SlowDown", 503, **said))
    assert isinstance(told, Throttled)
    assert told.after == after


def test_a_code_that_is_none_is_not_shown() -> None:
    assert "secret" not in str(translated(answer("a secret, with words", 400)))


def test_an_absence_and_a_lost_condition_are_no_errors() -> None:
    assert is_missing(answer("NoSuchKey", 404))
    assert is_missing(answer("404", 404))
    assert not is_missing(answer("NoSuchBucket", 404))
    assert not is_missing(answer("AccessDenied", 403))
    assert is_lost(answer("PreconditionFailed", 412))
    assert is_lost(answer("412", 412))
    assert is_lost(answer("ConditionalRequestConflict", 409))
    assert not is_lost(answer("BucketAlreadyExists", 409))
