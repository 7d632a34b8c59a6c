"""What a bucket of S3, or of a server that speaks like it, is configured with.

Rule: a setting out of bounds is refused when the object is made, by name, value and what is accepted; nothing is
resolved, opened or read. No secret stands in a repr.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.domain.errors import InvalidSetting

Addressing: TypeAlias = Literal["auto", "path", "virtual"]
"""Where the bucket stands in an address: as boto3 finds right, in the path, in the host's name."""

Encryption: TypeAlias = Literal["AES256", "aws:kms", "aws:kms:dsse"]
"""With what the service encrypts what it keeps: its own keys, a key of KMS, two layers with one."""

ENCRYPTIONS: Final[tuple[str, ...]] = get_args(Encryption)
ADDRESSINGS: Final[tuple[str, ...]] = get_args(Addressing)


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Access:
    """Who asks. Without anything: what boto3's default chain finds (variables, files, roles of the machine).

    Attributes:
        access_key_id: the key's id; with ``secret_access_key``, or neither.
        secret_access_key: the key.
        session_token: of keys that end.
        profile: a section of the user's AWS files, in place of keys.
    """

    access_key_id: str | None = field(default=None, repr=False)
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    profile: str | None = None

    def __post_init__(self) -> None:
        if (self.access_key_id is None) != (self.secret_access_key is None):
            raise InvalidSetting(
                "access_key_id and secret_access_key: one is said without the other; accepted: both, or neither"
            )
        if self.session_token is not None and self.access_key_id is None:
            raise InvalidSetting("session_token is said without access_key_id; accepted: with both keys")
        if self.profile is not None and self.access_key_id is not None:
            raise InvalidSetting("profile stands beside access_key_id; accepted: one of the two")


@dataclass(frozen=True, slots=True, kw_only=True)
class S3BucketSettings:
    """Where the bucket is, who asks, and how objects are kept.

    Attributes:
        bucket: its name.
        region: where it is; None for what boto3's default chain says.
        endpoint_url: the server, ``https://host:port``; None for AWS.
        use_ssl: whether AWS is asked over TLS; an endpoint's scheme says it for itself.
        verify: whether the server's certificate is checked.
        ca_file: certificates of authorities to trust in place of the machine's own, PEM.
        access: who asks.
        addressing: where the bucket stands in an address.
        api_version: of S3's interface; None for the newest that boto3 knows.
        expected_owner: account that must own the bucket, else every request is refused; None for any.
        storage_class: class of the objects that are written; None for the bucket's.
        encryption: with what the service encrypts them; None for what the bucket says.
        kms_key: the key of KMS; None for the account's own.
        connection: how the client connects.
    """

    bucket: str
    region: str | None = None
    endpoint_url: str | None = None
    use_ssl: bool = True
    verify: bool = True
    ca_file: Path | None = None
    access: S3Access = S3Access()
    addressing: Addressing = "auto"
    api_version: str | None = None
    expected_owner: str | None = None
    storage_class: str | None = None
    encryption: Encryption | None = None
    kms_key: str | None = None
    connection: ConnectionSettings = field(default_factory=ConnectionSettings)

    def __post_init__(self) -> None:
        if not self.bucket or "/" in self.bucket:
            raise InvalidSetting(f"bucket is {self.bucket!r}; accepted: a bucket's name")
        if self.endpoint_url is not None:
            _check_endpoint(self.endpoint_url)
        _check_word("addressing", self.addressing, ADDRESSINGS)
        if self.encryption is not None:
            _check_word("encryption", self.encryption, ENCRYPTIONS)
        if self.kms_key is not None and self.encryption in {None, "AES256"}:
            raise InvalidSetting("kms_key is said without encryption by KMS; accepted: aws:kms, aws:kms:dsse")
        if self.ca_file is not None and not self.verify:
            raise InvalidSetting("ca_file is said, but verify is False; accepted: one of the two")


def _check_endpoint(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    else:
        usable = usable and parts.username is None and not parts.query and not parts.fragment
    if not usable:  # it may hold a password, and is not shown
        raise InvalidSetting("endpoint_url is not usable; accepted: http://host:port, https://host:port")


def _check_word(name: str, value: str, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise InvalidSetting(f"{name} is {value!r}; accepted: {', '.join(accepted)}")
