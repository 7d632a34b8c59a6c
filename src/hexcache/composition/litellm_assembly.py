"""A cache under LiteLLM's names, from the tables of its tiers.

Rule: what a constructor says has the last word over settings that are found elsewhere; values are kept by the faithful
serializer, and a ttl is kept to the second. One assembly serves threads and tasks, which share its memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from hexcache.adapters.inbound.litellm import Behaviour, Engine, Rules
from hexcache.adapters.inbound.litellm.behaviour import behaviour_of
from hexcache.composition.assemble import heart_of, observers_of, parts_of, surroundings
from hexcache.composition.build import Heart, make_async_cache, make_cache
from hexcache.composition.faces import AsyncCache
from hexcache.composition.loading import load_settings
from hexcache.composition.parts import MemoryPart, Part
from hexcache.composition.settings import CacheSettings
from hexcache.ports.clock import Clock, Clocks

ROOT: Final = "litellm"
"""The namespace of a cache that says none."""

NEAR: Final = "memory"
"""What marks say of numbers that are counted in this process."""

_TOKEN_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Assembled:
    """What a cache of LiteLLM's name is made of.

    Attributes:
        engine: the operations of both worlds.
        settings: what it was made from.
        parts: its tiers, nearest first.
        clocks: the clocks that it was given; None for the machine's own.
        behaviour: its old behaviours.
        namespace: as it was said.
        compat: as it was said.
    """

    engine: Engine
    settings: CacheSettings
    parts: tuple[Part, ...]
    clocks: Clocks | None
    behaviour: Behaviour
    namespace: str | None
    compat: str | None


def assembled(
    kind: str,
    tiers: Sequence[Mapping[str, Any]],
    *,
    default_ttl: float | None,
    namespace: str | None = None,
    compat: str | None = None,
    clock: Clock | None = None,
    max_value_bytes: int | None = None,
    given: Sequence[Part | None] = (),
    near: Engine | None = None,
) -> Assembled:
    """Assemble a cache; nothing is reached.

    Args:
        kind: of the class, for its old behaviours.
        tiers: their tables, nearest first.
        default_ttl: seconds of life where a call says none; None for no end.
        namespace: where its keys are; colons part levels.
        compat: ``"litellm"`` for the old behaviours.
        clock: in place of the machine's.
        max_value_bytes: weight of the heaviest value that is kept.
        given: tiers that are made already, in the places of those of ``tiers`` that they are.
        near: of the cache whose memory tier is among ``given``.

    Raises:
        InvalidSetting: something that was said cannot be used.
        MissingExtra: a tier needs a package that is not installed.
    """
    behaviour = behaviour_of(kind, compat)
    settings = _settings(tiers, namespace, shared=compat is not None and kind in {"memory", "dual"})
    clocks = None if clock is None else Clocks(clock, clock)
    heart, parts = _heart(settings, clocks, given)
    rules = Rules(
        token=lambda: heart.core.entropy.randbytes(_TOKEN_BYTES).hex(),
        wall=heart.core.clocks.wall,
        default_ttl=default_ttl,
        behaviour=behaviour,
        namespace=namespace,
        max_value_bytes=max_value_bytes,
        counts=heart.counting is not None,
        home=NEAR if isinstance(heart.counting, MemoryPart) else "",
    )
    probe: Callable[[], AsyncCache[Any]] = partial(_probe, settings, clocks)
    engine = Engine(partial(make_cache, heart), partial(make_async_cache, heart), rules, probe, near)
    return Assembled(engine, settings, parts, clocks, behaviour, namespace, compat)


def _settings(tiers: Sequence[Mapping[str, Any]], namespace: str | None, *, shared: bool) -> CacheSettings:
    overrides: dict[str, Any] = {
        "namespace": ROOT if namespace is None else namespace.replace(":", "/"),
        "tiers": list(tiers),
        "policy": {"jitter": 0.0, "stale_ttl": 0.0},
        "codec": {"serializer": "faithful", "shared_values": shared},
        "counters": None,
    }
    return load_settings(overrides=overrides, find_file=False)


def _heart(
    settings: CacheSettings, clocks: Clocks | None, given: Sequence[Part | None]
) -> tuple[Heart, tuple[Part, ...]]:
    around = surroundings(settings, clocks)
    made: dict[str, object] = {}
    for tier, part in zip(settings.tiers, given, strict=False):
        if isinstance(part, MemoryPart):
            made[tier.name] = MemoryPart(tier, part.tier, part.counters)
    parts = parts_of(settings, around, made)
    return heart_of(settings, parts, around, observers=observers_of(settings, around.clocks)), tuple(parts)


def _probe(settings: CacheSettings, clocks: Clocks | None) -> AsyncCache[Any]:
    """A cache with the same settings and connections of its own."""
    heart, _ = _heart(settings, clocks, ())
    return make_async_cache(heart)
