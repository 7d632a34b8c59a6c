"""Single servers in containers, for machines that have Docker and none of the programs.

Rule: images are pinned; nothing is imported and nothing pulled unless a Docker engine answers. Topologies are not
offered: their nodes would have to tell clients addresses outside of their containers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tests.servers.binaries import Kind
from tests.servers.docker import docker_engine
from tests.servers.single import Server
from tests.servers.waiting import wait_until

IMAGES: Mapping[Kind, str] = {"valkey": "valkey/valkey:9", "redis": "redis:8"}
PORT = 6379


@contextmanager
def contained(kind: Kind) -> Iterator[Server]:
    """A server of one's own in a container, until the context is left; the first one pulls the image.

    Raises:
        Unavailable: no Docker engine answers.
    """
    docker_engine()
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (imported when used)

    container = DockerContainer(IMAGES[kind]).with_exposed_ports(PORT)
    with container.with_command(f"{kind}-server --save '' --appendonly no"):
        host, port = container.get_container_host_ip(), container.get_exposed_port(PORT)
        server = Server(f"redis://{host}:{port}/0")
        wait_until(lambda: server.ask("PING") == b"PONG", f"the container of {kind} answers")
        yield server
