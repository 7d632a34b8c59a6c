"""The settings of a cache, whole.

Rule: an object of these classes is right in itself: every key known, every value usable, every name unique. How the
sources of settings are put together stands in :mod:`hexcache.composition.loading`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import Discriminator, Tag, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from hexcache.composition.bus_settings import WORDS, BusSettings
from hexcache.composition.codec_settings import CodecSettings
from hexcache.composition.object_vendors import VENDORS, AnyObjectTier
from hexcache.composition.plugged_settings import PluggedTierSettings
from hexcache.composition.policy_settings import PolicySettings
from hexcache.composition.redis_settings import FAMILY, REDIS_SCHEMES, RedisTierSettings
from hexcache.composition.registry import BUILT_IN
from hexcache.composition.tier_settings import (
    DiskTierSettings,
    GivenTierSettings,
    MemoryStoreTierSettings,
    MemoryTierSettings,
    TierSettings,
)
from hexcache.domain.key import check_path

PREFIX: Final = "HEXCACHE_"
"""What the names of variables begin with."""

NESTING: Final = "__"
"""What stands between the parts of a variable's name."""

TIERS: Final[dict[str, type[TierSettings]]] = {
    "memory": MemoryTierSettings,
    "disk": DiskTierSettings,
    "memory-store": MemoryStoreTierSettings,
    FAMILY: RedisTierSettings,
    **{scheme: vendor.section for scheme, vendor in VENDORS.items()},
    "plugged": PluggedTierSettings,
}
"""The sections that a table can be."""


def _kind(tier: Any) -> str:
    """Which section a tier is; of a table the scheme says it, and not every section has one."""
    if not isinstance(tier, Mapping):
        sections = {**TIERS, "given": GivenTierSettings}
        return next((kind for kind, section in sections.items() if type(tier) is section), "plugged")
    scheme = tier.get("scheme")
    if scheme in REDIS_SCHEMES:
        return FAMILY
    return scheme if scheme in BUILT_IN else "plugged"


AnyTier: TypeAlias = Annotated[
    Annotated[MemoryTierSettings, Tag("memory")]
    | Annotated[DiskTierSettings, Tag("disk")]
    | Annotated[MemoryStoreTierSettings, Tag("memory-store")]
    | Annotated[RedisTierSettings, Tag(FAMILY)]
    | AnyObjectTier
    | Annotated[GivenTierSettings, Tag("given")]
    | Annotated[PluggedTierSettings, Tag("plugged")],
    Discriminator(_kind),
]


class CacheSettings(BaseSettings):
    """All settings of one cache."""

    model_config = SettingsConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True, validate_default=True,
        env_prefix=PREFIX, env_nested_delimiter=NESTING, case_sensitive=False,
    )  # fmt: skip

    environment: str = "local"
    """Which environment's table applies: `local`, `test`, `production`, or one of your own."""
    namespace: str = "hexcache"
    """The root namespace: what the addresses of this cache begin with in a store that others use too."""
    policy: PolicySettings = PolicySettings()
    """What a call gets where it does not say."""
    codec: CodecSettings = CodecSettings()
    """How values become bytes."""
    bus: Annotated[BusSettings, NoDecode] = BusSettings()
    """How caches that share a tier tell each other of changes: a table, or `auto`, `none`, `local`, a tier's name."""
    observers: Annotated[tuple[Literal["logging"], ...], NoDecode] = ("logging",)
    """Who is told of failures: `logging` writes one line an episode through structlog. Empty for nobody."""
    counters: str | None = None
    """The tier whose store keeps counters and limits; left out: the deepest that can count."""
    leases: str = "auto"
    """Beside which tier processes agree on who loads a key: its name; `auto`: the deepest that they share; `none`."""
    tiers: Annotated[tuple[AnyTier, ...], NoDecode] = (MemoryTierSettings(name="memory"),)
    """The tiers, nearest first: tables, or URLs such as `memory:?max_items=10000`."""

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource, *_: Any, **__: Any
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """An object holds what it was given; variables are read where sources are put together."""
        return (init_settings,)

    @field_validator("namespace")
    @classmethod
    def _one_root(cls, namespace: str) -> str:
        return check_path(namespace)

    @field_validator("bus", mode="before")
    @classmethod
    def _over(cls, value: Any) -> Any:
        return {"over": value} if isinstance(value, str) else value

    @field_validator("observers", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return value.replace(",", " ").split() if isinstance(value, str) else value

    @field_validator("tiers")
    @classmethod
    def _named(cls, tiers: tuple[TierSettings, ...]) -> tuple[TierSettings, ...]:
        if not tiers:
            raise ValueError("a cache has at least one tier")
        return tuple(with_names(tiers))

    @model_validator(mode="after")
    def _known_names(self) -> CacheSettings:
        names = [tier.name for tier in self.tiers]
        if self.counters is not None and self.counters not in names:
            raise ValueError(f"counters is {self.counters!r}; accepted: the name of a tier: {', '.join(names)}")
        if self.leases not in {"auto", "none", *names}:
            raise ValueError(f"leases is {self.leases!r}; accepted: auto, none, or a tier's name: {', '.join(names)}")
        if self.bus.over not in {*WORDS, *names}:
            accepted = ", ".join((*WORDS, *names))
            raise ValueError(f"bus.over is {self.bus.over!r}; accepted: {accepted}")
        return self


def with_names(tiers: tuple[TierSettings, ...]) -> list[TierSettings]:
    """The tiers, each with a name of its own: its scheme, numbered from the second one on.

    Raises:
        ValueError: two tiers were given one name.
    """
    taken = [tier.name for tier in tiers if tier.name]
    twice = sorted({name for name in taken if taken.count(name) > 1})
    if twice:
        raise ValueError(f"two tiers are called {', '.join(twice)}; each needs a name of its own")
    named: list[TierSettings] = []
    for tier in tiers:
        if tier.name:
            named.append(tier)
            continue
        family = FAMILY if tier.scheme in REDIS_SCHEMES else tier.scheme
        word = "".join([letter if letter.isalnum() else "_" for letter in family])
        name, number = word, 1
        while name in taken:
            number += 1
            name = f"{word}{number}"
        taken.append(name)
        named.append(tier.model_copy(update={"name": name}))
    return named
