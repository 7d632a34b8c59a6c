"""The ``REDIS_*`` variables, for a Redis tier that says no address: ``"redis:"``, or a table without ``addresses``.

Rule: they have the names that redis-py's arguments suggest and that services already set. What a tier says itself goes
before them. ``REDIS_URL`` goes before the variables that say the same things one by one. A variable that cannot be read
is an error that names it and never shows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from hexcache.composition.redis_settings import REDIS_SCHEMES, is_encrypted, mode_of
from hexcache.composition.redis_url import location_table
from hexcache.composition.secrets import FromVariable
from hexcache.composition.url import parse_url
from hexcache.domain.errors import InvalidSetting

_TRUE: Final = frozenset({"1", "true", "yes", "on"})
_FALSE: Final = frozenset({"0", "false", "no", "off", ""})

SETTINGS: Final = {
    "REDIS_DB": "db",
    "REDIS_USERNAME": "username",
    "REDIS_PASSWORD": "password",
    "REDIS_SSL_CA_CERTS": "ca_file",
    "REDIS_SSL_CERTFILE": "cert_file",
    "REDIS_SSL_KEYFILE": "key_file",
    "REDIS_SSL_PASSWORD": "key_password",
    "REDIS_SERVICE_NAME": "service",
    "REDIS_SENTINEL_USERNAME": "sentinel_username",
    "REDIS_SENTINEL_PASSWORD": "sentinel_password",
    "REDIS_SOCKET_TIMEOUT": "operation_deadline",
    "REDIS_SOCKET_CONNECT_TIMEOUT": "connect_deadline",
    "REDIS_CONNECTION_POOL_TIMEOUT": "pool_wait",
    "REDIS_MAX_CONNECTIONS": "pool_size",
    "REDIS_CLIENT_NAME": "client_name",
}
"""Variables that are one setting each."""

OF_SENTINELS: Final = frozenset({"REDIS_SERVICE_NAME", "REDIS_SENTINEL_USERNAME", "REDIS_SENTINEL_PASSWORD"})
"""Those of them that mean something to Sentinels alone."""

PLACES: Final = (
    "REDIS_URL", "REDIS_CLUSTER_NODES", "REDIS_SENTINEL_NODES", "REDIS_HOST", "REDIS_PORT", "REDIS_SSL",
    "REDIS_SSL_CERT_REQS", "REDIS_SSL_CHECK_HOSTNAME",
)  # fmt: skip
"""Variables that say where, and whether encrypted."""


def completed(table: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """A Redis tier's table with what the variables say and the table does not.

    Raises:
        InvalidSetting: a variable cannot be read; names it.
    """
    said = {name: FromVariable.of(name, variables[name]) for name in (*SETTINGS, *PLACES) if name in variables}
    scheme, place = _place(str(table["scheme"]), said)
    rest = {
        setting: said[name]
        for name, setting in SETTINGS.items()
        if name in said and (mode_of(scheme) == "sentinel" or name not in OF_SENTINELS)
    }
    if mode_of(scheme) == "cluster":
        rest.pop("db", None)
    return {**rest, **place, **_verification(said), **table, "scheme": scheme}


def _place(scheme: str, said: Mapping[str, FromVariable]) -> tuple[str, dict[str, Any]]:
    """The scheme, and where."""
    if "REDIS_URL" in said:
        return _from_url(scheme, said["REDIS_URL"])
    encrypted = is_encrypted(scheme) or _flag(said, "REDIS_SSL")
    for variable, mode in (("REDIS_CLUSTER_NODES", "cluster"), ("REDIS_SENTINEL_NODES", "sentinel")):
        if variable in said and mode_of(scheme) in {"standalone", mode}:
            return _scheme(mode, encrypted=encrypted), {"addresses": _nodes(said[variable])}
    place: dict[str, Any] = {}
    if "REDIS_HOST" in said:
        host = f"[{said['REDIS_HOST']}]" if said["REDIS_HOST"].count(":") > 1 else said["REDIS_HOST"]
        place["addresses"] = [f"{host}:{_port(said['REDIS_PORT'])}" if "REDIS_PORT" in said else host]
    return _scheme(mode_of(scheme), encrypted=encrypted), place


def _from_url(scheme: str, text: FromVariable) -> tuple[str, dict[str, Any]]:
    url = parse_url(text)
    if url.scheme not in REDIS_SCHEMES:
        raise InvalidSetting(f"REDIS_URL is no Redis URL; accepted schemes: {', '.join(REDIS_SCHEMES)}")
    if mode_of(scheme) not in {"standalone", mode_of(url.scheme)}:
        raise InvalidSetting(f"the tier is {scheme} and REDIS_URL is {url.scheme}; accepted: the same topology")
    table: dict[str, Any] = {**location_table(url.scheme, url.location, text), **url.options}
    encrypted = is_encrypted(scheme) or is_encrypted(url.scheme)
    return _scheme(mode_of(url.scheme), encrypted=encrypted), table


def _scheme(mode: str, *, encrypted: bool) -> str:
    return ("rediss" if encrypted else "redis") + ("" if mode == "standalone" else f"+{mode}")


def _verification(said: Mapping[str, FromVariable]) -> dict[str, Any]:
    """redis-py's two settings are one of ours."""
    requirement = said.get("REDIS_SSL_CERT_REQS")
    if requirement is not None and requirement.lower() not in {"none", "optional", "required"}:
        raise _refused("REDIS_SSL_CERT_REQS", "none, optional, required")
    if requirement is not None and requirement.lower() == "none":
        return {"verify": "none"}
    if "REDIS_SSL_CHECK_HOSTNAME" in said and not _flag(said, "REDIS_SSL_CHECK_HOSTNAME"):
        return {"verify": "chain"}
    return {}


def _flag(said: Mapping[str, FromVariable], name: str) -> bool:
    word = said.get(name, FromVariable("")).strip().lower()
    if word not in _TRUE | _FALSE:
        raise _refused(name, "true, false")
    return word in _TRUE


def _port(text: FromVariable) -> str:
    if not text.strip().isdigit():
        raise _refused("REDIS_PORT", "a number (Kubernetes sets this name for a service called redis: set REDIS_URL)")
    return text.strip()


def _nodes(text: FromVariable) -> list[str]:
    """``host:port`` with commas between, or the JSON of redis-py's startup nodes or Sentinels."""
    if not text.lstrip().startswith("["):
        return [part.strip() for part in text.split(",")]
    try:
        return [_node(node) for node in json.loads(text)]
    except (ValueError, TypeError, KeyError, IndexError):
        pass
    raise _refused(text.variable, 'host:port,host:port, [{"host": "h", "port": 6379}], [["h", 26379]]')


def _node(node: Any) -> str:
    host, port = (node["host"], node["port"]) if isinstance(node, dict) else (node[0], node[1])
    return f"{host}:{int(port)}"


def _refused(name: str, accepted: str) -> InvalidSetting:
    return InvalidSetting(f"the variable {name} cannot be read; accepted: {accepted}")
