"""What every tier is made with, whatever its kind.

Rule: a store remembers deletes for longer than any load takes; settings that say less are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hexcache.application.policy import CachePolicy
from hexcache.composition.tier_settings import StoreTierSettings
from hexcache.domain.errors import InvalidSetting
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy

TOMBSTONE_TTL: Final = 600.0
"""How long a store remembers a delete unless loads may take longer, seconds."""

MARGIN: Final = 60.0
"""By how much a tombstone outlives the longest load: the tiers that are read and written around it, seconds."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every tier is made with."""

    clocks: Clocks
    entropy: Entropy
    policy: CachePolicy


def tombstone_ttl(settings: StoreTierSettings, policy: CachePolicy) -> float:
    """How long a store is to remember a delete, seconds.

    Raises:
        InvalidSetting: not for as long as a load may take, so that a load could bring back what was deleted.
    """
    needed = policy.load_timeout + MARGIN
    if needed == float("inf"):
        raise InvalidSetting(
            f"policy.load_timeout is never, but tier {settings.name!r} cannot remember deletes for ever; "
            "accepted with store tiers: a duration with an end"
        )
    if settings.tombstone_ttl is None:
        return max(TOMBSTONE_TTL, needed)
    if settings.tombstone_ttl < needed:
        raise InvalidSetting(
            f"tombstone_ttl of tier {settings.name!r} is {settings.tombstone_ttl:g} s; accepted: {needed:g} s or more "
            f"(load_timeout and {MARGIN:g} s for the tiers around it), or a load could bring back what was deleted"
        )
    return settings.tombstone_ttl
