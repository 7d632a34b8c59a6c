"""Azurite, the emulator of Azure Blob Storage, in the two forms that the tests need.

Rule: it is the release that ``azurite/package-lock.json`` names, listens on 127.0.0.1 only, keeps everything in memory
and calls nobody. Over HTTP it knows account keys and signed links; over HTTPS it reads tokens of Microsoft Entra ID too
(their claims, never their signature). What lets tests of the clients run at all: it does not check the version of the
protocol that a client speaks, as clients are newer than any release of it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests.servers import wards
from tests.servers.certificates import Certificates
from tests.servers.choice import Unavailable
from tests.servers.docker import docker_engine
from tests.servers.ports import HOST, free_ports
from tests.servers.waiting import wait_until

if TYPE_CHECKING:
    from azure.storage.blob import BlobServiceClient

ROOT: Final = Path(__file__).resolve().parents[2]
PROGRAM: Final = ROOT / ".cache/azurite/node_modules/azurite/dist/src/blob/main.js"
"""Where ``tools/azurite.sh`` installs it."""
PATIENT: Final = ROOT / "tests/servers/azurite/keep_alive.cjs"
"""Has it keep connections that nobody uses for a while."""
IMAGE: Final = "mcr.microsoft.com/azure-storage/azurite:3.37.0"
STARTING: Final = 100.0
"""Seconds that it may take on a machine that does much else; a second or two otherwise."""
PORT: Final = 10_000
"""Where it listens in a container."""

ACCOUNT: Final = "devstoreaccount1"
KEY: Final = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The account that every emulator has, and its key, both published by Microsoft."""
OPTIONS: Final = (
    "--inMemoryPersistence", "--extentMemoryLimit", "512", "--silent", "--disableTelemetry", "--skipApiVersionCheck",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Azurite:
    """An account that answers."""

    url: str
    """Of the account."""
    account: str = ACCOUNT
    key: str = field(default=KEY, repr=False)
    certificates: Certificates | None = None
    """Those of the server that takes tokens."""
    pid: int | None = None
    """The process; None where it is not ours to kill."""

    @property
    def host(self) -> str:
        """Where it listens."""
        return HOST

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.split(":")[2].split("/")[0])

    @property
    def authority(self) -> str | None:
        """What a client has to trust, a file; None over HTTP."""
        return None if self.certificates is None else str(self.certificates.authority)

    def service(self, credential: Any = None) -> BlobServiceClient:
        """The vendor's client, to look behind what is tested."""
        from azure.storage.blob import BlobServiceClient  # noqa: PLC0415  (imported when used)

        return BlobServiceClient(self.url, credential or {"account_name": self.account, "account_key": self.key})

    def sas(self, container: str, rights: str, *, seconds: float = 600.0, key: str | None = None) -> str:
        """A shared access signature for a container: ``rights`` of ``racwdl``; with a negative time it has ended."""
        from azure.storage.blob import ContainerSasPermissions, generate_container_sas  # noqa: PLC0415

        return generate_container_sas(
            self.account,
            container,
            key or self.key,
            permission=ContainerSasPermissions.from_string(rights),
            expiry=datetime.now(UTC) + timedelta(seconds=seconds),
        )

    @property
    def connection_string(self) -> str:
        """All of it in one string."""
        return self.at(self.url)

    def at(self, url: str) -> str:
        """The connection string for the same account behind another address, such as a proxy's."""
        scheme = url.partition(":")[0]
        return f"DefaultEndpointsProtocol={scheme};AccountName={self.account};AccountKey={self.key};BlobEndpoint={url}"


@contextmanager
def azurite(certificates: Certificates | None = None) -> Iterator[Azurite]:
    """A server of one's own, until the context is left; with certificates it speaks HTTPS and takes tokens.

    Raises:
        Unavailable: it is not installed.
    """
    if not PROGRAM.exists():
        raise Unavailable("no Azurite: tools/azurite.sh installs it")
    [port] = free_ports(1)
    command = [node(), "--require", str(PATIENT), str(PROGRAM), "--blobHost", HOST, "--blobPort", str(port), *OPTIONS]
    if certificates is not None:
        files = (str(certificates.folder / f"server.{kind}") for kind in ("crt", "key"))
        command += ["--oauth", "basic", "--cert", next(files), "--key", next(files)]
    folder = Path(tempfile.mkdtemp(prefix="hexcache-azurite-"))
    scheme = "http" if certificates is None else "https"
    try:
        pid = wards.start(command, folder)
        try:
            root = f"{scheme}://{HOST}:{port}/"
            wait_until(lambda: _answers(pid, root, folder), f"Azurite on port {port} answers", within=STARTING)
            yield Azurite(f"{scheme}://{HOST}:{port}/{ACCOUNT}", certificates=certificates, pid=pid)
        finally:
            if not wards.has_ended(pid):
                os.kill(pid, signal.SIGKILL)
                wait_until(lambda: wards.has_ended(pid), f"process {pid} ends")
    finally:
        wards.remove(folder)


@contextmanager
def contained_azurite() -> Iterator[Azurite]:
    """A server of one's own in a container, over HTTP.

    Raises:
        Unavailable: no Docker engine answers.
    """
    docker_engine()
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (imported when used)

    command = " ".join(("azurite-blob", "--blobHost", "0.0.0.0", *OPTIONS))  # noqa: S104  (inside of the container)
    with DockerContainer(IMAGE).with_exposed_ports(PORT).with_command(command) as container:
        url = f"http://{container.get_container_host_ip()}:{container.get_exposed_port(PORT)}/"
        wait_until(lambda: _speaks(url), "the container of Azurite answers")
        yield Azurite(url + ACCOUNT)


@contextmanager
def visited_azurite(connection_string: str) -> Iterator[Azurite]:
    """The account that a connection string with a key leads to; its containers are the tests' to remove.

    Raises:
        OSError: nothing answers there.
    """
    parts = dict(part.split("=", 1) for part in connection_string.split(";") if part)
    account = parts["AccountName"]
    url = parts.get("BlobEndpoint", f"https://{account}.blob.core.windows.net").rstrip("/")
    _speaks(url)
    yield Azurite(url, account, parts["AccountKey"])


def node() -> str:
    """The Node.js that ``tools/azurite.sh`` uses.

    Raises:
        Unavailable: there is none.
    """
    found = subprocess.run([str(ROOT / "tools/azurite.sh"), "--node"], capture_output=True, text=True, check=False)
    if found.returncode:
        raise Unavailable("no Node.js that is recent enough")
    return found.stdout.strip()


def _answers(pid: int, url: str, folder: Path) -> bool:
    if wards.has_ended(pid):
        raise RuntimeError(f"Azurite ended at once:\n{(folder / 'log').read_text('utf-8', 'replace')[-2000:]}")
    return _speaks(url)


def _speaks(url: str) -> bool:
    """Whether what answers speaks HTTP, whatever it says; a certificate that nobody vouches for is an answer too."""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  (http and https only)
    except urllib.error.HTTPError as exc:
        exc.close()
    except urllib.error.URLError as exc:
        if "CERTIFICATE_VERIFY_FAILED" not in str(exc.reason):
            raise
    return True
