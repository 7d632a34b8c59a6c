"""Whether a Redis tier's settings lead to a server.

Rule: what is checked is read as a tier of a cache is read: a URL, a table, the ``REDIS_*`` variables.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hexcache.composition.loading import checked
from hexcache.composition.redis_settings import RedisTierSettings
from hexcache.composition.secrets import resolved
from hexcache.composition.tables import tier_table
from hexcache.domain.errors import InvalidSetting, MissingExtra

if TYPE_CHECKING:
    from hexcache.adapters.outbound.redis.aio.probe import ConnectionReport as AsyncConnectionReport
    from hexcache.adapters.outbound.redis.settings import RedisSettings
    from hexcache.adapters.outbound.redis.sync.probe import ConnectionReport


def test_connection(tier: str | Mapping[str, Any] = "redis:") -> ConnectionReport:  # noqa: PT028 - no test
    """Connect anew with a tier's settings and tell what is there: status, error, server, version, mode, latency.

    Args:
        tier: a URL such as ``"rediss://cache:6380/0"`` or a table; ``"redis:"`` for what the variables say.

    Raises:
        InvalidSetting: the settings are no Redis tier's, or not usable.
        MissingExtra: ``redis`` is not installed.
    """
    settings = _settings(tier)
    from hexcache.adapters.outbound.redis.sync import probe  # noqa: PLC0415 - an extra

    return probe.test_connection(settings)


async def async_test_connection(tier: str | Mapping[str, Any] = "redis:") -> AsyncConnectionReport:
    """The same for tasks."""
    settings = _settings(tier)
    from hexcache.adapters.outbound.redis.aio import probe  # noqa: PLC0415 - an extra

    return await probe.test_connection(settings)


test_connection.__test__ = False  # type: ignore[attr-defined] # the name is for users, not for pytest


def _settings(tier: str | Mapping[str, Any]) -> RedisSettings:
    try:
        import redis  # noqa: F401, PLC0415 - an extra
    except ModuleNotFoundError as exc:
        raise MissingExtra(f"a Redis tier needs the package {exc.name}: install hexcache[redis]") from exc
    table = tier_table(tier if isinstance(tier, str) else resolved(tier, os.environ), os.environ)
    (made,) = checked({"tiers": [table]}).tiers
    if not isinstance(made, RedisTierSettings):
        raise InvalidSetting(f"a {made.scheme} tier has no connection; accepted: a Redis tier")
    return made.connection()
