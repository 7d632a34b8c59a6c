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
    """

    row: str
    suite: str
    ours: str
    theirs: str
    most: float


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
)
