"""From checked settings to the heart of a cache, with whatever a caller hands in instead of what the settings say.

Rule: an object that is handed in is used as it is; everything else is made here, once, and nothing is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hexcache.adapters.outbound.clock.system import system_clocks, system_entropy
from hexcache.application.policy import CachePolicy
from hexcache.composition.build import Heart, make_heart
from hexcache.composition.codec import codec_of, serializer_of
from hexcache.composition.given import part_from
from hexcache.composition.parts import Part, part_of
from hexcache.composition.settings import CacheSettings
from hexcache.composition.surroundings import Surroundings
from hexcache.composition.tier_settings import PRESETS, MemoryTierSettings
from hexcache.ports.clock import Clocks
from hexcache.ports.codec import Serializer
from hexcache.ports.entropy import Entropy
from hexcache.ports.observer import Observer


def policy_of(settings: CacheSettings) -> CachePolicy:
    """The policy; a memory tier's preset may bring the ttl if the settings say none.

    Raises:
        InvalidSetting: a value that no policy takes.
    """
    policy = settings.policy.policy()
    if "ttl" in settings.policy.model_fields_set:
        return policy
    for tier in settings.tiers:
        if isinstance(tier, MemoryTierSettings) and PRESETS[tier.preset].ttl is not None:
            return policy.changed(ttl=PRESETS[tier.preset].ttl)
    return policy


def surroundings(settings: CacheSettings, clocks: Clocks | None = None, entropy: Entropy | None = None) -> Surroundings:
    """What the tiers are made with; None for the machine's own."""
    return Surroundings(clocks or system_clocks(), entropy or system_entropy(), policy_of(settings))


def parts_of(settings: CacheSettings, around: Surroundings, given: Mapping[str, object] | None = None) -> list[Part]:
    """The tiers, nearest first.

    Args:
        settings: what they are.
        around: what they are made with.
        given: objects that stand in the place of the tiers of these names.

    Raises:
        InvalidSetting: a tier cannot be made from what was said or handed in.
        MissingExtra: what a tier needs is not installed.
    """
    handed = given or {}
    return [
        part_from(handed[tier.name], tier, around) if tier.name in handed else part_of(tier, around)
        for tier in settings.tiers
    ]


def observers_of(settings: CacheSettings, clocks: Clocks) -> list[Observer]:
    """The observers that the settings name."""
    if "logging" not in settings.observers:
        return []
    from hexcache.adapters.outbound.observers.logging import LoggingObserver  # noqa: PLC0415 - loads much, used by some

    return [LoggingObserver(clocks.monotonic)]


def heart_of(
    settings: CacheSettings,
    parts: Sequence[Part],
    around: Surroundings,
    *,
    serializer: Serializer | None = None,
    value_type: type[Any] | None = None,
    bus: bool = False,
    carried: bool = True,
    observers: Sequence[Observer] = (),
) -> Heart:
    """What the caches of both worlds share.

    Args:
        settings: what was said.
        parts: the tiers, nearest first.
        around: what they were made with.
        serializer: in place of the one that the settings name.
        value_type: of every value; None for any.
        bus: whether one is handed in to a cache of either world.
        carried: whether a cache that is handed none has the one that the settings say.
        observers: who is told of failures.

    Raises:
        InvalidSetting: the settings cannot be kept.
        MissingExtra: what they need is not installed.
    """
    serializer = serializer or serializer_of(settings.codec, value_type)
    return make_heart(
        settings.namespace,
        parts,
        around,
        serializer=serializer,
        codec=codec_of(settings.codec, serializer),
        shared_values=settings.codec.shared_values,
        counters=settings.counters,
        leases=settings.leases,
        bus=bus,
        buses=settings.bus,
        carried=carried,
        observers=observers,
    )
