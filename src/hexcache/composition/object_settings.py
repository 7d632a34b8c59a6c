"""What the sections of S3, Google Cloud Storage and Azure Blob have in common.

Rule: a setting stands here when all three keep it in the same sense; a vendor's own stand in that vendor's module.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator, model_validator

from hexcache.adapters.outbound.objects.settings import (
    MAX_CONNECTIONS,
    ConnectionSettings,
    ObjectStoreSettings,
    check_prefix,
)
from hexcache.composition.quantities import Seconds
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.domain.errors import InvalidSetting


class ObjectTierSettings(StoreTierSettings, frozen=True):
    """A tier in a bucket or container."""

    prefix: str = ""
    """What every name begins with, such as `cache/production`; a `/` follows by itself."""
    conditional: bool = True
    """Whether the store's conditional writes are used; `false` for servers that have none."""
    engine: Literal["sdk", "obstore"] = "sdk"
    """Who speaks to the store: the vendor's library, or `obstore`."""
    deadline: Seconds = Field(default=10.0, gt=0)
    """Longest call, retries included."""
    connect_timeout: Seconds = Field(default=1.0, gt=0)
    """Longest wait for a connection."""
    read_timeout: Seconds = Field(default=5.0, gt=0)
    """Longest wait for the next bytes of an answer; at most `deadline`."""
    connections: int = Field(default=64, ge=1, le=MAX_CONNECTIONS)
    """Connections that are kept for use again."""
    workers: int = Field(default=32, ge=1, le=256)
    """Threads that serve the awaited store where the vendor's library blocks."""
    side_by_side: int = Field(default=16, ge=1, le=256)
    """Requests that one bulk call makes at the same time."""

    absent_for: Seconds = 0.0
    """How long this process remembers that nothing is there, and does not ask again; others' writes are seen later."""

    @field_validator("prefix")
    @classmethod
    def _usable_prefix(cls, prefix: str) -> str:
        try:
            return check_prefix(prefix)
        except InvalidSetting as exc:
            raise ValueError(str(exc)) from None

    @model_validator(mode="after")
    def _within_the_deadline(self) -> ObjectTierSettings:
        for name in ("connect_timeout", "read_timeout"):
            if getattr(self, name) > self.deadline:
                if name in self.model_fields_set:
                    raise ValueError(f"{name}: {getattr(self, name):g} s, but deadline is {self.deadline:g} s")
                object.__setattr__(self, name, self.deadline)
        return self

    def connection(self) -> ConnectionSettings:
        """How the vendor's client connects."""
        return ConnectionSettings(self.connect_timeout, self.read_timeout, self.connections)

    def store(self, tombstone_ttl: float) -> ObjectStoreSettings:
        """How the store uses its bucket.

        Args:
            tombstone_ttl: seconds for which the token of an absence is good.
        """
        return ObjectStoreSettings(
            prefix=self.prefix,
            conditional=self.conditional,
            deadline=self.deadline,
            tombstone_ttl=tombstone_ttl,
            side_by_side=self.side_by_side,
            absent_for=self.absent_for,
        )
