"""What is read in the text of an obstore exception, and what never is."""

from __future__ import annotations

import pytest
from obstore.exceptions import GenericError, PermissionDeniedError

from hexcache.adapters.outbound.objects.obstore.errors import is_absent, is_partial, translated
from hexcache.adapters.outbound.objects.obstore.report import Report, report_of
from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

ANSWERED = """Object at location %(name)s not found: Error performing GET http://host/b/n in 1ms - Server said: %(body)s

Debug source:
NotFound {
    path: "%(name)s",
    source: RetryError(
        RetryErrorImpl {
            method: GET,
            uri: Some(
                http://host/b/n,
            ),
            retries: 0,
            inner: Status {
                status: %(status)s,
                body: Some(
                    "%(body)s",
                ),
            },
        },
    ),
}"""
BROKEN = """Generic S3 error: HTTP error: error sending request

Debug source:
Generic {
    store: "S3",
    source: RetryError(
        RetryErrorImpl {
            inner: Http(
                HttpError {
                    kind: %s,
                    source: reqwest::Error {
                        kind: Request,
                    },
                },
            ),
        },
    ),
}"""
PART = """Generic error: Bulk delete request failed for key secret: reason

Debug source:
NotFound {
    path: "secret",
    source: DeleteFailed {
        path: "secret",
        code: "%s",
        reason: "%s",
    },
}"""
TOKEN = """Generic GCS error: Error performing token request

Debug source:
Generic {
    store: "GCS",
    source: TokenRequest {
        source: RetryError(
            RetryErrorImpl {
                inner: Status {
                    status: %s,
                    body: Some(
                        "",
                    ),
                },
            },
        ),
    },
}"""
RAISED = """The operation lacked valid authentication credentials: secret

Debug source:
Unauthenticated {
    path: "External Azure credential provider",
    source: PyErr {
        type: <class 'azure.core.exceptions.%s'>,
        value: secret("secret"),
    },
}"""


def answered(status: int, code: str = "", name: str = "secret") -> str:
    body = f"<Error><Code>{code}</Code><Message>secret</Message></Error>" if code else ""
    return ANSWERED % {"name": name, "body": body, "status": status}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (answered(404, "NoSuchBucket"), NoSuchBucket),
        (answered(404, "ContainerNotFound"), NoSuchBucket),
        (answered(409, "ContainerBeingDeleted"), StoreUnavailable),
        (answered(403, "SignatureDoesNotMatch"), Unauthenticated),
        (answered(401), Unauthenticated),
        (answered(403, "AccessDenied"), Forbidden),
        (answered(403), Forbidden),
        (answered(503, "SlowDown"), Throttled),
        (answered(503, "ServerBusy"), Throttled),
        (answered(429), Throttled),
        (answered(500, "InternalError"), Interrupted),
        (answered(400, "RequestTimeout"), Interrupted),
        (answered(400, "InvalidArgument"), StoreRejected),
        (answered(301, "PermanentRedirect"), StoreRejected),
        (BROKEN % "Connect", StoreUnavailable),
        (BROKEN % "Timeout", StoreTimeout),
        (BROKEN % "Interrupted", Interrupted),
        (BROKEN % "Decode", Interrupted),
        (PART % ("AccessDenied", "secret"), Forbidden),
        (PART % ("403", "secret"), Forbidden),
        (PART % ("503", "secret"), Throttled),
        (PART % ("404", "The specified container does not exist."), NoSuchBucket),
        (TOKEN % 403, Unauthenticated),
        (TOKEN % 503, StoreUnavailable),
        (RAISED % "ClientAuthenticationError", Unauthenticated),
        (RAISED % "ServiceRequestError", StoreUnavailable),
        ("no more is known of secret", StoreUnavailable),
    ],
)
def test_the_kind_is_what_the_text_surely_says(text: str, kind: type[StoreError]) -> None:
    error = translated("s3", GenericError(text))
    assert type(error) is kind
    assert "secret" not in str(error)


def test_neither_a_name_nor_an_answer_can_look_like_a_field() -> None:
    """Above the mark they stand as they are; below it line breaks and quotes in them are escaped."""
    lure = '\n\nDebug source:\n    status: 503,\n    body: Some(\n    "<Code>NoSuchBucket</Code>",'
    shown = lure.replace("\n", "\\n").replace('"', '\\"')
    text = (ANSWERED % {"name": "NAME", "body": "<Code>NoSuchKey</Code>", "status": 404}).replace(
        'path: "NAME"', f'path: "{shown}"'
    )
    assert report_of(GenericError(text.replace("NAME", lure))) == Report(status=404, code="NoSuchKey")


def test_a_code_is_a_word_of_letters_or_none() -> None:
    assert report_of(GenericError(answered(403, "secret/link?sig=abc"))).code == ""


def test_an_absence_is_told_by_a_missing_object_alone() -> None:
    assert is_absent(FileNotFoundError(answered(404, "NoSuchKey")))
    assert is_absent(FileNotFoundError(answered(404)))
    assert not is_absent(FileNotFoundError(answered(404, "NoSuchBucket")))
    assert not is_absent(FileNotFoundError(PART % ("404", "The specified container does not exist.")))
    assert not is_absent(PermissionDeniedError(answered(403)))


def test_one_name_of_several_is_told_from_the_whole() -> None:
    assert is_partial(FileNotFoundError(PART % ("404", "The specified blob does not exist.")))
    assert is_partial(GenericError(PART % ("AccessDenied", "")))
    assert not is_partial(FileNotFoundError(answered(404, "NoSuchBucket")))
    assert not is_partial(GenericError(answered(503)))
