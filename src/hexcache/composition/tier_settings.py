"""The sections of ``tiers``: one for each tier, nearest first.

Rule: a setting exists only where it does something: what concerns calls that may fail is no setting of a memory tier.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, field_validator

from hexcache.adapters.outbound.memory.presets import DEFAULT, LITELLM, MemoryPreset
from hexcache.composition.buffer_settings import WriteBufferSettings
from hexcache.composition.quantities import Bytes, EndlessSeconds, OptionalBytes, Seconds
from hexcache.composition.sections import Section
from hexcache.domain.breaker import BreakerRule
from hexcache.domain.lifetime import NEVER
from hexcache.domain.tiering import TierRule

PRESETS: Final[dict[str, MemoryPreset]] = {"default": DEFAULT, "litellm": LITELLM}
"""What ``preset`` of a memory tier may name."""

NAME: Final = r"[A-Za-z][A-Za-z0-9_-]*"

_BREAKER = BreakerRule()


class BreakerSettings(Section, frozen=True):
    """When a failing tier is left alone, and for how long."""

    failures: int = Field(default=_BREAKER.failures, ge=1)
    """Failures within `window` that open it."""
    window: Seconds = Field(default=_BREAKER.window, gt=0)
    """The time over which failures are counted."""
    open_for: Seconds = Field(default=_BREAKER.open_for, gt=0)
    """How long it stays open the first time; doubles up to `open_max`."""
    open_max: Seconds = Field(default=_BREAKER.open_max, gt=0)
    """Longest time that it stays open."""

    def rule(self) -> BreakerRule:
        """The rule that these settings describe."""
        return BreakerRule(**dict(self))


class TierSettings(Section, frozen=True):
    """What every tier has."""

    scheme: str
    """What kind of tier it is."""
    name: str = Field(default="", pattern=rf"^(?:{NAME})?$")
    """How it is called in reports, and its provider in the container; left out: the scheme, numbered if it is taken."""
    ttl_cap: EndlessSeconds = NEVER
    """Longest life of an entry in this tier."""


class MemoryTierSettings(TierSettings, frozen=True):
    """A tier in the process's memory."""

    scheme: Literal["memory"] = "memory"
    preset: Literal["default", "litellm"] = "default"
    """Where the values of settings that are left out come from; `litellm`: 200 items of up to 1 MiB, for 10 minutes."""
    max_items: int = Field(default=DEFAULT.max_items, ge=1)
    """Most entries held."""
    max_bytes: Bytes = Field(default=DEFAULT.max_bytes, ge=1)
    """Greatest sum of the entries' weights."""
    max_item_bytes: OptionalBytes = None
    """Greatest weight of one entry; left out: an eighth of `max_bytes`."""
    policy: Literal["s3fifo", "lru", "expiry"] = "s3fifo"
    """Which entry leaves when the tier is full."""

    @property
    def bounds(self) -> dict[str, Any]:
        """The arguments of the tier: what was said, the preset for the rest."""
        preset = PRESETS[self.preset]
        names = ("max_items", "max_bytes", "max_item_bytes", "policy")
        bounds = {name: getattr(self if name in self.model_fields_set else preset, name) for name in names}
        if bounds["max_item_bytes"] is not None and "max_item_bytes" not in self.model_fields_set:
            bounds["max_item_bytes"] = min(bounds["max_item_bytes"], max(1, bounds["max_bytes"] // 8))
        return bounds


class StoreTierSettings(TierSettings, frozen=True):
    """A tier that may wait and may fail."""

    max_value_bytes: OptionalBytes = None
    """Largest serialised value that is stored here; left out: what the store takes."""
    min_value_bytes: Bytes = 0
    """Smallest serialised value that is stored here; smaller ones live in the tiers around it."""
    min_cost: Seconds = 0.0
    """Loads cheaper than this are not stored here."""
    read: bool = True
    """Whether look-ups ask this tier."""
    write: bool = True
    """Whether values are stored here; deletes always reach it."""
    deadline: Seconds = Field(default=1.0, gt=0)
    """Longest call."""
    tombstone_ttl: Seconds | None = None
    """How long a delete is remembered against loads that began before it; left out: long enough for `load_timeout`."""
    shared: bool | None = None
    """Whether other processes use the same data, which caps memory tiers before it; left out: what the store says."""
    breaker: BreakerSettings = BreakerSettings()
    """When the tier is left alone."""
    write_buffer: WriteBufferSettings | None = None
    """Gathers writes and brings them in batches; left out: each write goes to the store."""

    def rule(self) -> TierRule:
        """What the tier takes."""
        return TierRule(self.ttl_cap, self.max_value_bytes, self.min_cost, self.read, self.write, self.min_value_bytes)


class DiskTierSettings(StoreTierSettings, frozen=True):
    """A tier in a directory of this machine."""

    scheme: Literal["disk"] = "disk"
    directory: str = Field(min_length=1)
    """Where; made when first used, for this user alone. Relative to the working directory."""
    size_limit: Bytes = 1024**3
    """Bytes that rows and files may take together; beyond it rows are evicted."""
    eviction_policy: Literal["least-recently-stored", "least-recently-used", "least-frequently-used", "none"] = (
        "least-recently-stored"
    )
    """Which rows go first."""
    min_file_size: Bytes = 128 * 1024
    """Blobs of this many bytes and more live in a file of their own."""
    workers: int = Field(default=2, ge=1, le=64)
    """Threads that serve the awaited store."""

    @field_validator("directory", mode="before")
    @classmethod
    def _path(cls, value: Any) -> Any:
        return str(value) if hasattr(value, "__fspath__") else value


class MemoryStoreTierSettings(StoreTierSettings, frozen=True):
    """A store kept in memory: bytes through the codec, as on a disk or a server. For tests."""

    scheme: Literal["memory-store"] = "memory-store"


class GivenTierSettings(StoreTierSettings, frozen=True):
    """Stands for a tier that was handed in as an object; no table can say it."""
