"""What a disk tier is configured with.

Rule: a setting out of bounds is refused when the object is made, by name, value and what is accepted; the file system
is not touched.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias, get_args

from hexcache.domain.errors import InvalidSetting

EvictionPolicy: TypeAlias = Literal["least-recently-stored", "least-recently-used", "least-frequently-used", "none"]
"""Which rows go first when the size limit is reached; the names are diskcache's."""

MIB: Final = 2**20
MIN_SIZE_LIMIT: Final = MIB
"""Smallest size limit, bytes: an empty database has some 50 KiB."""
MIN_DEADLINE: Final = 0.01
"""Shortest deadline, seconds: a commit with a checkpoint takes some milliseconds."""
LONGEST_LOAD: Final = 300.0
"""Hard deadline of a load, seconds; what remembers a deletion must outlive every load that began before it."""
MAX_WORKERS: Final = 64


@dataclass(frozen=True, slots=True)
class DiskSettings:
    """Where and how a disk tier keeps its blobs.

    Attributes:
        directory: where; made when first used, mode 0700. Counters live in ``counters`` below it.
        size_limit: bytes that rows and files may take together; beyond it rows are evicted.
        eviction_policy: which rows go first.
        max_value_bytes: largest blob, bytes; None stands for a sixteenth of ``size_limit`` (but 16 MiB where that much
            fits), so that one blob cannot push out everything else.
        min_file_size: blobs of this many bytes and more live in a file of their own. Measured with ext4: below some
            128 KiB a blob in the database is cheaper to read and three times cheaper to write.
        deadline: seconds after which a call that waits for other users of the directory fails.
        tombstone_ttl: seconds for which a deletion is remembered; longer than the longest load (300 s).
        workers: threads that serve the awaited store.

    Raises:
        InvalidSetting: a setting out of bounds.
    """

    directory: Path
    size_limit: int = 1024 * MIB
    eviction_policy: EvictionPolicy = "least-recently-stored"
    max_value_bytes: int | None = None
    min_file_size: int = 128 * 1024
    deadline: float = 1.0
    tombstone_ttl: float = 600.0
    workers: int = 2
    value_limit: int = field(init=False)
    """The largest blob that applies, bytes."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "directory", _directory(self.directory))
        _whole("size_limit", self.size_limit, MIN_SIZE_LIMIT, 2**53)
        _whole("min_file_size", self.min_file_size, 1, 2**30)
        _whole("workers", self.workers, 1, MAX_WORKERS)
        _seconds("deadline", self.deadline, MIN_DEADLINE)
        _seconds("tombstone_ttl", self.tombstone_ttl, math.nextafter(LONGEST_LOAD, math.inf))
        policies = get_args(EvictionPolicy)
        if self.eviction_policy not in policies:
            raise InvalidSetting(f"eviction_policy is {self.eviction_policy!r}; accepted: {', '.join(policies)}")
        limit = min(self.size_limit, max(self.size_limit // 16, 16 * MIB))
        if self.max_value_bytes is not None:
            limit = _whole("max_value_bytes", self.max_value_bytes, 1, self.size_limit)
        object.__setattr__(self, "value_limit", limit)


def _directory(value: object) -> Path:
    if isinstance(value, str) and value:
        value = Path(value)
    if not isinstance(value, Path) or "\0" in str(value):
        raise InvalidSetting(f"directory is {value!r}; accepted: a path, as text or as a Path")
    return value


def _whole(name: str, value: object, least: int, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise InvalidSetting(f"{name} is {value!r}; accepted: a whole number from {least} to {most}")
    return value


def _seconds(name: str, value: object, least: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not least <= value < math.inf:
        raise InvalidSetting(f"{name} is {value!r}; accepted: seconds as a number of {least:g} or more")
