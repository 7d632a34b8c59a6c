"""The section of a tier on Redis or Valkey.

Rule: what a URL and the ``REDIS_*`` variables can say, a table can say by the names below; which topology it is, and
whether connections are encrypted, is said by the scheme alone.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from hexcache.composition.quantities import Seconds
from hexcache.composition.tier_settings import StoreTierSettings

if TYPE_CHECKING:
    from hexcache.adapters.outbound.redis.settings import Address, Mode, RedisSettings, SentinelSettings, TlsSettings

FAMILY: Final = "redis"
"""What a tier of any of these schemes is called unless it has a name."""

REDIS_SCHEMES: Final = (
    "redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster",
    "valkey", "valkeys", "valkey+sentinel", "valkeys+sentinel", "valkey+cluster", "valkeys+cluster",
)  # fmt: skip
"""One server, Sentinels, a cluster; with an ``s`` for TLS."""

DEFAULT_PORTS: Final = {"standalone": 6379, "sentinel": 26379, "cluster": 6379}

_ADDRESS: Final = re.compile(r"(?:\[([0-9a-fA-F:.%\w]+)\]|([^\s:/@\[\]]+))(?::(\d{1,5}))?")


def mode_of(scheme: str) -> Mode:
    """The topology that a scheme names."""
    _, _, word = scheme.partition("+")
    return "sentinel" if word == "sentinel" else "cluster" if word == "cluster" else "standalone"


def is_encrypted(scheme: str) -> bool:
    """Whether a scheme asks for TLS."""
    return scheme.partition("+")[0].endswith("ss" if scheme.startswith("redis") else "s")


class RedisTierSettings(StoreTierSettings, frozen=True):
    """A tier on Redis or Valkey: one server, what Sentinels name, or a cluster ([how to](../how-to/use-redis.md))."""

    scheme: Literal[
        "redis", "rediss", "redis+sentinel", "rediss+sentinel", "redis+cluster", "rediss+cluster",
        "valkey", "valkeys", "valkey+sentinel", "valkeys+sentinel", "valkey+cluster", "valkeys+cluster",
    ] = "redis"  # fmt: skip
    """One server, its Sentinels, or nodes of a cluster; with an `s` before the `+` or the end for TLS."""
    addresses: Annotated[tuple[str, ...], NoDecode] = ("localhost",)
    """`host:port` of the server, of the Sentinels, or of nodes; ports left out are 6379, for Sentinels 26379."""
    db: int = Field(default=0, ge=0)
    """Number of the database; a cluster has 0 alone."""
    prefix: str = ""
    """What every key begins with, before the namespace."""
    username: str | None = None
    """User of the server's access list; left out: its default user."""
    password: SecretStr | None = None
    """The user's password."""
    ca_file: str | None = None
    """Certificates of authorities to trust beside the machine's own, PEM."""
    cert_file: str | None = None
    """Our certificate, where the server asks for one, PEM."""
    key_file: str | None = None
    """Its private key, PEM; left out when it stands in `cert_file`."""
    key_password: SecretStr | None = None
    """Unlocks the key."""
    verify: Literal["full", "chain", "none"] = "full"
    """What of the server's certificate is checked: chain and name, the chain alone, nothing."""
    tls_min_version: Literal["1.2", "1.3"] = "1.2"
    """The oldest version of TLS."""
    deadline: Seconds = Field(default=0.75, gt=0)
    """Longest call; left out: `connect_deadline` and `operation_deadline` together."""
    connect_deadline: Seconds = Field(default=0.5, gt=0)
    """Longest time to get a connection that is ready: waiting, connecting, TLS, AUTH."""
    operation_deadline: Seconds = Field(default=0.25, gt=0)
    """Longest trip, from the first byte sent to the last one received."""
    pool_size: int = Field(default=32, ge=1)
    """Most connections to one server, of one process or one event loop."""
    pool_wait: Seconds = Field(default=0.25, gt=0)
    """Longest wait for one of them to be free; a part of `connect_deadline`."""
    client_name: str | None = "hexcache"
    """What connections are called in the server's lists."""
    replica_reads: bool = False
    """Whether replicas may answer reads, which may then be older than the last write; Sentinels and clusters only."""
    service: str | None = None
    """The name under which Sentinels know the primary; needed with Sentinels."""
    sentinel_username: str | None = None
    """User of the Sentinels' access list."""
    sentinel_password: SecretStr | None = None
    """The Sentinels' own password; the servers' is never sent to them."""
    sentinel_tls: bool | None = None
    """Whether connections to Sentinels are encrypted; left out: if those to the servers are."""

    @field_validator("addresses", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @field_validator("addresses")
    @classmethod
    def _readable(cls, addresses: tuple[str, ...]) -> tuple[str, ...]:
        for address in addresses:
            match = _ADDRESS.fullmatch(address)
            if match is None or not 0 < int(match[3] or 1) < 2**16:
                raise ValueError("accepted: host, host:port, [IPv6]:port; several with commas between")
        return addresses

    @model_validator(mode="after")
    def _whole_call(self) -> RedisTierSettings:
        if "deadline" not in self.model_fields_set:
            object.__setattr__(self, "deadline", self.connect_deadline + self.operation_deadline)
        return self

    @model_validator(mode="after")
    def _usable(self) -> RedisTierSettings:
        mode = mode_of(self.scheme)
        if mode == "standalone" and len(self.addresses) != 1:
            raise ValueError(f"addresses: {len(self.addresses)} for one server; accepted: one, or a scheme with +")
        if mode == "cluster" and self.db:
            raise ValueError("db: a cluster has database 0 alone")
        if (mode == "sentinel") != (self.service is not None):
            raise ValueError("service: needed with Sentinels, and only there")
        if mode == "standalone" and self.replica_reads:
            raise ValueError("replica_reads: for Sentinels and clusters only")
        if self.key_file is not None and self.cert_file is None:
            raise ValueError("key_file: needs cert_file")
        return self

    def connection(self) -> RedisSettings:
        """What the adapter is configured with.

        Raises:
            InvalidSetting: a value that the adapter does not take.
        """
        from hexcache.adapters.outbound.redis.settings import RedisSettings  # noqa: PLC0415 - beside an extra

        return RedisSettings(
            mode=mode_of(self.scheme),
            addresses=self._addresses(),
            db=self.db,
            username=self.username,
            password=_plain(self.password),
            tls=self._tls() if is_encrypted(self.scheme) else None,
            sentinel=self._sentinel(),
            deadline=self.deadline,
            connect_deadline=self.connect_deadline,
            operation_deadline=self.operation_deadline,
            pool_size=self.pool_size,
            pool_wait=self.pool_wait,
            replica_reads=self.replica_reads,
            client_name=self.client_name,
        )

    def _addresses(self) -> tuple[Address, ...]:
        from hexcache.adapters.outbound.redis.settings import Address  # noqa: PLC0415

        found = []
        for text in self.addresses:
            match = _ADDRESS.fullmatch(text)
            if match is not None:  # pragma: no branch - validated
                found.append(Address(match[1] or match[2], int(match[3] or DEFAULT_PORTS[mode_of(self.scheme)])))
        return tuple(found)

    def _tls(self) -> TlsSettings:
        from hexcache.adapters.outbound.redis.settings import TlsSettings  # noqa: PLC0415

        return TlsSettings(
            ca_file=_path(self.ca_file),
            cert_file=_path(self.cert_file),
            key_file=_path(self.key_file),
            key_password=_plain(self.key_password),
            verify=self.verify,
            min_version=self.tls_min_version,
        )

    def _sentinel(self) -> SentinelSettings | None:
        from hexcache.adapters.outbound.redis.settings import SentinelSettings  # noqa: PLC0415

        if self.service is None:
            return None
        encrypted = is_encrypted(self.scheme) if self.sentinel_tls is None else self.sentinel_tls
        return SentinelSettings(
            service=self.service,
            username=self.sentinel_username,
            password=_plain(self.sentinel_password),
            tls=self._tls() if encrypted else None,
        )


def _plain(secret: SecretStr | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text).expanduser()
