"""An S3 server, and what a client needs to know of it.

Rule: tests keep apart by prefixes in one bucket; who needs an empty or a missing one makes its own.
"""

from __future__ import annotations

import contextlib
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REGION = "us-east-1"
PATIENCE = 5.0
"""Seconds that a request of :meth:`S3Server.client` waits for an answer."""


_lock = threading.Lock()


@cache
def _session() -> Any:
    from boto3.session import Session  # noqa: PLC0415  (runs without S3 do not pay for it)

    return Session()  # keeps what it read of S3's description, which is most of what a client costs


@dataclass(frozen=True, slots=True)
class Identity:
    """A pair of keys."""

    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class S3Server:
    """A server that answers at a URL."""

    url: str
    admin: Identity
    """May do everything."""
    reader: Identity | None = None
    """May read and list, and nothing else; None where the server checks no rights."""
    bucket: str = "hexcache-tests"

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        parts = urlsplit(self.url)
        return parts.hostname or "127.0.0.1", parts.port or 80

    def client(self, identity: Identity | None = None) -> Any:
        """A plain client of boto3, to see what the tested code left and to prepare what it finds."""
        from botocore.config import Config  # noqa: PLC0415

        identity = identity or self.admin
        with _lock:  # a session makes one client at a time
            make = _session().client
            return make(
                "s3",
                endpoint_url=self.url,
                aws_access_key_id=identity.access_key,
                aws_secret_access_key=identity.secret_key,
                region_name=REGION,
                config=Config(
                    retries={"max_attempts": 0, "mode": "standard"},
                    connect_timeout=PATIENCE,
                    read_timeout=PATIENCE,
                    s3={"addressing_style": "path"},
                ),
            )

    def prepared(self) -> bool:
        """Whether the bucket is there and takes an object: a port answers before what is behind it does."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        with contextlib.closing(self.client()) as client:
            try:
                with contextlib.suppress(
                    client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists
                ):
                    client.create_bucket(Bucket=self.bucket)
                client.put_object(Bucket=self.bucket, Key="ready", Body=b"1")
            except (BotoCoreError, ClientError):
                return False
        return True


@contextmanager
def visited(url: str) -> Iterator[S3Server]:
    """The server of somebody else at ``http://access:secret@host:port?reader=access:secret``.

    A bucket of this run is made there and removed with all it holds.

    Raises:
        ConnectionError: it does not answer, or takes no bucket.
    """
    parts = urlsplit(url)
    reader = parse_qs(parts.query).get("reader")
    host = parts.netloc.rpartition("@")[2]
    server = S3Server(
        f"{parts.scheme}://{host}",
        Identity(unquote(parts.username or ""), unquote(parts.password or "")),
        Identity(*reader[0].split(":", 1)) if reader else None,
        bucket=f"hexcache-tests-{uuid.uuid4().hex[:10]}",
    )
    if not server.prepared():
        raise ConnectionError(f"no S3 at {server.url} that takes a bucket")
    try:
        yield server
    finally:
        with contextlib.closing(server.client()) as client:
            sweep(client, server.bucket)


def sweep(client: Any, bucket: str) -> None:
    """Remove a bucket and all it holds."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        if names := [{"Key": line["Key"]} for line in page.get("Contents", ())]:
            client.delete_objects(Bucket=bucket, Delete={"Objects": names, "Quiet": True})
    client.delete_bucket(Bucket=bucket)


@contextmanager
def contained(
    image: str, port: int, make: Callable[[str], S3Server], prepare: Callable[[Any], Any]
) -> Iterator[S3Server]:
    """A server in a container, until the context is left; the first one pulls the image.

    Raises:
        Unavailable: no Docker engine answers.
    """
    from tests.servers.docker import docker_engine  # noqa: PLC0415
    from tests.servers.waiting import wait_until  # noqa: PLC0415

    docker_engine()
    from testcontainers.core.container import DockerContainer  # noqa: PLC0415  (imported when used)

    with prepare(DockerContainer(image).with_exposed_ports(port)) as container:
        server = make(f"http://{container.get_container_host_ip()}:{container.get_exposed_port(port)}")
        wait_until(server.prepared, f"the container of {image} answers")
        yield server
