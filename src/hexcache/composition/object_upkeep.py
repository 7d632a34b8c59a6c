"""The upkeep of object tiers for the command line: sweeps, and life-cycle rules.

Rule: a tier is chosen by the settings that a cache would be opened with; no cache is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hexcache.adapters.outbound.objects.sweeping import SweepReport, SweepRule
from hexcache.adapters.outbound.objects.sync.sweeper import Sweeper
from hexcache.composition.assemble import surroundings
from hexcache.composition.loading import load_settings
from hexcache.composition.object_lifecycle import lifecycle_of
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.object_tier import buckets_of
from hexcache.composition.quantities import seconds
from hexcache.composition.settings import CacheSettings
from hexcache.composition.surroundings import tombstone_ttl
from hexcache.domain.errors import InvalidLifetime, InvalidSetting
from hexcache.domain.lifetime import NEVER, parse_ttl

if TYPE_CHECKING:
    from hexcache.adapters.inbound.cli.opening import Choice


class ObjectUpkeep:
    """What the commands ``sweep`` and ``lifecycle`` do."""

    def sweep(
        self,
        choice: Choice,
        /,
        *,
        tier: str | None,
        budget: int | None,
        older_than: str,
        after: str,
        dry_run: bool,
        progress: Callable[[str, Mapping[str, Any]], None],
    ) -> dict[str, dict[str, Any]]:
        """Sweep the object tiers, or one of them; what was found in each.

        Raises:
            InvalidSetting: there is no such tier, or an option is not usable.
            StoreError: a bucket failed.
        """
        settings = _settings(choice)
        rule = SweepRule(budget, _age(older_than), after, dry_run)
        return {name: self._sweep(settings, one, rule, progress) for name, one in _tiers(settings, tier).items()}

    def lifecycle(self, choice: Choice, /, *, tier: str | None, longest: str | None) -> dict[str, dict[str, Any]]:
        """The life-cycle rules of the object tiers, or of one of them.

        Raises:
            InvalidSetting: there is no such tier, or ``longest`` is no duration.
        """
        settings = _settings(choice)
        return {name: lifecycle_of(one, _longest(one, longest)) for name, one in _tiers(settings, tier).items()}

    def _sweep(
        self,
        settings: CacheSettings,
        tier: ObjectTierSettings,
        rule: SweepRule,
        progress: Callable[[str, Mapping[str, Any]], None],
    ) -> dict[str, Any]:
        around = surroundings(settings)
        own = tier.store(tombstone_ttl(tier, around.policy))
        sweeper = Sweeper(buckets_of(tier).blocking(), own, clocks=around.clocks, entropy=around.entropy)

        def tell(report: SweepReport) -> None:
            progress(tier.name, asdict(report))

        try:
            return asdict(sweeper.sweep(rule, tell))
        finally:
            sweeper.close()


def _settings(choice: Choice) -> CacheSettings:
    overrides = {"tiers": list(choice.urls)} if choice.urls else {}
    return load_settings(choice.settings, choice.environment, overrides=overrides, find_file=not choice.urls)


def _tiers(settings: CacheSettings, name: str | None) -> dict[str, ObjectTierSettings]:
    found: dict[str, ObjectTierSettings] = {
        tier.name: tier for tier in settings.tiers if isinstance(tier, ObjectTierSettings)
    }
    if not found or (name is not None and name not in found):
        accepted = f"a tier of this cache on an object store: {', '.join(found) or 'there is none'}"
        raise InvalidSetting(f"tier is {name!r}; accepted: {accepted}")
    return found if name is None else {name: found[name]}


def _age(text: str) -> float:
    try:
        return seconds(text)
    except ValueError as exc:
        raise InvalidSetting(f"older-than is {text!r}; {exc}") from None


def _longest(tier: ObjectTierSettings, said: str | None) -> float:
    """How long an entry lives at most: what was said, else the tier's cap."""
    if said is None or said == "never":
        return tier.ttl_cap if said is None else NEVER
    try:
        return parse_ttl(said)
    except InvalidLifetime as exc:
        raise InvalidSetting(f"longest is {said!r}; {exc}") from None
