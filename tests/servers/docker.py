"""Whether a Docker engine answers.

Rule: the question is asked once a process, costs milliseconds, two seconds at worst, and imports no client of Docker.
What only a client of Docker can ask (over SSH or TLS) is taken for an engine.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from tests.servers.choice import Unavailable

PATIENCE = 2.0
"""Seconds for an engine to answer."""
PROPERTIES = ".testcontainers.properties"
"""Where testcontainers keeps a user's settings."""
PING = b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"


@cache
def docker_engine() -> str:
    """Where the engine of this machine listens, as a ``DOCKER_HOST``.

    Raises:
        Unavailable: none answers; the text has the reason of each place.
    """
    return first_engine(places(os.environ, Path.home()))


def places(variables: Mapping[str, str], home: Path) -> list[str]:
    """Where an engine may listen: where a variable or the user's settings say, else where it usually does."""
    if named := variables.get("DOCKER_HOST"):
        return [named]
    settings = home / PROPERTIES
    if settings.exists():
        for line in settings.read_text("utf-8").splitlines():
            name, _, value = line.partition("=")
            if name.strip() in {"tc.host", "docker.host"} and value.strip():
                return [value.strip()]
    runtime = variables.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}")
    sockets = (
        "/var/run/docker.sock",
        f"{runtime}/docker.sock",
        f"{home}/.docker/run/docker.sock",
        f"{home}/.colima/default/docker.sock",
        f"{runtime}/podman/podman.sock",
    )
    return [f"unix://{path}" for path in sockets]


def first_engine(hosts: list[str], patience: float = PATIENCE) -> str:
    """The first of these places where an engine answers within so many seconds.

    Raises:
        Unavailable: none does.
    """
    reasons = []
    for host in hosts:
        try:
            if _answers(host, patience):
                return host
        except (OSError, ValueError) as exc:
            reasons.append(f"{host}: {exc.strerror or exc if isinstance(exc, OSError) else exc}")
        else:
            reasons.append(f"{host}: what listens there is no engine")
    raise Unavailable(f"no Docker engine ({'; '.join(reasons)})")


def _answers(host: str, patience: float) -> bool:
    scheme, _, rest = host.partition("://")
    if scheme not in {"unix", "tcp"}:
        return True
    name, _, port = rest.rstrip("/").rpartition(":")
    family, address = (socket.AF_UNIX, rest) if scheme == "unix" else (socket.AF_INET, (name, int(port)))
    with socket.socket(family) as connection:
        connection.settimeout(patience)
        connection.connect(address)
        if scheme == "tcp" and os.environ.get("DOCKER_TLS_VERIFY"):
            return True
        connection.sendall(PING)
        return b" 200 " in connection.recv(256)
