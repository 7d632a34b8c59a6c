"""A cache in a process of its own: ``python -m tests.integration.redis.bus.programs NAME PLAN``.

``PLAN`` is a JSON table: ``url`` of the bus's server, ``prefix``, ``data`` (a folder, or null for the same server),
``heartbeat``, ``missed``, ``grace``. Each line of the input is a list, a
call and its arguments; each line of the output is its answer.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hexcache
from hexcache import Cache
from hexcache.adapters.outbound.clock.system import system_entropy
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.adapters.outbound.redis.bus.rule import BusRule
from hexcache.adapters.outbound.redis.bus.sync.bus import RedisBus
from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.composition.open import TierLike
from hexcache.composition.stores import Buses, BusRequest, Stores
from tests.integration.redis.bus.clients import client_of, connect_to

PATIENCE = 0.5
"""Seconds that a client waits: a server that stands still is to be noticed."""

LONG = 40.0
"""Seconds after which what was waited for will not come."""


@dataclass(frozen=True)
class Plan:
    """What the process has; see above."""

    url: str
    prefix: str
    data: str | None = None
    heartbeat: float = 0.2
    missed: int = 100
    grace: float = 60.0

    def tiers(self) -> list[TierLike]:
        """Memory before the data."""
        if self.data is None:
            waits = f"deadline={LONG}&connect_deadline={LONG / 2}&operation_deadline={LONG / 2}"
            return ["memory:", f"{self.url}?prefix={self.prefix}&{waits}"]
        files = DiskStore.from_settings(DiskSettings(Path(self.data), deadline=LONG))
        buses = Buses(blocking=self.bus)
        return ["memory:", Stores(capabilities=files.capabilities, blocking=lambda: files, buses=buses)]

    def bus(self, request: BusRequest) -> RedisBus:
        """A bus beside data that are elsewhere."""
        rule = BusRule(request.heartbeat, request.missed, request.grace, deadline=LONG, retry_most=0.3)
        link = ClientLink(client_of(self.url, PATIENCE))
        connect = connect_to(self.url, PATIENCE)
        return RedisBus(link, connect, entropy=system_entropy(), prefix=self.prefix, rule=rule)

    def open(self) -> Cache[Any]:
        """The cache."""
        bus = {"heartbeat": self.heartbeat, "missed": self.missed, "grace": self.grace}
        settings = {"observers": [], "bus": bus}
        return hexcache.open_cache(*self.tiers(), jitter=0, settings=settings)


class Node:
    """The calls."""

    def __init__(self, cache: Cache[Any]) -> None:
        self.cache = cache

    def set(self, key: str, value: Any) -> float:
        """Store; the time when it was done."""
        self.cache.set(key, value, ttl=3_600)
        return time.monotonic()

    def delete(self, key: str) -> float:
        """Delete; the time when it was done."""
        self.cache.delete(key)
        return time.monotonic()

    def get(self, key: str) -> Any:
        """Look up."""
        return self.cache.get(key)

    def hold(self, key: str) -> Any:
        """Look up until memory has it: the message about the last change may still be under way."""
        self._until(lambda: (found := self.cache.get(key)) is not None and self.cache.get_nowait(key, None) == found)
        return self.cache.get(key)

    def bus(self) -> Any:
        """The state of the bus."""
        return self.cache.stats()["bus"]

    def until_alone(self) -> bool:
        """Wait until no other node is known."""
        bus: Any = self.cache._use.publisher._bus
        return self._until(lambda: not any(len(one._tracker) for _, one in list(bus._listener._topics.values())))

    def until_hears(self, expected: bool) -> bool:
        """Wait until everybody is heard, or not."""
        return self._until(lambda: self.cache.stats()["bus"]["hears"] == expected)

    def until_not(self, key: str, old: Any) -> tuple[Any, float]:
        """Look up until the answer is another one; it, and when that was."""
        self._until(lambda: self.cache.get(key) != old)
        return self.cache.get(key), time.monotonic()

    def watch(self, key: str, last: Any) -> list[Any]:
        """Look up until the answer is the last one; every different answer, in order."""
        seen: list[Any] = []

        def look() -> bool:
            found = self.cache.get(key)
            if found is not None and found not in seen[-1:]:
                seen.append(found)
            return bool(seen[-1:] == [last])

        self._until(look)
        return seen

    def fork(self, key: str) -> Any:
        """Fork with the cache open; what the child sees and how it ends."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, json.dumps(self.as_child(key)).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as pipe:
            said = json.loads(pipe.read())
        return {"status": os.waitpid(child, 0)[1], "child": said, "parent": self.until_not(key, "old")[0]}

    def as_child(self, key: str) -> Any:
        """In the child: use the cache, change the key, and leave in order."""
        before = self.cache.get(key)
        heard = self.until_hears(True)
        self.cache.set(key, "new", ttl=3_600)
        self.cache.close()
        return [before, heard]

    def _until(self, true: Callable[[], bool]) -> bool:
        end = time.monotonic() + LONG
        while not true():
            if time.monotonic() > end:
                return False
            time.sleep(0.0002)
        return True


def say(what: object) -> None:
    """Write a line."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def serve(plan: Plan) -> None:
    """Answer calls until there are no more."""
    with plan.open() as cache:
        node = Node(cache)
        say(plan.prefix)
        for line in sys.stdin:
            call, *arguments = json.loads(line)
            say(getattr(node, call)(*arguments))


def leave_open(plan: Plan) -> None:
    """End without closing anything."""
    cache = plan.open()
    cache.set("k", 1)
    say(cache.stats()["bus"]["hears"])
    sys.stdin.readline()


PROGRAMS: dict[str, Callable[[Plan], None]] = {"serve": serve, "leave_open": leave_open}

if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](Plan(**json.loads(sys.argv[2])))
