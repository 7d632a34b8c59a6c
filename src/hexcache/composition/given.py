"""Tiers that are handed in as objects: by a caller of ``open_cache``, or by a test that overrides a provider.

Rule: an object is taken for what it can do: a memory tier, a store of one world, an adapter's offer, or a URL. What it
replaces keeps its name and, where it is of the same kind, its settings.
"""

from __future__ import annotations

import inspect
import os
import re
from functools import partial
from typing import Any, cast

from hexcache.composition.loading import checked
from hexcache.composition.parts import MemoryPart, Part, StorePart, part_of, store_part
from hexcache.composition.stores import Stores
from hexcache.composition.surroundings import Surroundings
from hexcache.composition.tables import tier_table
from hexcache.composition.tier_settings import NAME, GivenTierSettings, StoreTierSettings, TierSettings
from hexcache.domain.errors import InvalidSetting

_FORMS = "a URL, a store, a memory tier, or Stores"


def placeholder(given: object) -> object:
    """What stands for a tier among the settings until its part is made: a URL for itself, an object's class.

    Raises:
        InvalidSetting: it is nothing that can be a tier.
    """
    if isinstance(given, str):
        return given
    if not isinstance(given, (MemoryPart, StorePart, Stores)) and not _is_memory(given) and not _is_store(given):
        raise InvalidSetting(f"a tier is given as {type(given).__name__}; accepted: {_FORMS}")
    word = type(given).__name__.lower().strip("_")
    return GivenTierSettings(scheme=word if re.fullmatch(NAME, word) else "tier")


def part_from(given: object, settings: TierSettings, around: Surroundings) -> Part:
    """The tier that an object is, in the place of the one that the settings describe.

    Raises:
        InvalidSetting: it is nothing that can be a tier.
    """
    if isinstance(given, (MemoryPart, StorePart)):
        return given
    if isinstance(given, str):
        return part_of(_from_url(given, settings.name), around)
    if isinstance(given, Stores):
        return store_part(_store_settings(settings), given, around)
    if _is_memory(given):
        return MemoryPart(TierSettings(**_carried(settings)), cast("Any", given))
    if _is_store(given):
        return store_part(_store_settings(settings), _offer(given), around)
    raise InvalidSetting(f"tier {settings.name!r} is given as {type(given).__name__}; accepted: {_FORMS}")


def _from_url(url: str, name: str) -> TierSettings:
    """What a URL says, under the name of the tier that it replaces."""
    table = dict(tier_table(url, os.environ))
    if table.setdefault("name", name) != name:
        raise InvalidSetting(
            f"tier {name!r} is given as a URL with another name, {table['name']!r}; leave the name out"
        )
    return checked({"tiers": [table]}).tiers[0]


def _is_memory(given: object) -> bool:
    return not isinstance(given, type) and callable(getattr(given, "peek", None))


def _is_store(given: object) -> bool:
    return not isinstance(given, type) and callable(getattr(given, "put_if", None))


def _store_settings(settings: TierSettings) -> StoreTierSettings:
    if isinstance(settings, StoreTierSettings):
        return settings
    return StoreTierSettings(**_carried(settings))


def _carried(settings: TierSettings) -> dict[str, Any]:
    """What goes over to a tier of another kind; what was not said before is not said then."""
    said = {"ttl_cap": settings.ttl_cap} if "ttl_cap" in settings.model_fields_set else {}
    return {"scheme": "given", "name": settings.name, **said}


def _offer(store: Any) -> Stores:
    if inspect.iscoroutinefunction(store.get):
        return Stores(capabilities=store.capabilities, awaited=partial(_same, store))
    return Stores(capabilities=store.capabilities, blocking=partial(_same, store))


def _same(store: Any) -> Any:
    return store
