"""The section of a tier on Azure Blob Storage.

Rule: what a URL can say, a table can say by the names below. Who asks is said here by a key, a SAS or a connection
string; without any of them it is the identity that ``DefaultAzureCredential`` finds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.domain.errors import InvalidSetting

if TYPE_CHECKING:
    from collections.abc import Callable

    from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings

PUBLIC_CLOUD = "https://{account}.blob.core.windows.net"


class AzureTierSettings(ObjectTierSettings, frozen=True):
    """A tier on Azure Blob Storage ([how to](../how-to/use-azure.md))."""

    scheme: Literal["azure"] = "azure"
    account: str | None = Field(default=None, pattern=r"^[a-z0-9]{3,24}$")
    """The storage account of Azure's public cloud; with `account_url` the name that its key belongs to."""
    account_url: str | None = None
    """The account's address, for other clouds, emulators and own domains; left out: what follows from `account`."""
    container: str | None = None
    """The container; needed unless `sas_url` names it."""
    create_container: bool = True
    """Whether the first write makes a container that is missing; `false`: a missing one is an error."""
    connection_string: SecretStr | None = None
    """Account and key, or account and SAS, in one."""
    account_key: SecretStr | None = None
    """Key of the account."""
    sas_token: SecretStr | None = None
    """A shared access signature of the container or the account."""
    sas_url: SecretStr | None = None
    """Account, container and shared access signature in one address."""
    client_id: str | None = None
    """Which managed identity asks; left out: the one that `DefaultAzureCredential` finds."""
    verify: bool = True
    """Whether the server's certificate is checked."""
    ca_file: str | None = None
    """Certificates of authorities to trust in place of the usual ones, PEM."""

    @model_validator(mode="after")
    def _usable(self) -> AzureTierSettings:
        problem = _problem(self._check)
        if problem:  # outside of the handler, whose error would be shown with this one
            raise ValueError(problem)
        return self

    def _check(self) -> None:
        """Refuse what does not go together.

        Raises:
            InvalidSetting: it does not.
        """
        whole = [name for name in ("connection_string", "sas_url") if getattr(self, name) is not None]
        if not whole and self.account is None and self.account_url is None:
            raise InvalidSetting(
                "account: needed; or account_url, connection_string, sas_url, or the AZURE_STORAGE_* variables"
            )
        if whole and (self.account is not None or self.account_url is not None):
            raise InvalidSetting(f"{whole[0]}: says the account too; accepted: one of the two")
        ways = [name for name in _WAYS if getattr(self, name) is not None]
        if len(ways) > 1:
            raise InvalidSetting(f"{' and '.join(ways)}: accepted: one way to prove who asks")
        if ways and self.client_id is not None:
            raise InvalidSetting(f"client_id: stands beside {ways[0]}; accepted: one way to prove who asks")
        if self.ca_file is not None and not self.verify:
            raise InvalidSetting("ca_file: is of no use with verify = false")
        self.bucket_settings()

    def bucket_settings(self) -> AzureBucketSettings:
        """What the adapter is configured with.

        Raises:
            InvalidSetting: a value that the adapter does not take.
        """
        from hexcache.adapters.outbound.objects.azure.settings import AzureBucketSettings  # noqa: PLC0415 - when used

        url, container, sas = self.account_url, self.container, _plain(self.sas_token)
        if self.sas_url is not None:
            url, named, sas = _parts(self.sas_url.get_secret_value())
            if named and container and named != container:
                raise InvalidSetting("sas_url: names another container; accepted: one of the two")
            container = named or container
        elif url is None and self.connection_string is None:
            url = PUBLIC_CLOUD.format(account=self.account)
        if not container:
            raise InvalidSetting("container: needed")
        return AzureBucketSettings(
            container=container,
            account_url=url,
            account_name=self.account,
            connection_string=_plain(self.connection_string),
            account_key=_plain(self.account_key),
            sas_token=sas,
            client_id=self.client_id,
            create_container=self.create_container,
            ca_file=None if self.ca_file is None else Path(self.ca_file).expanduser(),
            verify=self.verify,
            connection=self.connection(),
        )


_WAYS = ("connection_string", "account_key", "sas_token", "sas_url")


def _parts(url: str) -> tuple[str, str, str]:
    """Address of the account, container and SAS of an address that has all three, or the first and the last."""
    parts = urlsplit(url)
    *account, container = parts.path.strip("/").split("/")
    if not parts.query or not parts.hostname or len(account) > 1:
        raise InvalidSetting("sas_url: is not usable; accepted: https://NAME.blob.core.windows.net/CONTAINER?SIGNATURE")
    return "/".join((f"{parts.scheme}://{parts.netloc}", *account)), container, parts.query


def _problem(check: Callable[[], None]) -> str:
    try:
        check()
    except InvalidSetting as exc:
        return str(exc)
    return ""


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()
