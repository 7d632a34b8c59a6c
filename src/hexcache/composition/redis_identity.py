"""The part of a Redis tier's section that says whose identity is its password.

Rule: one identity or a password, never both; a setting of another identity than the one that is named is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pydantic import SecretStr, model_validator

from hexcache.composition.tier_settings import StoreTierSettings

if TYPE_CHECKING:
    from hexcache.adapters.outbound.redis.credentials.keeper import TokenKeeper
    from hexcache.adapters.outbound.redis.credentials.provider import TokenProvider
    from hexcache.ports.clock import Clock

CLOUDS: Final = ("google", "azure", "aws")


class IdentifiedTierSettings(StoreTierSettings, frozen=True):
    """A tier whose password may be the identity that a cloud gives this service."""

    identity: Literal["google", "azure", "aws"] | None = None
    """Whose tokens are the password: Google IAM, Microsoft Entra ID, AWS IAM; left out: `password` is."""
    google_service_account: str | None = None
    """The account whose tokens are used; the default credentials of the machine may take its role."""
    google_key_file: str | None = None
    """Key of another service account that may; left out: the default credentials."""
    azure_client_id: str | None = None
    """Which managed identity or client; left out: the default one."""
    azure_tenant_id: str | None = None
    """The client's tenant, with `azure_client_secret`."""
    azure_client_secret: SecretStr | None = None
    """The client's secret; left out: `DefaultAzureCredential` finds who this service is."""
    aws_cache_name: str | None = None
    """The replication group, the serverless cache or the MemoryDB cluster."""
    aws_region: str | None = None
    """Where it is; left out: what AWS's default chain says."""
    aws_service: Literal["elasticache", "memorydb"] = "elasticache"
    """Which of the two services it is."""
    aws_serverless: bool = False
    """Whether it is a serverless cache."""

    @model_validator(mode="after")
    def _one_identity(self) -> IdentifiedTierSettings:
        said = {
            name.partition("_")[0] for name in self.model_fields_set if name.startswith(tuple(f"{c}_" for c in CLOUDS))
        }
        others = sorted(said - {self.identity})
        if others:
            raise ValueError(
                f"identity: settings of {', '.join(others)} stand beside it; accepted: identity = {others[0]!r}"
            )
        needed = {"google": self.google_service_account, "aws": self.aws_cache_name}
        if self.identity in needed and not needed[self.identity]:
            name = "google_service_account" if self.identity == "google" else "aws_cache_name"
            raise ValueError(f"identity: {self.identity!r} needs {name}")
        return self

    def keeper(self, username: str | None, wall: Clock) -> TokenKeeper:
        """What keeps a token of the identity good; nothing is asked for yet.

        Args:
            username: the user on the server, where the identity does not name it.
            wall: wall time.
        """
        from hexcache.adapters.outbound.redis.credentials.aws import AwsTokens  # noqa: PLC0415 - beside extras
        from hexcache.adapters.outbound.redis.credentials.azure import AzureTokens  # noqa: PLC0415
        from hexcache.adapters.outbound.redis.credentials.google import GoogleTokens  # noqa: PLC0415
        from hexcache.adapters.outbound.redis.credentials.keeper import TokenKeeper  # noqa: PLC0415

        if self.identity == "google":
            return TokenKeeper(
                GoogleTokens(self.google_service_account or "", key_file=self.google_key_file), wall=wall
            )
        if self.identity == "azure":
            secret = self.azure_client_secret
            tokens = AzureTokens(
                username=username or "",
                client_id=self.azure_client_id,
                tenant_id=self.azure_tenant_id,
                client_secret=None if secret is None else secret.get_secret_value(),
            )
            return TokenKeeper(tokens, wall=wall)
        signer = AwsTokens(
            username or "default",
            self.aws_cache_name or "",
            wall=wall,
            region=self.aws_region,
            service=self.aws_service,
            serverless=self.aws_serverless,
        )
        return TokenKeeper(signer, wall=wall)

    def credentials(self, username: str | None, wall: Clock) -> TokenProvider | None:
        """What gives each new connection its user and password; None without an identity."""
        from hexcache.adapters.outbound.redis.credentials.provider import TokenProvider  # noqa: PLC0415

        return None if self.identity is None else TokenProvider(self.keeper(username, wall))
