"""The ratios that the project aims at (rows of its speed table), and where each is measured.

Rule: a target is a ratio between two contestants of one suite; peers that are absent leave their rows out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """One row.

    Attributes:
        row: the row's id.
        suite: where both are measured.
        ours: our contestant.
        theirs: the peer.
        most: greatest ratio of CPU time aimed at.
        floor: a contestant whose time is taken from both first; None for none.
    """

    row: str
    suite: str
    ours: str
    theirs: str
    most: float
    floor: str | None = None


S3_WORKERS = (1, 16, 64)
GCS_WORKERS = (1, 16, 64)
RAW = {"get": "raw socket get", "set": "raw socket set"}

TARGETS = (
    Target("M1", "memory", "hexcache memory tier", "dict.get", 5.5),
    Target("M2", "memory", "hexcache Cache.get", "litellm InMemoryCache.get_cache", 0.25),
    Target("M2", "memory", "hexcache AsyncCache.get", "litellm DualCache.async_get_cache", 0.10),
    Target("M3", "memory", "hexcache Cache.get", "cachetools.TTLCache.get", 0.25),
    Target("M3", "memory", "hexcache Cache.get", "moka_py.Moka.get", 1.0),
    Target("M4", "memory", "hexcache Cache.get", "cachebox.TTLCache.get", 4.0),
    Target("M11", "decorator", "hexcache @cached", "cachebox.cached", 0.5),
    Target("M11", "decorator", "hexcache @cached awaited", "async_lru.alru_cache", 0.45),
    Target("D2", "disk", "hexcache disk store", "diskcache.Cache.get", 1.2),
    Target("D4", "disk", "hexcache Cache.get over disk", "diskcache.Cache.get", 1.5),
    Target("R1", "redis-1k", "hexcache store get", "redis-py get", 0.5, RAW["get"]),
    Target("R1", "redis-1k", "hexcache store put", "redis-py set", 0.5, RAW["set"]),
    Target("R2", "redis-1k", "hexcache awaited store get", "redis.asyncio get", 0.7, RAW["get"]),
    Target("R3", "redis-1k", "hexcache awaited store get, 64 tasks", "redis.asyncio get, 64 tasks", 0.2),
    Target("R4", "redis-1k", "hexcache store put_many 100", "redis-py pipeline set 100", 0.35),
    Target("R5", "redis-1k", "hexcache Cache.get", "litellm RedisCache.get_cache", 0.3),
    Target("R5", "redis-1k", "hexcache AsyncCache.get", "litellm async_get_cache", 0.5),
    *(
        Target(f"C1/{workers}", f"objects-s3-{workers}", "hexcache bucket read", "boto3 get", 1.1)
        for workers in S3_WORKERS
    ),
    *(
        Target(f"C1/{workers}", f"objects-s3-{workers}", "hexcache bucket write", "boto3 put", 1.1)
        for workers in S3_WORKERS
    ),
    *(
        Target(f"C1/{workers}", f"objects-s3-{workers}", "hexcache store get", "boto3 get", 1.1)
        for workers in S3_WORKERS
    ),
    *(
        Target(f"C1/{workers}", f"objects-s3-{workers}", "hexcache store put", "boto3 put", 1.1)
        for workers in S3_WORKERS
    ),
    Target("C2", "objects-obstore-1", "obstore read", "boto3 read", 0.35),
    Target("C2", "objects-obstore-1", "obstore write", "boto3 write", 0.35),
    Target("C2", "objects-obstore-64", "obstore awaited read", "boto3 awaited read", 0.35),
    Target("C2", "objects-obstore-64", "obstore awaited write", "boto3 awaited write", 0.35),
    *(
        Target(f"C1/{workers}", f"objects-gcs-{workers}", ours, theirs, 1.1)
        for workers in GCS_WORKERS
        for ours, theirs in (
            ("hexcache bucket read", "google-cloud-storage get"),
            ("hexcache bucket write", "google-cloud-storage put"),
            ("hexcache store get", "google-cloud-storage get"),
            ("hexcache store put", "google-cloud-storage put"),
        )
    ),
)
