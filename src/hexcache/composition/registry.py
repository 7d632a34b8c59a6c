"""Schemes: which adapter a tier's URL or table means.

Rule: built-in schemes cannot be replaced; everybody else's come from entry points and are loaded when they are named.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from hexcache.composition.object_vendors import OBJECT_SCHEMES
from hexcache.composition.redis_settings import REDIS_SCHEMES
from hexcache.composition.stores import StoreFactory
from hexcache.domain.errors import InvalidSetting, MissingExtra

GROUP: Final = "hexcache.stores"
"""The entry points that announce adapters."""

BUILT_IN: Final = ("memory", "disk", "memory-store", *REDIS_SCHEMES, *OBJECT_SCHEMES)


def _announced() -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=GROUP) if point.name not in BUILT_IN}


def known_schemes() -> list[str]:
    """Every scheme that this installation knows."""
    return [*BUILT_IN, *sorted(_announced())]


def check_scheme(scheme: str) -> str:
    """Return ``scheme`` when it is known.

    Raises:
        InvalidSetting: it is not; lists those that are.
    """
    known = known_schemes()
    if scheme not in known:
        close = get_close_matches(scheme, known, n=1, cutoff=0.7)
        hint = f"did you mean {close[0]}? " if close else ""
        raise InvalidSetting(f"unknown scheme {scheme!r}; {hint}known here: {', '.join(known)}")
    return scheme


def factory_for(scheme: str) -> StoreFactory:
    """The adapter that a third party announced for ``scheme``.

    Raises:
        InvalidSetting: nobody announced it, or what was announced cannot be called.
        MissingExtra: it cannot be imported.
    """
    point = _announced().get(check_scheme(scheme))
    if point is None:
        raise InvalidSetting(f"scheme {scheme!r} is built in and has no factory")
    owner = point.dist.name if point.dist is not None else point.value
    try:
        factory = point.load()
    except ImportError as exc:
        raise MissingExtra(f"the adapter for {scheme!r} of {owner} cannot be imported: {exc}") from exc
    except AttributeError as exc:
        raise InvalidSetting(f"the adapter for {scheme!r} of {owner} does not exist: {point.value}") from exc
    if not callable(factory):
        raise InvalidSetting(f"the adapter for {scheme!r} of {owner} is not callable: {point.value}")
    return cast("StoreFactory", factory)
