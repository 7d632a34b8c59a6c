"""moto: an S3 server that takes every name that S3 takes, and keeps S3's word on conditions for what is gone.

Rule: it stands beside SeaweedFS for what that one lacks. It checks no identity, no right and no signature.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.choice import Unavailable, Ways
from tests.servers.ports import HOST, free_ports
from tests.servers.program import program
from tests.servers.s3 import Identity, S3Server, contained, visited

ANYBODY = Identity("anybody", "anything")
IMAGE = "motoserver/moto:5.2.5"


@contextmanager
def moto() -> Iterator[S3Server]:
    """A server of one's own, until the context is left."""
    if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
        raise Unavailable("no moto: not installed, or without flask")
    [port] = free_ports(1)
    server = S3Server(f"http://{HOST}:{port}", ANYBODY)
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    with program(lambda _: command, server.prepared, "moto"):
        yield server


@contextmanager
def contained_moto() -> Iterator[S3Server]:
    """The same in a container."""
    with contained(IMAGE, 5000, lambda url: S3Server(url, ANYBODY), lambda container: container) as server:
        yield server


def moto_ways() -> Ways[S3Server]:
    """The ways to it."""
    return Ways("moto", at=visited, local=moto, container=contained_moto)
