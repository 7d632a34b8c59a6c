"""The section of a tier on S3, or on a server that speaks like it.

Rule: what a URL can say, a table can say by the names below. Who asks is said here, or by what boto3 finds: the
``AWS_*`` variables, the user's AWS files, the roles of the machine.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, model_validator

from hexcache.adapters.outbound.objects.s3.settings import S3Access, S3BucketSettings
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Callable


class S3TierSettings(ObjectTierSettings, frozen=True):
    """A tier on S3, or on a server that speaks like it ([how to](../how-to/use-s3.md))."""

    scheme: Literal["s3"] = "s3"
    bucket: str = Field(min_length=1)
    """The bucket."""
    region: str | None = None
    """Where it is; left out: what boto3 finds."""
    endpoint_url: str | None = None
    """The server, `https://host:port`; left out: AWS."""
    use_ssl: bool = True
    """Whether AWS is asked over TLS; with `endpoint_url` its scheme says so."""
    verify: bool = True
    """Whether the server's certificate is checked."""
    ca_file: str | None = None
    """Certificates of authorities to trust in place of the machine's own, PEM."""
    access_key_id: SecretStr | None = None
    """Id of the key that signs requests; left out: what boto3 finds."""
    secret_access_key: SecretStr | None = None
    """The key."""
    session_token: SecretStr | None = None
    """Of keys that end."""
    profile: str | None = None
    """A section of the user's AWS files, in place of keys."""
    addressing: Literal["auto", "path", "virtual"] = "auto"
    """Where the bucket stands in an address: as boto3 finds right, in the path, in the host's name."""
    api_version: str | None = None
    """Of S3's interface; left out: the newest that boto3 knows."""
    expected_owner: str | None = None
    """Account that must own the bucket, or every request is refused."""
    storage_class: str | None = None
    """Class of the objects that are written; left out: the bucket's."""
    encryption: Literal["AES256", "aws:kms", "aws:kms:dsse"] | None = None
    """With what the service encrypts them; left out: what the bucket says."""
    kms_key: str | None = None
    """The key of KMS; left out: the account's own."""

    @model_validator(mode="after")
    def _usable(self) -> S3TierSettings:
        problem = _problem(self.bucket_settings)
        if problem:  # outside of the handler, whose error would be shown with this one
            raise ValueError(problem)
        return self

    def bucket_settings(self) -> S3BucketSettings:
        """What the adapter is configured with.

        Raises:
            InvalidSetting: two settings do not go together.
        """
        return S3BucketSettings(
            bucket=self.bucket,
            region=self.region,
            endpoint_url=self.endpoint_url,
            use_ssl=self.use_ssl,
            verify=self.verify,
            ca_file=None if self.ca_file is None else Path(self.ca_file).expanduser(),
            access=S3Access(
                access_key_id=_plain(self.access_key_id),
                secret_access_key=_plain(self.secret_access_key),
                session_token=_plain(self.session_token),
                profile=self.profile,
            ),
            addressing=self.addressing,
            api_version=self.api_version,
            expected_owner=self.expected_owner,
            storage_class=self.storage_class,
            encryption=self.encryption,
            kms_key=self.kms_key,
            connection=replace(self.connection(), connections=max(self.connections, self.workers)),
        )


def _problem(make: Callable[[], object]) -> str:
    try:
        make()
    except InvalidSetting as exc:
        return str(exc)
    return ""


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
