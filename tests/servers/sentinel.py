"""A master and its replicas, watched by Sentinels.

Rule: :class:`Sentinels` are handed out only when each of them knows the others and every replica follows. Roles move:
who is master is asked, never remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.servers.asking import fields, text_of
from tests.servers.binaries import Binary
from tests.servers.ports import HOST, free_ports
from tests.servers.process import ServerProcess
from tests.servers.single import Server, follows, url_at
from tests.servers.waiting import wait_until

SERVICE = "mymaster"
"""The name that the watched master goes by."""
DOWN_AFTER = 1500
"""Milliseconds of silence after which a Sentinel takes the master for dead. It tries a lost connection again once a
second, so that less takes a master for dead that was just promoted."""
FAILOVER = 2000
"""Milliseconds after which a failover that did not end is tried again."""


@dataclass(frozen=True, slots=True)
class Sentinels:
    """The Sentinels, and the servers that they watch."""

    sentinels: Sequence[Server]
    servers: Sequence[Server]
    service: str = SERVICE
    password: str | None = field(default=None, repr=False)
    """Of the servers."""
    sentinel_password: str | None = field(default=None, repr=False)
    """Of the Sentinels."""

    @property
    def addresses(self) -> list[tuple[str, int]]:
        """Where the Sentinels listen."""
        return [(sentinel.host, sentinel.port) for sentinel in self.sentinels]

    @property
    def master(self) -> Server:
        """The master, as the first Sentinel that runs believes."""
        return self._master_by(next(one for one in self.sentinels if one.process.running))

    @property
    def replicas(self) -> list[Server]:
        """The others."""
        master = self.master
        return [server for server in self.servers if server is not master]

    def _master_by(self, sentinel: Server) -> Server:
        told = sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", self.service)
        assert isinstance(told, list)
        return next(server for server in self.servers if server.port == int(text_of(told[1])))

    def recover(self) -> None:
        """Start or resume whatever does not run, and wait until all is watched again; roles stay as they fell.

        A master that comes back is told whom to follow: a Sentinel would do it only after eight seconds.

        Raises:
            TimeoutError: it did not come to that.
        """
        for sentinel in self.sentinels:
            sentinel.process.revive()
        wait_until(self._settled, "the Sentinels agree on the master")
        master = self.master
        for server in self.servers:
            if server.process.revive() and server is not master:
                server.ask("REPLICAOF", master.host, master.port)
        self.wait_until_watched()

    def wait_until_watched(self) -> None:
        """Return when every Sentinel knows the others and the same master, and every replica follows.

        Raises:
            TimeoutError: that did not come.
        """
        wait_until(self._watched, "every Sentinel knows the others, and every replica follows")

    def _settled(self) -> bool:
        """Whether no failover is under way, so that who comes back disturbs none."""
        failing_over = ["failover_in_progress" in self._told_by(sentinel)["flags"] for sentinel in self.sentinels]
        return not any(failing_over) and len({self._master_by(sentinel).port for sentinel in self.sentinels}) == 1

    def _watched(self) -> bool:
        return self._settled() and all(map(self._knows_all, self.sentinels)) and all(map(follows, self.replicas))

    def _told_by(self, sentinel: Server) -> dict[str, str]:
        return fields(sentinel.ask("SENTINEL", "MASTER", self.service))

    def _knows_all(self, sentinel: Server) -> bool:
        told = self._told_by(sentinel)
        return (
            told["flags"] == "master"
            and int(told["num-other-sentinels"]) == len(self.sentinels) - 1
            and int(told["num-slaves"]) == len(self.servers) - 1
        )


@contextmanager
def sentinels(
    binary: Binary,
    *,
    count: int = 3,
    replicas: int = 1,
    password: str | None = None,
    sentinel_password: str | None = None,
    down_after: int = DOWN_AFTER,
) -> Iterator[Sentinels]:
    """Sentinels of one's own, until the context is left; takes two seconds, in which they hear of each other.

    Args:
        binary: the program.
        count: how many watch; a majority elects.
        replicas: followers of the master.
        password: what the servers ask.
        sentinel_password: what the Sentinels ask.
        down_after: milliseconds of silence after which the master is taken for dead.
    """
    first, *rest = free_ports(1 + replicas + count)
    with ExitStack() as stack:

        def started(process: ServerProcess) -> Server:
            stack.enter_context(process)
            return Server(url_at(process.port, process.password), process)

        common: dict[str, str | int] = {"repl-diskless-sync-delay": 0}
        if password is not None:
            common |= {"requirepass": password, "masterauth": password}
        servers = [started(ServerProcess(binary, first, common, password=password))]
        for port in rest[:replicas]:
            following = {**common, "replicaof": f"{HOST} {first}"}
            servers.append(started(ServerProcess(binary, port, following, password=password)))
        lines = _watching(first, count // 2 + 1, down_after, password)
        own: dict[str, str | int] = {} if sentinel_password is None else {"requirepass": sentinel_password}
        trio = [
            started(ServerProcess(binary, port, own, lines=lines, password=sentinel_password, sentinel=True))
            for port in rest[replicas:]
        ]
        watched = Sentinels(trio, servers, password=password, sentinel_password=sentinel_password)
        watched.wait_until_watched()
        yield watched


def _watching(port: int, quorum: int, down_after: int, password: str | None) -> list[str]:
    return [
        f"sentinel monitor {SERVICE} {HOST} {port} {quorum}",
        f"sentinel down-after-milliseconds {SERVICE} {down_after}",
        f"sentinel failover-timeout {SERVICE} {FAILOVER}",
        *([f"sentinel auth-pass {SERVICE} {password}"] if password is not None else []),
    ]
