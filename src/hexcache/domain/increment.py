"""One of several increments that are asked for together.

Rule: it says what to add and nothing about where; a cache reads ``counter`` as a key, a counter's store as an address.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.lifetime import TtlLike


@dataclass(frozen=True, slots=True)
class Increment:
    """What ``incr`` is asked for, as one of many.

    Attributes:
        counter: which counter: a key for a cache, an address for a counter's store.
        by: what to add; negative to subtract.
        ttl: life of the counter, set when it is created; None for no end.
        refresh_ttl: set the ttl again also where the counter exists.
        floor: the result is raised to this.
        operation: an id of this very increment; the same id again adds nothing.
    """

    counter: str
    by: float = 1
    ttl: TtlLike = None
    refresh_ttl: bool = False
    floor: float | None = None
    operation: str | None = None
