"""The section of a tier on Google Cloud Storage.

Rule: what a URL can say, a table can say by the names below. Who asks is said here, or by what Google's default
credentials find: ``GOOGLE_APPLICATION_CREDENTIALS``, the user's login, the service account of the machine.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, SecretStr, field_validator, model_validator

from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.quantities import Seconds
from hexcache.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Callable


class GcsTierSettings(ObjectTierSettings, frozen=True):
    """A tier on Google Cloud Storage ([how to](../how-to/use-gcs.md))."""

    scheme: Literal["gs"] = "gs"
    bucket: str = Field(min_length=1)
    """The bucket."""
    project: str | None = None
    """Project that is billed for requests, where the bucket's owner has the requester pay."""
    service_account_file: str | None = None
    """Key of a service account, a JSON file; left out: Google's default credentials."""
    service_account_info: SecretStr | None = None
    """What stands in such a file: JSON, or a table."""
    anonymous: bool = False
    """Whether to ask without an identity: public buckets, emulators."""
    api_endpoint: str | None = None
    """`https://host` or `http://host:port` to ask instead of Google's; `http` on this machine, or anonymously."""
    token_timeout: Seconds = Field(default=5.0, gt=0)
    """Longest wait for a token; none is waited for while one is still good. At most `deadline`."""

    @field_validator("service_account_info", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        return json.dumps(value) if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _tokens_within_the_deadline(self) -> GcsTierSettings:
        if self.token_timeout > self.deadline:
            if "token_timeout" in self.model_fields_set:
                raise ValueError(f"token_timeout: {self.token_timeout:g} s, but deadline is {self.deadline:g} s")
            object.__setattr__(self, "token_timeout", self.deadline)
        return self

    @model_validator(mode="after")
    def _usable(self) -> GcsTierSettings:
        problem = _problem(self.bucket_settings)
        if problem:  # outside of the handler, whose error would be shown with this one
            raise ValueError(problem)
        return self

    def bucket_settings(self) -> GcsBucketSettings:
        """What the adapter is configured with.

        Raises:
            InvalidSetting: two settings do not go together, or one cannot be read.
        """
        return GcsBucketSettings(
            bucket=self.bucket,
            project=self.project,
            service_account_file=None if self.service_account_file is None else Path(self.service_account_file),
            service_account_info=self._key(),
            anonymous=self.anonymous,
            api_endpoint=self.api_endpoint,
            token_timeout=self.token_timeout,
            connection=replace(self.connection(), connections=max(self.connections, self.workers)),
        )

    def _key(self) -> dict[str, Any] | None:
        if self.service_account_info is None:
            return None
        try:
            found = json.loads(self.service_account_info.get_secret_value())
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise InvalidSetting("service_account_info is no table; accepted: the JSON of a service account's key file")
        return found


def _problem(make: Callable[[], object]) -> str:
    try:
        make()
    except InvalidSetting as exc:
        return str(exc)
    return ""
