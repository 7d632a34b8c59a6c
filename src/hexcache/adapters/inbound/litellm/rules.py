"""What one cache does with the arguments of its calls, whatever world they come from.

Rule: an argument is read here and nowhere else; a ttl that was said is kept as it was said, one that was not is the
cache's default.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hexcache.adapters.inbound.litellm.behaviour import CORRECTED, Behaviour
from hexcache.domain.errors import InvalidLifetime
from hexcache.domain.lifetime import NEVER, parse_ttl
from hexcache.domain.weight import weigh

ENDED: Final = 0.0
"""The ttl of what has no life at all: nothing is stored, and what was there is removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How one cache reads arguments.

    Attributes:
        token: gives an id that no other call gives, for numbers that are counted.
        wall: wall time, in seconds.
        default_ttl: seconds of life where a call says none; None for no end.
        behaviour: old behaviours that were asked for.
        namespace: what an alias begins with.
        max_value_bytes: weight of the heaviest value that is kept; None for no limit, 0 for nothing at all.
        counts: whether some tier can count.
        home: what marks say of where numbers are counted; two caches of one home count with the same store.
    """

    token: Callable[[], str]
    wall: Callable[[], float]
    default_ttl: float | None = None
    behaviour: Behaviour = CORRECTED
    namespace: str | None = None
    max_value_bytes: int | None = None
    counts: bool = True
    home: str = ""

    def key(self, key: Any) -> Any:
        """The key that is meant; checked by the cache, as every key is."""
        if self.behaviour.aliases and self.namespace and isinstance(key, str):
            return key.removeprefix(f"{self.namespace}:")
        return key

    def ttl(self, said: object) -> float | None:
        """Seconds of life that a call asks for: ``None`` for no end, :data:`ENDED` for 0 and less.

        Raises:
            InvalidLifetime: no duration.
        """
        if said is None:
            return self.default_ttl
        if self.behaviour.whole_ttl:
            return self._whole(said)
        if isinstance(said, (int, float)) and not isinstance(said, bool) and said <= 0:
            return ENDED
        seconds = parse_ttl(said)
        return None if seconds == NEVER else seconds

    def _whole(self, said: Any) -> float | None:
        try:
            return max(ENDED, float(int(said)))
        except (TypeError, ValueError, OverflowError):
            return self.default_ttl

    def counting_ttl(self, said: object) -> float | None:
        """The same for a counter, which has some life.

        Raises:
            InvalidLifetime: no duration, or none above zero.
        """
        ttl = self.ttl(said)
        if ttl == ENDED:
            raise InvalidLifetime(f"ttl of a counter is {said!r}; accepted: more than zero, or None for the default")
        return ttl

    def fits(self, value: object) -> bool:
        """Whether a value is light enough to be kept, with all that it holds."""
        if self.max_value_bytes is None:
            return True
        return bool(self.max_value_bytes) and weigh(value) <= self.max_value_bytes
