"""LiteLLM's constructor parameters and the settings that they are here.

Rule: one row for each parameter. A parameter that is known and means nothing here is passed over; one that nobody
knows is an error that names it. A value such as ``os.environ/NAME`` reads that variable.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from hexcache.domain.errors import InvalidSetting

REDIS: Final = {
    "password": "password",
    "username": "username",
    "db": "db",
    "socket_timeout": "operation_deadline",
    "socket_connect_timeout": "connect_deadline",
    "max_connections": "pool_size",
    "client_name": "client_name",
    "ssl_ca_certs": "ca_file",
    "gcp_ssl_ca_certs": "ca_file",
    "ssl_certfile": "cert_file",
    "ssl_keyfile": "key_file",
    "ssl_password": "key_password",
    "service_name": "service",
    "sentinel_username": "sentinel_username",
    "sentinel_password": "sentinel_password",
    "gcp_service_account": "google_service_account",
    "azure_client_id": "azure_client_id",
    "azure_tenant_id": "azure_tenant_id",
    "azure_client_secret": "azure_client_secret",
    "aws_iam_user_name": "username",
    "aws_iam_cache_name": "aws_cache_name",
    "aws_iam_region": "aws_region",
    "aws_iam_serverless": "aws_serverless",
}
"""Parameters of the Redis classes that are one setting each."""

REDIS_PLACES: Final = (
    "url", "host", "port", "startup_nodes", "sentinel_nodes", "ssl", "ssl_cert_reqs", "ssl_check_hostname",
    "azure_redis_ad_token", "aws_iam_auth",
)  # fmt: skip
"""Parameters of the Redis classes that say where, whether encrypted, and as whom."""

NOTHING_HERE: Final = frozenset({
    "service_logger_obj", "decode_responses", "encoding", "encoding_errors", "health_check_interval",
    "retry_on_timeout", "retry_on_error", "retry", "socket_keepalive", "socket_keepalive_options", "protocol",
    "single_connection_client", "lib_name", "lib_version", "auto_close_connection_pool", "connection_pool",
    "async_redis_conn_pool", "timeout",
})  # fmt: skip
"""Parameters of redis-py's clients that change nothing for a caller."""

_FLAGS: Final = {
    "true": True,
    "1": True,
    "yes": True,
    "on": True,
    "false": False,
    "0": False,
    "no": False,
    "off": False,
}


def redis_table(said: Mapping[str, Any], *, cluster: bool) -> dict[str, Any]:
    """A Redis tier as a table.

    Args:
        said: parameters with their values; those that are None were not said.
        cluster: whether the class is the one for clusters.

    Raises:
        InvalidSetting: a parameter that nobody knows, or a value that cannot be read.
    """
    given = {name: value for name, value in said.items() if value is not None and name not in NOTHING_HERE}
    known = (*REDIS, *REDIS_PLACES)
    for name in given:
        if name not in known:
            raise InvalidSetting(unknown_parameter(name, known))
    table = {setting: given[name] for name, setting in REDIS.items() if name in given}
    return {**table, **_identity(given), **_place(given, cluster=cluster), **_verification(given)}


def unknown_parameter(name: str, known: tuple[str, ...]) -> str:
    """What to say of a parameter that nobody knows."""
    close = get_close_matches(name, known, n=1, cutoff=0.7)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"unknown parameter {name!r}; {hint}accepted: {', '.join(sorted(known))}"


def _identity(given: Mapping[str, Any]) -> dict[str, Any]:
    """Whose tokens are the password; Google before Azure before AWS, as in LiteLLM."""
    if "gcp_service_account" in given:
        return {"identity": "google"}
    if _flag(given, "azure_redis_ad_token"):
        return {"identity": "azure"}
    return {"identity": "aws"} if _flag(given, "aws_iam_auth") else {}


def _place(given: Mapping[str, Any], *, cluster: bool) -> dict[str, Any]:
    word = "rediss" if _flag(given, "ssl") else "redis"
    if "startup_nodes" in given:
        return {"scheme": f"{word}+cluster", "addresses": _nodes("startup_nodes", given["startup_nodes"])}
    if "sentinel_nodes" in given:
        return {"scheme": f"{word}+sentinel", "addresses": _nodes("sentinel_nodes", given["sentinel_nodes"])}
    if "url" in given:
        return {"url": given["url"]}
    scheme = f"{word}+cluster" if cluster else word
    if "host" not in given:
        return {"scheme": scheme}
    host = str(given["host"])
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    return {"scheme": scheme, "addresses": [f"{host}:{given['port']}" if "port" in given else host]}


def _nodes(name: str, nodes: Any) -> list[str]:
    """``[{"host": "h", "port": 6379}]`` or ``[("h", 26379)]``."""
    try:
        return [
            f"{node['host']}:{int(node['port'])}" if isinstance(node, Mapping) else f"{node[0]}:{int(node[1])}"
            for node in nodes
        ]
    except (TypeError, ValueError, KeyError, IndexError):
        pass
    raise InvalidSetting(f'{name} cannot be read; accepted: [{{"host": "h", "port": 6379}}], [("h", 6379)]')


def _verification(given: Mapping[str, Any]) -> dict[str, Any]:
    """redis-py's two settings are one here."""
    if "ssl_cert_reqs" in given and str(given["ssl_cert_reqs"]).rpartition("_")[2].lower() == "none":
        return {"verify": "none"}
    return {"verify": "chain"} if "ssl_check_hostname" in given and not _flag(given, "ssl_check_hostname") else {}


def _flag(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    if isinstance(value, bool):
        return value
    flag = _FLAGS.get(str(value).strip().lower())
    if flag is None:
        raise InvalidSetting(f"{name} is a {type(value).__name__} that cannot be read; accepted: true, false")
    return flag
