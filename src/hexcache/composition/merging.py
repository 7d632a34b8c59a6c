"""Putting one table of settings over another.

Rule: tables are merged key by key, everything else is replaced as a whole. Tiers are a list, which replaces a list; a
table in its place changes the tiers of those names and leaves their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hexcache.composition.redis_settings import FAMILY, REDIS_SCHEMES
from hexcache.domain.errors import InvalidSetting


def plain(table: Mapping[Any, Any], what: str) -> dict[str, Any]:
    """A table as a dict of its own, at every depth.

    Raises:
        InvalidSetting: a key is not a text.
    """
    for key in table:
        if not isinstance(key, str):
            raise InvalidSetting(f"{what} has a key {key!r}; accepted: texts")
    return {key: plain(value, f"{what}.{key}") if isinstance(value, Mapping) else value for key, value in table.items()}


def merged(under: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """``under`` with ``over`` put over it; neither is changed.

    Raises:
        InvalidSetting: ``over`` changes a tier that ``under`` does not have.
    """
    result = dict(under)
    for key, value in over.items():
        held = result.get(key)
        if key == "tiers" and isinstance(value, Mapping) and not isinstance(held, Mapping):
            result[key] = _changed(held, value)
        elif isinstance(held, Mapping) and isinstance(value, Mapping):
            result[key] = merged(dict(held), value)
        else:
            result[key] = value
    return result


def _changed(tiers: Any, changes: Mapping[str, Any]) -> list[Any]:
    """Tiers with changes to those of some names; a tier without a name goes by its scheme."""
    held = list(tiers) if isinstance(tiers, (list, tuple)) else []
    called = [_name_of(tier) for tier in held]
    for name, change in changes.items():
        places = [place for place, own in enumerate(called) if own == _folded(name)]
        if len(places) != 1 or not isinstance(change, Mapping):
            raise InvalidSetting(
                f"tiers.{name} changes a tier of that name; tiers here: {', '.join(filter(None, called)) or 'none'}"
            )
        held[places[0]] = merged(held[places[0]], change)
    return held


def _name_of(tier: Any) -> str:
    if not isinstance(tier, Mapping):
        return ""
    scheme = str(tier.get("scheme") or "")
    return _folded(str(tier.get("name") or (FAMILY if scheme in REDIS_SCHEMES else scheme)))


def _folded(name: str) -> str:
    """Names as variables can say them."""
    return name.lower().replace("-", "_")
