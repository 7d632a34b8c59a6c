"""A mapping view is for the blocking world only: ``cache[key]`` cannot be awaited in a readable way."""

from __future__ import annotations

from typing import Any, NoReturn

from hexcache.domain.errors import WrongWorld


def mapping_of(cache: Any) -> NoReturn:
    """Refuse.

    Raises:
        WrongWorld: always.
    """
    raise WrongWorld(f"{type(cache).__name__}.as_mapping would block the event loop; use await get/set, or a Cache")
