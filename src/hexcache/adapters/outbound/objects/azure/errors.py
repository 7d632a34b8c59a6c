"""The client's exceptions, told as what a bucket refuses.

Rule: the kind says what to do (wait, send again, change a setting, give up); the message names the service's code or
the exception's class, and never a name, an address, a header or a signature.
https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes
"""

from __future__ import annotations

import re
from typing import Any, Final

from azure.core import exceptions as vendor

from hexcache.adapters.outbound.objects.refusals import (
    Forbidden,
    Interrupted,
    NoSuchBucket,
    Throttled,
    Unauthenticated,
)
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable

NO_BLOB: Final = "BlobNotFound"
NO_CONTAINER: Final = "ContainerNotFound"
CONTAINER_EXISTS: Final = "ContainerAlreadyExists"
LOST: Final = frozenset({"ConditionNotMet", "BlobAlreadyExists", NO_BLOB})
"""Codes of a conditional write that came too late."""

_STRANGER: Final = frozenset({
    "AuthenticationFailed", "InvalidAuthenticationInfo", "NoAuthenticationInformation",
    "KeyBasedAuthenticationNotPermitted",
})  # fmt: skip
"""Codes for somebody whom the account does not know, or no longer."""

_AWAY: Final = frozenset({"ContainerBeingDeleted", "AccountBeingCreated"})
"""Codes of what passes by itself, in minutes."""

_GONE: Final = frozenset({NO_CONTAINER, "ContainerDisabled", "ResourceNotFound", "AccountIsDisabled"})

_CODE: Final = re.compile(r"[A-Za-z]{1,64}")
_THROTTLED: Final = frozenset({429, 503})
_UNSURE: Final = frozenset({408, 500, 502, 504})
"""Statuses after which a write may or may not have happened."""
_UNAUTHORIZED, _FORBIDDEN = 401, 403

_NEVER_CONNECTED: Final = frozenset({
    "NewConnectionError", "ConnectTimeoutError", "ConnectTimeout", "SSLError", "ProxyError",
    "ClientConnectorError", "ClientSSLError",
})  # fmt: skip
"""Classes of requests, urllib3 and aiohttp for what went wrong before a request could go out."""


def code_of(exc: BaseException) -> str:
    """The service's word for what it refused; empty where it said none."""
    code: Any = getattr(exc, "error_code", None)
    text = str(getattr(code, "value", code or ""))
    if not text and (response := getattr(exc, "response", None)) is not None:
        text = str(response.headers.get("x-ms-error-code") or "")
    return text if _CODE.fullmatch(text) else ""


def translated(exc: Exception) -> StoreError:
    """The error that a bucket raises ``from`` what its client raised."""
    if isinstance(exc, StoreError):
        return exc
    if isinstance(exc, vendor.HttpResponseError) and exc.response is not None:
        answer: Any = exc.response  # its type names no headers
        return refused(int(answer.status_code or 0), code_of(exc), answer.headers)
    if isinstance(exc, vendor.ClientAuthenticationError):  # azure-identity's, and a key that cannot sign
        return Unauthenticated(f"azure: no token: {type(exc).__name__}")
    if isinstance(exc, TimeoutError) or "Timeout" in type(exc).__name__:
        return StoreTimeout("azure: no answer in time")
    word = _cause(exc)
    if isinstance(exc, (vendor.ServiceRequestError, vendor.ServiceResponseError, vendor.IncompleteReadError)):
        kinds = {cls.__name__ for cause in _causes(exc) for cls in type(cause).__mro__}
        return (StoreUnavailable if kinds & _NEVER_CONNECTED else Interrupted)(f"azure: {word}")
    return StoreUnavailable(f"azure: {word}")


def refused(status: int, code: str, headers: Any = None) -> StoreError:
    """The error for an answer.

    Args:
        status: of HTTP.
        code: the service's.
        headers: the answer's, where there is one.
    """
    text = f"azure: {code or f'status {status}'}"
    if code in _GONE:
        return NoSuchBucket(text)
    if code in _AWAY:
        return StoreUnavailable(text)
    if code in _STRANGER or status == _UNAUTHORIZED:
        return Unauthenticated(text)
    if status == _FORBIDDEN:
        return Forbidden(text)
    if status in _THROTTLED:
        return Throttled(text, after=_asked_to_wait(headers))
    if status in _UNSURE:
        return Interrupted(text)
    return StoreRejected(text)


def _asked_to_wait(headers: Any) -> float | None:
    text = str((headers or {}).get("Retry-After") or "")
    return float(text) if text.isdigit() else None


def _cause(exc: BaseException) -> str:
    *_, last = _causes(exc)
    return type(last).__name__


def _causes(exc: BaseException) -> list[BaseException]:
    """An exception and those that it was made from, by all the ways in which the libraries keep them."""
    found: list[BaseException] = [exc]
    for one in found:
        kept = (getattr(one, "inner_exception", None), getattr(one, "reason", None), one.__cause__, *one.args)
        found += [more for more in kept if isinstance(more, BaseException) and more not in found]
    return found
