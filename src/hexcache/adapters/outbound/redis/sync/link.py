# Generated from src/hexcache/adapters/outbound/redis/aio/link.py by tools/unasync.py. Do not edit.
"""The link to a server or to a cluster of them: what store, counter, bus and leases are written against.

Rule: a link connects when it is first asked, keeps every call within its deadline, knows the topology so that nobody
else has to, and lets nothing out but a ``StoreError``, raised ``from`` the client's exception:

* ``StoreUnavailable``: no connection, or it broke; the server is loading or has no master.
* ``StoreTimeout``: no answer, or no free connection, in time.
* ``StoreRejected``: the server answered no (out of memory, read-only, no permission, wrong type).

A command that may have been carried out although it failed is not sent again unless it is a read, or a script that says
that it may be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from hexcache.adapters.outbound.redis.commands import Argument, Command, Reply, Script
from hexcache.domain.errors import StoreError


class Link(Protocol):
    """Commands to one logical server."""

    @property
    def sharded(self) -> bool:
        """Whether keys live in slots: a script or a multi-key command then takes keys of one hash tag only."""
        ...

    def call(self, *command: Argument) -> Reply:
        """One command; its key is the second word."""
        ...

    def get(self, key: bytes, /) -> bytes | None:
        """``GET``; several at one moment may share a trip."""
        ...

    def get_many(self, keys: Sequence[bytes], /) -> list[bytes | StoreError | None]:
        """``MGET`` in the order of the keys, slot by slot where there are slots; not one atomic step there.

        Where several servers are asked, keys of one that failed have its typed ``StoreError`` in their places; with one
        server, all are answered or this raises.

        Raises:
            StoreError: nothing could be read.
        """
        ...

    def call_all(self, commands: Sequence[Command], /) -> list[Reply | Exception]:
        """Several commands in one trip, not one transaction: a reply each, a typed ``StoreError`` in its place.

        Raises:
            StoreError: none could be sent, or the answers did not come.
        """
        ...

    def run(self, script: Script, keys: Sequence[bytes], args: Sequence[Argument] = (), /) -> Reply:
        """Run a script by its digest, sending its source only to a server that does not know it."""
        ...

    def run_all(
        self, script: Script, calls: Sequence[tuple[Sequence[bytes], Sequence[Argument]]], /
    ) -> list[Reply | Exception]:
        """Run one script with several (keys, args), in one trip, each as ``run`` and answered as in ``call_all``."""
        ...

    def scan(self, pattern: bytes, /) -> Iterator[list[bytes]]:
        """Keys that match a glob pattern, in pages, of every primary; a key may come twice."""
        ...

    def call_everywhere(self, *command: Argument) -> list[Reply]:
        """One command without a key, to every primary."""
        ...

    def ping(self) -> None:
        """A real round trip to every primary.

        Raises:
            StoreError: one does not answer.
        """
        ...

    def close(self) -> None:
        """Close what this link opened, never a client that was handed in. May be called again."""
        ...
