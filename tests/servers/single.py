"""A single server, and what can be asked of its configuration.

Rule: a :class:`Server` says all that a client needs; whoever pauses, kills or fills one has started it for itself:
the servers of a session are everybody's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote, unquote, urlsplit

from tests.servers.asking import Reply, ask, fields
from tests.servers.binaries import Binary
from tests.servers.ports import HOST, free_ports
from tests.servers.process import ServerProcess
from tests.servers.waiting import wait_until


@dataclass(frozen=True, slots=True)
class User:
    """A user of a server's access list, who may use keys and channels of one prefix, and no dangerous command."""

    name: str
    password: str = field(repr=False)
    prefix: str

    @property
    def line(self) -> str:
        """Its line in a configuration."""
        return f"user {self.name} on >{self.password} ~{self.prefix}* &{self.prefix}* +@all -@dangerous"


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at a URL."""

    url: str = field(repr=False)
    owned: ServerProcess | None = None
    """None where it is not ours to pause or kill."""
    user: User | None = None
    """The limited user, where there is one."""

    @property
    def host(self) -> str:
        """Where it listens."""
        return urlsplit(self.url).hostname or HOST

    @property
    def port(self) -> int:
        """Where it listens."""
        return urlsplit(self.url).port or 6379

    @property
    def username(self) -> str | None:
        """The user in the URL; None for the default user."""
        name = urlsplit(self.url).username
        return unquote(name) if name else None

    @property
    def password(self) -> str | None:
        """The password in the URL."""
        password = urlsplit(self.url).password
        return None if password is None else unquote(password)

    @property
    def process(self) -> ServerProcess:
        """The process, to pause, kill and restart.

        Raises:
            RuntimeError: it is not ours.
        """
        if self.owned is None:
            raise RuntimeError(f"the server at {self.host}:{self.port} is not ours to pause or kill")
        return self.owned

    def url_of(self, user: User) -> str:
        """The URL with another user's name and password."""
        return f"redis://{quote(user.name)}:{quote(user.password)}@{self.host}:{self.port}/0"

    def moved_to(self, host: str, port: int) -> Server:
        """A server elsewhere that takes the same user and password; not ours."""
        user, at, _ = urlsplit(self.url).netloc.rpartition("@")
        return Server(urlsplit(self.url)._replace(netloc=f"{user}{at}{host}:{port}").geturl())

    def ask(self, *command: str | int | bytes) -> Reply:
        """The reply to one command, by none of the clients that are tested; see :func:`tests.servers.asking.ask`."""
        return ask(self.port, *command, host=self.host, username=self.username, password=self.password)

    def info(self, section: str) -> dict[str, str]:
        """A section of what it says of itself."""
        return fields(self.ask("INFO", section))

    @property
    def version(self) -> str:
        """Name and version, such as ``valkey 9.1.2``."""
        told = self.info("server")
        name = told.get("server_name", "redis")
        return f"{name} {told.get(f'{name}_version', told['redis_version'])}"


@contextmanager
def single(
    binary: Binary,
    *,
    password: str | None = None,
    user: User | None = None,
    maxmemory: int | None = None,
    replica_of: Server | None = None,
    settings: Mapping[str, str | int] | None = None,
) -> Iterator[Server]:
    """A server of one's own, until the context is left.

    Args:
        binary: the program.
        password: what the default user needs.
        user: a limited user beside the default one.
        maxmemory: bytes; more is refused, as nothing is evicted.
        replica_of: the server that it follows; its password is taken along.
        settings: more names and values of its configuration.
    """
    wanted: dict[str, str | int] = {"repl-diskless-sync-delay": 0}
    if password is not None:
        wanted["requirepass"] = password
    if maxmemory is not None:
        wanted |= {"maxmemory": maxmemory, "maxmemory-policy": "noeviction"}
    if replica_of is not None:
        wanted["replicaof"] = f"{replica_of.host} {replica_of.port}"
        if replica_of.password is not None:
            wanted["masterauth"] = replica_of.password
    [port] = free_ports(1)
    lines = [user.line] if user is not None else []
    with ServerProcess(binary, port, {**wanted, **(settings or {})}, lines=lines, password=password) as process:
        server = Server(url_at(port, password), process, user)
        if replica_of is not None:
            wait_until(lambda: follows(server), f"port {port} follows port {replica_of.port}")
        yield server


def follows(server: Server) -> bool:
    """Whether a replica has what its master had, and its connection to it."""
    return server.info("replication").get("master_link_status") == "up"


def wait_until_heard(server: Server) -> None:
    """Return when every replica of a server has heard all that the server has said so far.

    ``WAIT`` tells it of the writes of its own connection alone.

    Raises:
        TimeoutError: one did not hear of it.
    """
    told = server.info("replication")
    said = int(told["master_repl_offset"])
    for number in range(int(told["connected_slaves"])):
        line = dict(part.split("=") for part in told[f"slave{number}"].split(","))
        replica = server.moved_to(line["ip"], int(line["port"]))
        wait_until(partial(_has_heard, replica, said), f"port {replica.port} has heard what port {server.port} said")


def _has_heard(replica: Server, said: int) -> bool:
    return int(replica.info("replication")["slave_repl_offset"]) >= said


def url_at(port: int, password: str | None = None) -> str:
    """The URL of a server of ours."""
    secret = "" if password is None else f":{quote(password)}@"
    return f"redis://{secret}{HOST}:{port}/0"
