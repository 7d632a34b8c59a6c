"""The section ``policy``: what a call gets where it does not say.

Rule: the defaults are those of :class:`~hexcache.application.policy.CachePolicy`, written once there.
"""

from __future__ import annotations

from typing import TypedDict

from pydantic import Field

from hexcache.application.policy import CachePolicy, LoaderThread
from hexcache.composition.quantities import EndlessSeconds, Seconds
from hexcache.composition.sections import Section
from hexcache.domain.fill import StaleMode
from hexcache.domain.lifetime import TtlLike

_DEFAULT = CachePolicy()


class PolicySettings(Section, frozen=True):
    """What a call gets where it does not say."""

    ttl: EndlessSeconds = _DEFAULT.ttl
    """Freshness of what is stored."""
    stale_ttl: Seconds = _DEFAULT.stale_ttl
    """Extra life as stale, after `ttl`."""
    stale: StaleMode = _DEFAULT.stale
    """When a stale value is served: at once while a refresh runs behind, only if the load failed, or never."""
    max_age: EndlessSeconds = _DEFAULT.max_age
    """Oldest value that `get_or_set` accepts."""
    jitter: float = Field(default=_DEFAULT.jitter, ge=0, lt=1)
    """Relative change of each ttl, either way."""
    beta: float = Field(default=_DEFAULT.beta, ge=0)
    """Eagerness of early refresh (XFetch); 0 switches it off."""
    missing_ttl: Seconds = _DEFAULT.missing_ttl
    """Longest life of a negative result."""
    load_timeout: EndlessSeconds = _DEFAULT.load_timeout
    """Hard end of a load; tombstones of store tiers must outlive it."""
    loader_thread: LoaderThread = _DEFAULT.loader_thread
    """Where a blocking loader runs: in a worker, or in the calling thread (which is then not freed at the deadline)."""
    refresh_backoff: Seconds = Field(default=_DEFAULT.refresh_backoff, gt=0)
    """First pause after a failed refresh; doubles up to `refresh_backoff_max`."""
    refresh_backoff_max: Seconds = Field(default=_DEFAULT.refresh_backoff_max, gt=0)
    """Longest such pause."""
    max_refreshes: int = Field(default=_DEFAULT.max_refreshes, ge=0)
    """Refreshes behind callers' backs at one time."""
    lease_ttl: Seconds = Field(default=_DEFAULT.lease_ttl, gt=0)
    """After which the lease of a load ends unless it is renewed: so long a killed process keeps others from loading."""
    lease_wait: Seconds = _DEFAULT.lease_wait
    """Longest wait for another process's load, at most `load_timeout`; 0 loads without a lease."""
    lease_poll: Seconds = Field(default=_DEFAULT.lease_poll, gt=0)
    """First pause between two looks while waiting; doubles up to `lease_poll_max`."""
    lease_poll_max: Seconds = Field(default=_DEFAULT.lease_poll_max, gt=0)
    """Longest such pause."""
    degraded_ttl: Seconds = _DEFAULT.degraded_ttl
    """Life in memory of a value that a store did not take."""
    tag_max_age: Seconds = _DEFAULT.tag_max_age
    """How long a tag's state that was read from a store is believed."""
    repair_backoff: Seconds = _DEFAULT.repair_backoff
    """First pause before a failed write is repaired; doubles up to `repair_backoff_max`."""
    repair_backoff_max: Seconds = _DEFAULT.repair_backoff_max
    """Longest such pause."""
    max_repairs: int = Field(default=_DEFAULT.max_repairs, ge=0)
    """Changes owed to one tier before it is distrusted as a whole."""
    turn_timeout: Seconds = _DEFAULT.turn_timeout
    """How long a write waits for an earlier write of the same key."""
    close_timeout: Seconds = _DEFAULT.close_timeout
    """How long closing waits for work behind."""
    strict: bool = _DEFAULT.strict
    """Raise a tier's failure instead of degrading."""

    def policy(self) -> CachePolicy:
        """The policy that these settings describe.

        Raises:
            InvalidSetting: a value that no policy takes.
        """
        return CachePolicy(**dict(self))


class PolicyOptions(TypedDict, total=False):
    """The same as keyword arguments of ``open_cache``; durations in any form that a ttl may take."""

    ttl: TtlLike
    stale_ttl: TtlLike
    stale: StaleMode
    max_age: TtlLike
    jitter: float
    beta: float
    missing_ttl: TtlLike
    load_timeout: TtlLike
    loader_thread: LoaderThread
    refresh_backoff: TtlLike
    refresh_backoff_max: TtlLike
    max_refreshes: int
    lease_ttl: TtlLike
    lease_wait: TtlLike
    lease_poll: TtlLike
    lease_poll_max: TtlLike
    degraded_ttl: TtlLike
    tag_max_age: TtlLike
    repair_backoff: TtlLike
    repair_backoff_max: TtlLike
    max_repairs: int
    turn_timeout: TtlLike
    close_timeout: TtlLike
    strict: bool
