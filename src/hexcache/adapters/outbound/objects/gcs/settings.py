"""What a bucket of Google Cloud Storage is configured with.

Rule: a setting out of bounds is refused when the object is made, by name and what is accepted; nothing is resolved,
opened or read. No key stands in a repr or a message.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from hexcache.adapters.outbound.objects.settings import ConnectionSettings, check_seconds
from hexcache.domain.errors import InvalidSetting

_BUCKET: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class GcsBucketSettings:
    """Which bucket, as whom, and how patiently.

    Without a service account and not ``anonymous`` the identity is that of the machine: Google's default credentials.

    Attributes:
        bucket: its name.
        project: whom requests are billed to; needed where a bucket's owner has the requester pay, None elsewhere.
        service_account_file: the key of a service account, JSON. No other kind of file is read: some kinds name
            programs to run.
        service_account_info: what stands in such a file.
        anonymous: ask without an identity: public buckets, emulators.
        api_endpoint: ``https://host`` or ``http://host:port`` to ask instead of Google's; without encryption only on
            this machine or without an identity.
        token_timeout: longest wait for a token, seconds; none is waited for while one is still good.
        connection: how connections are made.

    Raises:
        InvalidSetting: a setting out of bounds.
    """

    bucket: str
    project: str | None = None
    service_account_file: Path | None = None
    service_account_info: Mapping[str, Any] | None = field(default=None, repr=False)
    anonymous: bool = False
    api_endpoint: str | None = None
    token_timeout: float = 5.0
    connection: ConnectionSettings = field(default_factory=ConnectionSettings)

    def __post_init__(self) -> None:
        if not _BUCKET.fullmatch(self.bucket):
            raise InvalidSetting(f"bucket is {self.bucket!r}; accepted: a name of Google's: a-z, 0-9, '-', '_', '.'")
        check_seconds("token_timeout", self.token_timeout)
        said = [
            name
            for name in ("service_account_file", "service_account_info", "anonymous")
            if getattr(self, name) not in (None, False)
        ]
        if len(said) > 1:
            raise InvalidSetting(f"{' and '.join(said)} stand together; accepted: one of them, or none")
        if self.api_endpoint is not None:
            check_endpoint(self.api_endpoint, anonymous=self.anonymous)


def check_endpoint(url: str, *, anonymous: bool) -> str:
    """Refuse an endpoint that is none, or would carry tokens in clear through a network.

    Raises:
        InvalidSetting: it is not usable.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise InvalidSetting(f"api_endpoint is {url!r}; accepted: https://host or http://host:port, nothing behind it")
    if parts.username is not None or parts.password is not None:
        raise InvalidSetting("api_endpoint holds a user or password; accepted: https://host or http://host:port")
    if parts.scheme == "http" and not anonymous and not _is_local(parts.hostname):
        raise InvalidSetting(
            f"api_endpoint is {url!r}, and tokens would travel without encryption; accepted: https, or anonymous"
        )
    return url


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
