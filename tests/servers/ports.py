"""Ports that nobody uses.

Rule: a port and the one 10 000 above it, which a cluster's nodes talk on, are both free and both below 32 768, where
no system takes ports for outgoing connections, and processes of neighbouring ids choose from different ranges: so a
server that was killed finds its port free again.
"""

from __future__ import annotations

import os
import random
import socket
from contextlib import ExitStack

HOST = "127.0.0.1"
"""All that any server of the tests listens on."""
LOWEST = 11_000
RANGES, WIDTH = 20, 500
"""How many ranges there are, and ports in each."""
BUS = 10_000
"""Distance from a node's port to its bus port."""

_chance = random.SystemRandom()


def free_ports(count: int) -> list[int]:
    """So many different ports; they stay free only as long as nobody takes them."""
    lowest = LOWEST + os.getpid() % RANGES * WIDTH
    found: list[int] = []
    with ExitStack() as held:  # all at once, lest one is handed out twice
        while len(found) < count:
            port = _chance.randrange(lowest, lowest + WIDTH)
            with ExitStack() as trial:
                try:
                    for number in (port, port + BUS):
                        trial.enter_context(_bound(number))
                except OSError:
                    continue
                held.push(trial.pop_all())
            found.append(port)
    return found


def _bound(port: int) -> socket.socket:
    listener = socket.socket()
    try:
        listener.bind((HOST, port))  # without SO_REUSEADDR, by which two would share a port that neither listens on
    except OSError:
        listener.close()
        raise
    return listener
