"""Many processes that miss one key at one moment: ``python -m tests.integration.redis.leases.many WORLD URL PREFIX N``.

The process that is started forks so many others, which is what a server with pre-forked workers does, and spares each
the start of an interpreter. Each opens a cache of its own and misses two keys, each together with all others; it prints
what it got as one JSON line. The loaders count their runs on the server; the first that loads the second key kills its
process.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from functools import partial
from typing import Any

from redis import Redis

import hexcache

PATIENT = 30.0
"""A deadline that a busy machine meets, seconds."""
CALM, KILLED = "calm", "killed"
"""The two keys, each in a namespace of its name."""
LONG_ENOUGH = 0.2
"""How long the first load takes, so that others come to wait for it, seconds."""
LIVES = {CALM: 60.0, KILLED: 5.0}
"""Lives of leases, seconds: the second is waited for, and is as short as no holder that lives may need."""


class Process:
    """One of the many."""

    def __init__(self, url: str, prefix: str, count: str) -> None:
        self.url, self.prefix, self.count = url, prefix, int(count)
        self.client = Redis.from_url(url, socket_timeout=PATIENT)
        server = self.client.get_connection_kwargs()
        tier = {
            "scheme": "redis",
            "addresses": [f"{server['host']}:{server['port']}"],
            "prefix": prefix,
            "connect_deadline": PATIENT,
            "operation_deadline": PATIENT,
            "deadline": 2 * PATIENT,
        }
        self.settings = {"namespace": "fleet", "tiers": ["memory:", tier]}

    def arrive(self, key: str) -> None:
        """Begin together with all others."""
        name = f"{self.prefix}arrived:{key}"
        self.client.incr(name)
        end = time.monotonic() + PATIENT
        while int(self.client.get(name) or 0) < self.count and time.monotonic() < end:
            time.sleep(0.02)

    def load(self, key: str) -> dict[str, Any]:
        """The loader: every run of it counts."""
        number = self.client.incr(f"{self.prefix}loads:{key}")
        if key == KILLED and number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(LONG_ENOUGH if key == CALM else 0.0)
        return {"number": number, "pid": os.getpid()}

    def tell(self, values: dict[str, Any], stats: dict[str, Any]) -> None:
        told = {name: stats[name] for name in ("loads", "lease_hits", "lease_errors", "lease_timeouts", "leases_lost")}
        os.write(1, f"{json.dumps({**values, **told})}\n".encode())

    def run(self) -> None:
        raise NotImplementedError


class Blocking(Process):
    """With a cache for threads."""

    def run(self) -> None:
        with hexcache.open_cache(settings=self.settings) as cache:
            values = {}
            for key, life in LIVES.items():
                view = cache.namespace(key, lease_ttl=life)
                self.arrive(key)
                values[key] = view.get_or_set(key, partial(self.load, key))
            self.tell(values, cache.stats())


class Awaited(Process):
    """With a cache for tasks."""

    async def arun(self) -> None:
        async with hexcache.open_async_cache(settings=self.settings) as cache:
            values = {}
            for key, life in LIVES.items():
                view = cache.namespace(key, lease_ttl=life)
                self.arrive(key)
                values[key] = await view.get_or_set(key, partial(asyncio.to_thread, self.load, key))
            self.tell(values, cache.stats())

    def run(self) -> None:
        asyncio.run(self.arun())


def main(world: str, *arguments: str) -> None:
    """Fork, let each run, and print how each ended."""
    kind = {"blocking": Blocking, "awaited": Awaited}[world]
    hexcache.open_cache(settings=kind(*arguments).settings).close()  # loads what the others need, and connects nothing
    children = []
    for _ in range(int(arguments[2])):
        child = os.fork()
        if child == 0:
            ended = 1
            try:
                kind(*arguments).run()
                ended = 0
            finally:
                os._exit(ended)
        children.append(child)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    os.write(1, f"{json.dumps({'statuses': statuses})}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
