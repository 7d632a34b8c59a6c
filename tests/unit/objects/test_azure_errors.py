"""What Azure's client raises, told in the kinds that lead to different treatment."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from azure.core import exceptions as vendor
from urllib3.exceptions import NewConnectionError

from hexcache.adapters.outbound.objects.azure.blobs import quoted
from hexcache.adapters.outbound.objects.azure.errors import code_of, refused, translated
from hexcache.adapters.outbound.objects.azure.labels import label_of
from hexcache.adapters.outbound.objects.azure.links import LONGEST, SHORTEST_KEY, key_life, moment
from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import InvalidLifetime, StoreError, StoreRejected, StoreTimeout, StoreUnavailable


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (401, "InvalidAuthenticationInfo", Unauthenticated),
        (401, "", Unauthenticated),
        (403, "AuthenticationFailed", Unauthenticated),
        (403, "KeyBasedAuthenticationNotPermitted", Unauthenticated),
        (403, "AuthorizationFailure", Forbidden),
        (403, "AuthorizationPermissionMismatch", Forbidden),
        (403, "InsufficientAccountPermissions", Forbidden),
        (403, "AuthorizationSourceIPMismatch", Forbidden),
        (403, "UnauthorizedBlobOverwrite", Forbidden),
        (403, "", Forbidden),
        (403, "AccountIsDisabled", NoSuchBucket),
        (404, "ContainerNotFound", NoSuchBucket),
        (404, "ResourceNotFound", NoSuchBucket),
        (409, "ContainerDisabled", NoSuchBucket),
        (409, "ContainerBeingDeleted", StoreUnavailable),
        (408, "", Interrupted),
        (429, "", Throttled),
        (503, "ServerBusy", Throttled),
        (500, "InternalError", Interrupted),
        (500, "OperationTimedOut", Interrupted),
        (502, "", Interrupted),
        (504, "", Interrupted),
        (400, "InvalidHeaderValue", StoreRejected),
        (404, "", StoreRejected),
        (412, "LeaseIdMissing", StoreRejected),
        (413, "RequestBodyTooLarge", StoreRejected),
    ],
)
def test_each_answer_has_its_kind_and_names_the_code(status: int, code: str, kind: type[StoreError]) -> None:
    error = refused(status, code)
    assert type(error) is kind
    assert str(error) == f"azure: {code or f'status {status}'}"


@pytest.mark.parametrize(("header", "after"), [("7", 7.0), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)])
def test_how_long_to_wait_is_told_where_it_is_a_number(header: str | None, after: float | None) -> None:
    error = refused(503, "ServerBusy", {} if header is None else {"Retry-After": header})
    assert isinstance(error, Throttled)
    assert error.after == after


def made(cause: BaseException, kind: type[vendor.AzureError]) -> Exception:
    return kind("secret", error=cause)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (made(aiohttp.ClientConnectionError("secret"), vendor.ServiceRequestError), Interrupted),
        (made(aiohttp.ServerDisconnectedError(), vendor.ServiceRequestError), Interrupted),
        (made(aiohttp.ClientPayloadError("secret"), vendor.ServiceRequestError), Interrupted),
        (made(ConnectionResetError(), vendor.ServiceResponseError), Interrupted),
        (made(OSError(NewConnectionError(None, "secret")), vendor.ServiceRequestError), StoreUnavailable),  # type: ignore[arg-type]  # a pool is wanted
        (vendor.ServiceRequestTimeoutError("secret"), StoreTimeout),
        (vendor.ServiceResponseTimeoutError("secret"), StoreTimeout),
        (vendor.IncompleteReadError("secret"), Interrupted),
        (vendor.ClientAuthenticationError("secret"), Unauthenticated),
        (TimeoutError("secret"), StoreTimeout),
        (ValueError("secret"), StoreUnavailable),
        (vendor.DecodeError("secret"), StoreUnavailable),
    ],
)
def test_what_is_no_answer_has_its_kind_and_no_text_of_the_client(error: Exception, kind: type[StoreError]) -> None:
    told = translated(error)
    assert type(told) is kind
    assert "secret" not in str(told)


def test_what_is_told_already_is_left_as_it_is() -> None:
    error = Interrupted("azure: x")
    assert translated(error) is error


@pytest.mark.parametrize(
    ("said", "header", "code"),
    [
        (SimpleNamespace(value="BlobNotFound"), None, "BlobNotFound"),
        ("BlobNotFound", None, "BlobNotFound"),
        (None, "BlobNotFound", "BlobNotFound"),
        (None, None, ""),
        ("<html> https://secret", None, ""),
    ],
)
def test_a_code_is_a_word_or_nothing(said: Any, header: str | None, code: str) -> None:
    error: Any = vendor.HttpResponseError("m")
    error.error_code = said
    error.response = SimpleNamespace(headers={"x-ms-error-code": header}, status_code=404)
    assert code_of(error) == code


def test_labels_are_read_whatever_the_case_of_their_names() -> None:
    assert label_of({"HEXCACHE_KIND": "value", "Hexcache_Dead_At": "inf"}) == Label("value", float("inf"))
    for other in (None, {}, {"hexcache_kind": "value", "hexcache_dead_at": "nan"}, {"hexcache_kind": "x"}):
        assert label_of(other) is None


def test_an_etag_stands_in_quotes() -> None:
    assert quoted("0x8D") == quoted('"0x8D"') == '"0x8D"'


@pytest.mark.parametrize(("seconds", "life"), [(1.0, SHORTEST_KEY), (3600.0, 7200.0), (LONGEST, LONGEST)])
def test_a_key_lives_long_enough_for_more_than_one_link(seconds: float, life: float) -> None:
    assert key_life(seconds) == life


def test_no_link_outlives_the_longest_key() -> None:
    with pytest.raises(InvalidLifetime, match="7 days"):
        key_life(LONGEST + 1)


def test_moments_are_whole_seconds_and_never_too_early() -> None:
    assert moment(1.5).timestamp() == 2
    assert moment(float("inf")).year == 9999
