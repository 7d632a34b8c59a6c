"""Moving a slot of a cluster from one node to another, step by step.

Rule: what is begun is ended: afterwards the slot is served by one node, which every node knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers.asking import text_of
from tests.servers.cluster import Cluster
from tests.servers.single import Server


@dataclass(frozen=True, slots=True)
class Move:
    """A slot on its way."""

    slot: int
    source: Server
    target: Server

    def carry(self, key: bytes) -> None:
        """Move one key."""
        self.source.ask("MIGRATE", self.target.host, self.target.port, key, 0, 5000)

    def finish(self) -> None:
        """Let the target serve the slot. All keys have been carried."""
        name = text_of(self.target.ask("CLUSTER", "MYID"))
        for node in (self.target, self.source):
            node.ask("CLUSTER", "SETSLOT", self.slot, "NODE", name)


@contextmanager
def moving(cluster: Cluster, key: bytes) -> Iterator[Move]:
    """Begin to move a key's slot to another master; in the end it is back where it was, and empty."""
    slot, source = cluster.slot_of(key), cluster.master_of(key)
    target = next(node for node in cluster.nodes if node is not source and node.info("replication")["role"] == "master")
    names = [text_of(node.ask("CLUSTER", "MYID")) for node in (source, target)]
    target.ask("CLUSTER", "SETSLOT", slot, "IMPORTING", names[0])
    source.ask("CLUSTER", "SETSLOT", slot, "MIGRATING", names[1])
    try:
        yield Move(slot, source, target)
    finally:
        for node in (source, target):
            node.ask("CLUSTER", "SETSLOT", slot, "STABLE")
            keys = node.ask("CLUSTER", "GETKEYSINSLOT", slot, 1000)
            assert isinstance(keys, list)
            for left in keys:
                assert isinstance(left, bytes)
                if cluster.master_of(left) is node:
                    node.ask("UNLINK", left)
        if cluster.master_of(key) is not source:
            for node in cluster.nodes:
                if node.info("replication")["role"] == "master":
                    node.ask("CLUSTER", "SETSLOT", slot, "NODE", names[0])
            source.ask("CLUSTER", "BUMPEPOCH")
        cluster.wait_until_whole()
