"""The kinds of what the clients raise, where no server can be made to say it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import requests
import urllib3
from google.auth.exceptions import RefreshError, TransportError

from hexcache.adapters.outbound.objects.gcs.errors import is_no_bucket, of_status, translated
from hexcache.adapters.outbound.objects.refusals import Interrupted, NoSuchBucket, Throttled, Unauthenticated
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

POOL = urllib3.HTTPConnectionPool("secret")


@pytest.mark.parametrize(
    ("exc", "kind"),
    [
        (requests.ConnectTimeout("secret"), StoreTimeout),
        (requests.ReadTimeout("secret"), StoreTimeout),
        (requests.exceptions.SSLError("secret"), StoreUnavailable),
        (requests.exceptions.ProxyError("secret"), StoreUnavailable),
        (requests.exceptions.ChunkedEncodingError("secret"), Interrupted),
        (requests.ConnectionError(urllib3.exceptions.ProtocolError("secret")), Interrupted),
        (requests.ConnectionError(urllib3.exceptions.ReadTimeoutError(POOL, "secret", "")), StoreTimeout),
        (urllib3.exceptions.IncompleteRead(1, 2), Interrupted),
        (urllib3.exceptions.ReadTimeoutError(POOL, "secret", "secret"), StoreTimeout),
        (ConnectionResetError("secret"), Interrupted),
        (TimeoutError("secret"), StoreTimeout),
        (TransportError("secret"), StoreUnavailable),
        (RefreshError("secret"), Unauthenticated),
        (RefreshError("secret", retryable=True), StoreUnavailable),
        (KeyError("secret"), StoreUnavailable),
        (StoreTimeout("as it is"), StoreTimeout),
    ],
)
def test_each_has_its_kind_and_is_told_without_its_text(exc: Exception, kind: type[StoreError]) -> None:
    error = translated(exc)
    assert type(error) is kind
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, Unauthenticated), (404, StoreRejected), (410, StoreRejected), (429, Throttled), (500, Interrupted),
        (503, Throttled), (505, StoreUnavailable),
    ],
)  # fmt: skip
def test_a_status_without_an_answer_at_hand_has_its_kind_too(status: int, kind: type[StoreError]) -> None:
    assert type(of_status(status)) is kind


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The specified bucket does not exist.", True),
        ("No such object: bucket/The specified bucket does not exist.", False),
        ("", False),
    ],
)
def test_what_is_missing_is_read_from_how_the_answer_begins(text: str, said: bool) -> None:
    answer = requests.Response()
    answer._content = text.encode()
    assert is_no_bucket(answer) is said
    answer._content = b'{"error": {"message": "%s"}}' % text.encode()
    assert is_no_bucket(answer) is said
    assert isinstance(of_status(404, answer), NoSuchBucket) is said


@pytest.mark.parametrize("answer", [None, SimpleNamespace(), SimpleNamespace(text=None), 3])
def test_what_is_no_answer_says_nothing(answer: object) -> None:
    assert not is_no_bucket(answer)
