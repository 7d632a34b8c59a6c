# Generated from src/hexcache/adapters/outbound/redis/aio/probe.py by tools/unasync.py. Do not edit.
"""Whether a server can be reached with these settings, and what it is.

Rule: a probe opens a link of its own and closes it, so that it proves names, TLS, login and rights and nothing that an
open connection still remembers. It raises nothing that a server or a network does.
"""

from __future__ import annotations

from dataclasses import dataclass

from redis.exceptions import AuthenticationError
from redis.exceptions import ConnectionError as NetworkTrouble

from hexcache.adapters.outbound.redis.sync.features import versions_of
from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.adapters.outbound.redis.sync.primitives import monotonic
from hexcache.adapters.outbound.redis.settings import RedisSettings
from hexcache.domain.errors import StoreError


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What a probe found.

    Attributes:
        status: ``ok`` or ``failed``.
        error: what failed, without secrets; empty when nothing did.
        server: ``valkey`` or ``redis``.
        version: the server's, such as ``9.1.2``; of a cluster the first primary's.
        mode: ``standalone``, ``sentinel`` or ``cluster``.
        latency: seconds of one round trip over an open connection; None when there was none.
    """

    status: str
    error: str = ""
    server: str = ""
    version: str = ""
    mode: str = ""
    latency: float | None = None

    @property
    def ok(self) -> bool:
        """Whether it can be used."""
        return self.status == "ok"


def test_connection(settings: RedisSettings) -> ConnectionReport:
    """Open a link, ask every primary what it is, time a round trip, close the link.

    Each of the steps takes at most ``settings.deadline``.
    """
    link = open_link(settings)
    try:
        servers = versions_of(link)
        began = monotonic()
        link.ping()
        latency = monotonic() - began
    except StoreError as exc:
        return ConnectionReport("failed", f"{type(exc).__name__}: {exc}{_why(exc)}", mode=settings.mode)
    finally:
        link.close()
    return ConnectionReport("ok", "", servers[0].kind, servers[0].version, settings.mode, latency)


def _why(error: StoreError) -> str:
    """What the network said; never what a server said, which may repeat what it was sent."""
    cause = error.__cause__
    network = isinstance(cause, (NetworkTrouble, OSError)) and not isinstance(cause, AuthenticationError)
    return f" ({cause})" if network and str(cause) else ""


test_connection.__test__ = False  # type: ignore[attr-defined] # the name is for users, not for pytest
