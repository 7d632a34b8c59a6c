"""Moving a slot of a cluster from one node to another, step by step.

Rule: what is begun is ended: afterwards the slot is served by one node, which every node knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from tests.servers.asking import fields, text_of
from tests.servers.cluster import Cluster
from tests.servers.single import Server
from tests.servers.waiting import wait_until


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
            masters = [node for node in cluster.nodes if node.info("replication")["role"] == "master"]
            for node in masters:
                node.ask("CLUSTER", "SETSLOT", slot, "NODE", names[0])
            wait_until(partial(_is_latest, source, masters), "the claim of the slot's first node is the latest")
        cluster.wait_until_whole()


def _is_latest(node: Server, masters: Sequence[Server]) -> bool:
    """Whether a node's claims are later than all others', which its own are made until it has heard of those.

    Nodes that heard of a later claim to a slot believe that one for ever, and let nobody take over who says otherwise.
    """
    node.ask("CLUSTER", "BUMPEPOCH")
    return _epoch(node) > max([_epoch(other) for other in masters if other is not node])


def _epoch(node: Server) -> int:
    return int(fields(node.ask("CLUSTER", "INFO"))["cluster_my_epoch"])
