"""A cluster of masters, each with its replicas.

Rule: a :class:`Cluster` is handed out only when every node knows every other, all slots are served and every replica
follows. Roles move: who is master of what is asked, never remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from tests.servers.asking import Reply, fields, text_of
from tests.servers.binaries import Binary
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess
from tests.servers.single import Server, follows, url_at
from tests.servers.waiting import wait_until

SLOTS = 16384
NODE_TIMEOUT = 2000
"""Milliseconds of silence after which a node is taken for dead; shorter ones take a busy machine's nodes for dead."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """The nodes, whatever their roles are now."""

    nodes: Sequence[Server]

    @property
    def url(self) -> str:
        """The URL of one node."""
        return self.nodes[0].url

    @property
    def ours(self) -> bool:
        """Whether its nodes may be paused and killed."""
        return all(node.owned is not None for node in self.nodes)

    @property
    def running(self) -> list[Server]:
        """The nodes that have a process, or are not ours."""
        return [node for node in self.nodes if node.owned is None or node.owned.running]

    def slot_of(self, key: str | bytes) -> int:
        """The slot of a key."""
        slot = self.running[0].ask("CLUSTER", "KEYSLOT", key)
        assert isinstance(slot, int)
        return slot

    def master_of(self, key: str | bytes) -> Server:
        """The node that serves a key, as one that runs believes."""
        return self._servers_of(key)[0]

    def replicas_of(self, key: str | bytes) -> list[Server]:
        """The nodes that follow the one that serves a key."""
        return self._servers_of(key)[1:]

    def _servers_of(self, key: str | bytes) -> list[Server]:
        slot = self.slot_of(key)
        for row in _slots(self.running[0]):
            if row.first <= slot <= row.last:
                ports = [port for _, port in row.servers]
                return sorted((node for node in self.nodes if node.port in ports), key=lambda it: ports.index(it.port))
        raise LookupError(f"nobody serves slot {slot}")

    def recover(self) -> None:
        """Start or resume whatever does not run, and wait until the cluster is whole again; roles stay as they fell.

        Raises:
            TimeoutError: it did not become whole.
        """
        for node in self.nodes:
            if node.owned is not None:
                node.owned.revive()
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        """Return when every node sees every slot served by the same master as all see it, and every replica follows.

        Raises:
            TimeoutError: that did not come.
        """
        wait_until(self._whole, "the cluster is whole")

    def _whole(self) -> bool:
        tables = {tuple(sorted((row.first, row.last, row.servers[0]) for row in _slots(node))) for node in self.nodes}
        return len(tables) == 1 and all(_agrees(node, len(self.nodes)) for node in self.nodes)


@dataclass(frozen=True, slots=True)
class _Slots:
    """A range of slots, and who serves it: the master first."""

    first: int
    last: int
    servers: list[tuple[str, int]]


def _slots(node: Server) -> Iterator[_Slots]:
    """What a node believes."""
    table = node.ask("CLUSTER", "SLOTS")
    assert isinstance(table, list)
    for row in table:
        assert isinstance(row, list)
        first, last, *servers = row
        assert isinstance(first, int)
        assert isinstance(last, int)
        yield _Slots(first, last, [_address(server) for server in servers])


def _address(server: Reply) -> tuple[str, int]:
    assert isinstance(server, list)
    host, port, *_ = server
    assert isinstance(port, int)
    return text_of(host), port


def _agrees(node: Server, nodes: int) -> bool:
    """Whether a node sees all slots served, knows all nodes by role and health, and follows if it is a replica."""
    if fields(node.ask("CLUSTER", "INFO"))["cluster_state"] != "ok":
        return False
    flags = [set(line.split()[2].split(",")) for line in text_of(node.ask("CLUSTER", "NODES")).splitlines()]
    if len(flags) != nodes or any({"handshake", "noaddr", "fail", "fail?"} & flag for flag in flags):
        return False
    if (
        len({port for row in _slots(node) for _, port in row.servers}) != nodes
    ):  # a replica of unknown offset is left out
        return False
    return node.info("replication")["role"] == "master" or follows(node)


@contextmanager
def cluster(
    binary: Binary,
    *,
    masters: int = 3,
    replicas: int = 1,
    password: str | None = None,
    node_timeout: int = NODE_TIMEOUT,
    settings: Mapping[str, str | int] | None = None,
) -> Iterator[Cluster]:
    """A cluster of one's own, until the context is left; takes two to three seconds, which the servers wait.

    Args:
        binary: the program.
        masters: how many share the slots; three or more elect.
        replicas: followers of each.
        password: what every node asks.
        node_timeout: milliseconds of silence after which a node is taken for dead.
        settings: more names and values of each node's configuration.
    """
    common: dict[str, str | int] = {
        "cluster-enabled": "yes",
        "cluster-node-timeout": node_timeout,
        "repl-diskless-sync-delay": 0,
        "repl-ping-replica-period": 1,  # a replica whose offset never moved is in no node's list
        **(settings or {}),
    }
    if password is not None:
        common |= {"requirepass": password, "masterauth": password}
    with ExitStack() as stack:
        nodes: list[Server] = []
        for port in free_ports(masters * (1 + replicas)):
            process = stack.enter_context(ServerProcess(binary, port, common, password=password))
            nodes.append(Server(url_at(port, password), process))
        _join(nodes, masters)
        formed = Cluster(nodes)
        formed.wait_until_whole()
        yield formed


def _join(nodes: Sequence[Server], masters: int) -> None:
    for place, node in enumerate(nodes[:masters]):
        first, last = SLOTS * place // masters, SLOTS * (place + 1) // masters - 1
        node.ask("CLUSTER", "ADDSLOTSRANGE", first, last)
        node.ask("CLUSTER", "SET-CONFIG-EPOCH", place + 1)
    for node in nodes[1:]:
        nodes[0].ask("CLUSTER", "MEET", node.host, node.port)
    for place, node in enumerate(nodes[masters:]):
        master = text_of(nodes[place % masters].ask("CLUSTER", "MYID"))
        wait_until(partial(_replicate, node, master), "a replica knows its master")


def _replicate(node: Server, master: str) -> bool:
    return node.ask("CLUSTER", "REPLICATE", master) == b"OK"  # refused until the two have met


def found_from(first: Server) -> Cluster:
    """A cluster that somebody else runs, found from one of its nodes.

    Raises:
        OSError: nothing answers there.
    """
    places = {address for row in _slots(first) for address in row.servers}
    return Cluster([first.moved_to(host or first.host, port) for host, port in sorted(places)])
