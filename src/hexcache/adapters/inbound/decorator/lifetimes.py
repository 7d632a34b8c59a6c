"""The lifetimes that ``cached`` is told, checked where the function is decorated.

Rule: a lifetime that no call could use is refused before the first call.
"""

from __future__ import annotations

from typing import Any

from hexcache.adapters.inbound.decorator.options import CachedOptions
from hexcache.domain.lifetime import NEVER, Unset, parse_ttl

_NAMES = ("ttl", "stale_ttl", "max_age")


def lifetimes_of(options: CachedOptions) -> dict[str, Any]:
    """What goes on to ``get_or_set``; what was left out is left out.

    Raises:
        InvalidLifetime: one of them is not usable.
    """
    said: dict[str, Any] = {}
    for name in _NAMES:
        value: Any = options.get(name, Unset())
        if isinstance(value, Unset):
            continue
        zero = name != "ttl" and value == 0 and not isinstance(value, (bool, str))
        said[name] = 0 if zero else parse_ttl(value, name)
        if said[name] == NEVER:
            said[name] = None
    return said


def limits_age(cache: object, options: CachedOptions) -> bool:
    """Whether a fresh value may still be too old, so that a hit must be judged by ``get_or_set``."""
    policy = getattr(cache, "policy", None)  # not part of the port: a cache without one has no default to keep
    said = not isinstance(options.get("max_age", Unset()), Unset)
    return said or getattr(policy, "max_age", NEVER) != NEVER
