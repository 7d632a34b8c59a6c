"""URLs among the tiers, turned into tables.

Rule: a URL is another spelling of a table; what stands beside it in a table is added to what it says, and the two never
say the same thing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from hexcache.composition import azure_names, gcs_names, object_url
from hexcache.composition.object_vendors import VENDORS
from hexcache.composition.redis_settings import REDIS_SCHEMES
from hexcache.composition.redis_url import location_table
from hexcache.composition.redis_variables import completed
from hexcache.composition.registry import check_scheme
from hexcache.composition.s3_names import renamed
from hexcache.composition.secrets import resolved, same_source
from hexcache.composition.url import parse_url
from hexcache.domain.errors import InvalidSetting


def expanded(settings: dict[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Settings in which each tier is a table, and the bus.

    Raises:
        InvalidSetting: a URL is not usable.
    """
    if isinstance(settings.get("bus"), str):
        settings = {**settings, "bus": {"over": settings["bus"]}}
    tiers = settings.get("tiers")
    if isinstance(tiers, str):
        tiers = listed(tiers)
    if not isinstance(tiers, (list, tuple)):
        return settings
    return {**settings, "tiers": [tier_table(tier, variables) for tier in tiers]}


def listed(text: str) -> Any:
    """Tiers as a variable says them: URLs with spaces between, or a JSON list.

    Raises:
        InvalidSetting: it begins like a JSON list and is none.
    """
    if not text.lstrip().startswith("["):
        return [same_source(text, part) for part in text.split()]
    try:
        return json.loads(text)
    except ValueError:
        pass
    raise InvalidSetting("tiers is not a JSON list; accepted: URLs with spaces between them, or a JSON list")


def tier_table(tier: Any, variables: Mapping[str, str]) -> Any:
    """One tier as a table; what is neither text nor a table is left for validation.

    Raises:
        InvalidSetting: the URL is not usable, or says what the table says too.
    """
    return _completed(_written(tier, variables), variables)


def _written(tier: Any, variables: Mapping[str, str]) -> Any:
    """What a tier's URL and table say."""
    if isinstance(tier, str):
        return _from_url(tier, variables)
    if not isinstance(tier, Mapping) or "url" not in tier:
        return tier
    rest = {key: value for key, value in tier.items() if key != "url"}
    if not isinstance(tier["url"], str):
        raise InvalidSetting(f"the url of a tier is a {type(tier['url']).__name__}; accepted: a text")
    table = _from_url(tier["url"], variables)
    both = sorted(set(rest) & set(table))
    if both:
        raise InvalidSetting(f"a tier's url and its table both say {', '.join(both)}")
    return {**table, **rest}


def _completed(tier: Any, variables: Mapping[str, str]) -> Any:
    """A Redis tier that says no address, with what the process's variables say; an object tier by our own names."""
    if not isinstance(tier, Mapping):
        return tier
    if tier.get("scheme") in REDIS_SCHEMES and "addresses" not in tier:
        return completed(tier, variables)
    if tier.get("scheme") == "gs":
        return gcs_names.completed(tier, variables)
    if tier.get("scheme") == "azure":
        return azure_names.named(tier, variables)
    return renamed(tier) if tier.get("scheme") == "s3" else tier


def _from_url(text: str, variables: Mapping[str, str]) -> dict[str, Any]:
    url = parse_url(text)
    options: dict[str, Any] = {name: same_source(text, option) for name, option in url.options.items()}
    options = resolved(options, variables, f"the {url.scheme} URL")  # but not what a variable holds
    table: dict[str, Any] = {"scheme": check_scheme(url.scheme)}
    if url.scheme == "disk":
        table["directory"] = url.path
    elif url.scheme in {"memory", "memory-store"}:
        if url.location:
            raise InvalidSetting(f"a {url.scheme} URL has no location; accepted: {url.scheme}:?option=value")
    elif url.scheme in REDIS_SCHEMES:
        table |= location_table(url.scheme, url.location, text)
    elif url.scheme in VENDORS:
        table |= object_url.location_table(url.scheme, url.location, VENDORS[url.scheme].places)
    elif url.location:
        table["location"] = url.location
    both = sorted(set(table) & set(options))
    if both:
        raise InvalidSetting(f"a {url.scheme} URL says {', '.join(both)} as an option; it stands before the '?'")
    return {**table, **_nested(options)}


def _nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options such as ``breaker.failures=3`` as tables.

    Raises:
        InvalidSetting: one of them is an option by itself as well.
    """
    table: dict[str, Any] = {}
    for name, value in options.items():
        section, dot, key = name.partition(".")
        if not dot:
            table[name] = value
            continue
        if section in options:
            raise InvalidSetting(f"a URL says both {section} and {name}; accepted: one of the two")
        table.setdefault(section, {})[key] = value
    return table
