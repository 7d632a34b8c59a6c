"""What a connection to Redis or Valkey is configured with.

Rule: a setting out of bounds is refused when the object is made, by name, value and what is accepted; nothing is
resolved, opened or read. No secret stands in a repr.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, TypeAlias, get_args

from hexcache.domain.errors import InvalidSetting

Mode: TypeAlias = Literal["standalone", "sentinel", "cluster"]
"""What stands behind the addresses: one server, Sentinels that know it, or nodes of a cluster."""

Verify: TypeAlias = Literal["full", "chain", "none"]
"""What of a server's certificate is checked: its chain and its name, its chain alone, nothing."""

SECRETS: Final = frozenset({"password", "key_password", "credential_provider"})
MAX_POOL: Final = 10_000
MAX_DB: Final = 2**31 - 1


class Address(NamedTuple):
    """Where a server listens."""

    host: str
    port: int = 6379

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class _Masked:
    """A dataclass that shows no secret."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = []
        for field in fields(self):  # type: ignore[arg-type] # only dataclasses extend it
            value = getattr(self, field.name)
            masked = field.name in SECRETS and value is not None
            shown.append(f"{field.name}={'***' if masked else repr(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"


@dataclass(frozen=True, slots=True, repr=False)
class TlsSettings(_Masked):
    """How a connection is encrypted.

    Attributes:
        ca_file: certificates of authorities to trust beside the machine's own, PEM.
        cert_file: our certificate, where the server asks for one, PEM.
        key_file: its private key, PEM; None when it stands in ``cert_file``.
        key_password: unlocks the key.
        verify: what of the server's certificate is checked.
        min_version: the oldest protocol.
    """

    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    key_password: str | None = None
    verify: Verify = "full"
    min_version: Literal["1.2", "1.3"] = "1.2"

    def __post_init__(self) -> None:
        _one_of("verify", self.verify, get_args(Verify))
        _one_of("min_version", self.min_version, ("1.2", "1.3"))
        if self.key_file is not None and self.cert_file is None:
            raise InvalidSetting("key_file is said without cert_file; accepted: both, or neither")


@dataclass(frozen=True, slots=True, repr=False)
class SentinelSettings(_Masked):
    """How the Sentinels are asked.

    Attributes:
        service: the name under which they know the primary.
        username: ACL user at the Sentinels; None for their default user.
        password: their password, which may differ from the servers'.
        tls: how connections to them are encrypted; None for not at all.
    """

    service: str
    username: str | None = None
    password: str | None = None
    tls: TlsSettings | None = None

    def __post_init__(self) -> None:
        if not self.service:
            raise InvalidSetting("service is empty; accepted: the name under which the Sentinels know the primary")


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class RedisSettings(_Masked):
    """Where the server is and how it is used.

    Attributes:
        mode: what stands behind the addresses.
        addresses: the server, the Sentinels, or nodes from which a cluster is discovered.
        db: number of the database; 0 on a cluster.
        username: ACL user; None for the default user.
        password: its password.
        credential_provider: redis-py's ``CredentialProvider``, asked for user and password at each new connection.
        tls: how connections are encrypted; None for not at all.
        sentinel: how the Sentinels are asked; of mode ``sentinel`` only.
        deadline: longest call, with everything: waiting, connecting, a second try; seconds. Cuts the next two short.
        connect_deadline: longest time to get a connection that is ready: waiting, connecting, TLS, AUTH; seconds.
        operation_deadline: longest time from the first byte sent to the last one received, seconds.
        pool_size: most connections to one server, in one process or one event loop.
        pool_wait: longest wait for one of them to be free, seconds; a part of ``connect_deadline``.
        replica_reads: reads may be answered by replicas, which may lag behind.
        client_name: what connections are called in the server's lists; None for nothing.

    Raises:
        InvalidSetting: a setting out of bounds.
    """

    mode: Mode = "standalone"
    addresses: tuple[Address, ...] = (Address("localhost"),)
    db: int = 0
    username: str | None = None
    password: str | None = None
    credential_provider: Any = None
    tls: TlsSettings | None = None
    sentinel: SentinelSettings | None = None
    deadline: float = 0.75
    connect_deadline: float = 0.5
    operation_deadline: float = 0.25
    pool_size: int = 32
    pool_wait: float = 0.25
    replica_reads: bool = False
    client_name: str | None = "hexcache"

    def __post_init__(self) -> None:
        _one_of("mode", self.mode, get_args(Mode))
        object.__setattr__(self, "addresses", tuple(_address(one) for one in self.addresses))
        if not self.addresses or (self.mode == "standalone" and len(self.addresses) > 1):
            raise InvalidSetting(f"{len(self.addresses)} addresses for mode {self.mode!r}; accepted: {_ACCEPTED}")
        _whole("db", self.db, 0, 0 if self.mode == "cluster" else MAX_DB)
        _whole("pool_size", self.pool_size, 1, MAX_POOL)
        for name in ("deadline", "connect_deadline", "operation_deadline", "pool_wait"):
            _seconds(name, getattr(self, name))
        if (self.sentinel is None) == (self.mode == "sentinel"):
            raise InvalidSetting("sentinel is said without mode 'sentinel', or the other way round; accepted: both")
        if self.credential_provider is not None and (self.username or self.password):
            raise InvalidSetting("credential_provider is said beside username or password; accepted: one of the two")
        if self.replica_reads and self.mode == "standalone":
            raise InvalidSetting("replica_reads is True for one server; accepted: modes sentinel and cluster")
        if self.client_name is not None and not _PRINTABLE.issuperset(self.client_name):
            raise InvalidSetting(f"client_name is {self.client_name!r}; accepted: visible ASCII letters, no space")


_ACCEPTED: Final = "one for a server, one or more for Sentinels and clusters"
_PRINTABLE: Final = frozenset(chr(code) for code in range(33, 127))


def _address(value: Address) -> Address:
    if not isinstance(value, Address) or not value.host or not 0 < value.port < 2**16:
        raise InvalidSetting(f"address is {value!r}; accepted: a host and a port from 1 to 65535")
    return value


def _one_of(name: str, value: object, accepted: tuple[str, ...]) -> None:
    if value not in accepted:
        raise InvalidSetting(f"{name} is {value!r}; accepted: {', '.join(accepted)}")


def _whole(name: str, value: object, least: int, most: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidSetting(f"{name} is {value!r}; accepted: a whole number from {least} to {most}")


def _seconds(name: str, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf:
        raise InvalidSetting(f"{name} is {value!r}; accepted: seconds as a number above zero")
