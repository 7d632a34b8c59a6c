"""From our settings to what redis-py's connections and pools are made with.

Rule: what a connection needs is said once for both worlds. redis-py retries nothing, reconnects nothing by itself and
asks for no extras at connecting: how often and how long is decided where the call's time is known.
"""

from __future__ import annotations

import inspect
import ssl
from collections.abc import Callable
from typing import Any, Final

from redis.connection import AbstractConnection

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, TlsSettings

PROTOCOL: Final = 3
"""RESP3: what is pushed cannot be taken for a reply."""

_VERIFY: Final[dict[str, tuple[str, bool]]] = {
    "full": ("required", True),
    "chain": ("required", False),
    "none": ("none", False),
}
_VERSIONS: Final = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def server_options(settings: RedisSettings, in_time: Callable[[Any], Any]) -> dict[str, Any]:
    """Arguments of a connection to a server, without its address.

    Args:
        settings: where the server is and how it is used.
        in_time: makes a credential provider one that holds nobody up.
    """
    provider = settings.credential_provider
    return {
        "credential_provider": None if provider is None else in_time(provider),
        "db": settings.db,
        "username": settings.username,
        "password": settings.password,
        "client_name": settings.client_name,
        **_common(settings.tls),
    }


def sentinel_options(settings: RedisSettings) -> dict[str, Any]:
    """Arguments of a connection to a Sentinel, without its address."""
    said = settings.sentinel
    if said is None:
        return {}
    return {
        "username": said.username,
        "password": said.password,
        "client_name": settings.client_name,
        **_common(said.tls),
    }


def share_of_a_sentinel(settings: RedisSettings) -> float:
    """How long one Sentinel may take, seconds, so that after one that hangs there is time for the next."""
    return settings.connect_deadline / (len(settings.addresses) + 1)


def place(address: Address) -> dict[str, Any]:
    """Arguments that say where."""
    return {"host": address.host, "port": address.port}


def _common(tls: TlsSettings | None) -> dict[str, Any]:
    options: dict[str, Any] = {"protocol": PROTOCOL, "socket_keepalive": True, **_extras()}
    if tls is not None:
        requirement, name_too = _VERIFY[tls.verify]
        options |= {
            "ssl_ca_certs": None if tls.ca_file is None else str(tls.ca_file),
            "ssl_certfile": None if tls.cert_file is None else str(tls.cert_file),
            "ssl_keyfile": None if tls.key_file is None else str(tls.key_file),
            "ssl_password": tls.key_password,
            "ssl_cert_reqs": requirement,
            "ssl_check_hostname": name_too,
            "ssl_min_version": _VERSIONS[tls.min_version],
        }
    return options


def _extras() -> dict[str, Any]:
    """Arguments that not every release of redis-py knows: no trips for its own name, no maintenance push."""
    known = inspect.signature(AbstractConnection.__init__).parameters
    options: dict[str, Any] = {}
    if "driver_info" in known:
        options["driver_info"] = None
    elif "lib_name" in known:  # pragma: no cover - older releases
        options |= {"lib_name": None, "lib_version": None}
    if "maint_notifications_config" in known:
        from redis.maint_notifications import MaintNotificationsConfig  # noqa: PLC0415 - not in every release

        options["maint_notifications_config"] = MaintNotificationsConfig(enabled=False)
    return options
