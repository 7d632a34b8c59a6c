"""Each of LiteLLM's classes over what it stands for, by a name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from hexcache.litellm import (
    AzureBlobCache,
    DiskCache,
    DualCache,
    GCSCache,
    InMemoryCache,
    RedisCache,
    RedisClusterCache,
    S3Cache,
    TierCache,
)
from tests.servers.azurite import Azurite
from tests.servers.cluster import Cluster
from tests.servers.fake_gcs import FakeGcs
from tests.servers.s3 import REGION, S3Server
from tests.servers.single import Server

PATIENT: Final[dict[str, Any]] = {"socket_timeout": 20.0, "socket_connect_timeout": 20.0}
"""A busy machine is not to break laws that are not about time."""

PATIENT_OBJECTS: Final[dict[str, Any]] = {"deadline": 60.0, "connect_timeout": 20.0, "read_timeout": 30.0}

Face: TypeAlias = TierCache


class Ground:
    """Where the caches of one test live; a second cache of a name shares what it stores with the first.

    Args:
        request: gives the servers that a name needs, when it is asked for.
        folder: for directories.
        namespace: this test's own.
    """

    def __init__(self, request: pytest.FixtureRequest, folder: Path, namespace: str) -> None:
        self._request = request
        self._folder = folder
        self._namespace = namespace
        self._stack = ExitStack()

    def cache(self, name: str, **options: Any) -> Face:
        """A cache that is closed with the test."""
        cache: TierCache = MAKERS[name](self, **options)
        return self._stack.enter_context(cache)

    def close(self) -> None:
        self._stack.close()

    def memory(self, **options: Any) -> InMemoryCache:
        return InMemoryCache(**options)

    def disk(self, folder: str = "disk", **options: Any) -> DiskCache:
        return DiskCache(self._folder / folder, namespace=self._namespace, deadline="20s", **options)

    def redis(self, **options: Any) -> RedisCache:
        server: Server = self._request.getfixturevalue("valkey")
        return RedisCache(server.host, server.port, namespace=self._namespace, **PATIENT, **options)

    def cluster(self, **options: Any) -> RedisClusterCache:
        cluster: Cluster = self._request.getfixturevalue("redis_cluster")
        nodes = [{"host": node.host, "port": node.port} for node in cluster.nodes[:2]]
        return RedisClusterCache(startup_nodes=nodes, namespace=self._namespace, **PATIENT, **options)

    def s3(self, **options: Any) -> S3Cache:
        server: S3Server = self._request.getfixturevalue("seaweed")
        return S3Cache(
            s3_bucket_name=server.bucket,
            s3_region_name=REGION,
            s3_endpoint_url=server.url,
            s3_aws_access_key_id=server.admin.access_key,
            s3_aws_secret_access_key=server.admin.secret_key,
            s3_path="answers/",
            namespace=self._namespace,
            addressing="path",
            **PATIENT_OBJECTS,
            **options,
        )

    def gcs(self, **options: Any) -> GCSCache:
        server: FakeGcs = self._request.getfixturevalue("gcs")
        bucket: str = self._request.getfixturevalue("gcs_bucket")
        own: dict[str, Any] = {"api_endpoint": server.url, "anonymous": True, "token_timeout": 20.0}
        return GCSCache(bucket, None, "answers/", namespace=self._namespace, **own, **PATIENT_OBJECTS, **options)

    def azure(self, **options: Any) -> AzureBlobCache:
        account: Azurite = self._request.getfixturevalue("azure_account")
        container: str = self._request.getfixturevalue("azure_container")
        own: dict[str, Any] = {"account": account.account, "account_key": account.key, "namespace": self._namespace}
        return AzureBlobCache(account.url, container, **own, **PATIENT_OBJECTS, **options)

    def dual(self, near: Any, far: Any, **options: Any) -> DualCache:
        self._stack.callback(far.close)
        self._stack.callback(near.close)
        return DualCache(near, far, **options)


MAKERS: Final[dict[str, Callable[..., Any]]] = {
    "memory": Ground.memory,
    "disk": Ground.disk,
    "redis": Ground.redis,
    "cluster": Ground.cluster,
    "memory > redis": lambda ground, **options: ground.dual(ground.memory(), ground.redis(), **options),
    "memory > disk": lambda ground, **options: ground.dual(ground.memory(), ground.disk(), **options),
    "disk > redis": lambda ground, **options: ground.dual(ground.disk("near"), ground.redis(), **options),
    "disk > disk": lambda ground, **options: ground.dual(ground.disk("near"), ground.disk("far"), **options),
    "s3": Ground.s3,
    "gcs": Ground.gcs,
    "azure": Ground.azure,
    "memory > s3": lambda ground, **options: ground.dual(ground.memory(), ground.s3(), **options),
    "redis > azure": lambda ground, **options: ground.dual(ground.redis(), ground.azure(), **options),
    "memory > memory": lambda ground, **options: ground.dual(ground.memory(), ground.memory(), **options),
}
"""How each is made."""

SHARED: Final = (
    "redis",
    "cluster",
    "memory > redis",
    "disk",
    "memory > disk",
    "s3",
    "gcs",
    "azure",
)
"""Those of which a second cache sees what the first stored."""

UNCOUNTED: Final = ("s3", "gcs", "azure")
"""Those that cannot count."""

MAPPING: Final = ("redis", "cluster")
"""Those whose batches are answered by a mapping, as LiteLLM's are."""
