"""Settings for links to the servers of the tests."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings
from tests.servers.ports import HOST
from tests.servers.single import Server

PATIENT: dict[str, Any] = {"deadline": 30.0, "connect_deadline": 20.0, "operation_deadline": 20.0, "pool_wait": 20.0}
"""For laws that are not about time: a busy machine is not to break them."""


def settings_at(port: int, **options: Any) -> RedisSettings:
    """For a server at a port, of the loopback unless a ``host`` is said."""
    host = options.pop("host", HOST)
    return RedisSettings(addresses=(Address(host, port),), **{**PATIENT, **options})


def settings_of(server: Server, **options: Any) -> RedisSettings:
    """For one of the servers that the fixtures give."""
    return settings_at(server.port, **{"username": server.username, "password": server.password, **options})
