"""Back-off: what failed is tried again after a pause that doubles up to a bound.

Rule: a pause depends on the number of failures in a row and on nothing else; the table of names is bounded, and a name
that falls out of it is merely tried earlier than it would have been.
"""

from __future__ import annotations

from collections import OrderedDict

from hexcache.domain.errors import InvalidSetting

MAX_NAMES = 10_000
"""Names that a table remembers unless told otherwise."""


def delay(attempt: int, first: float = 1.0, factor: float = 2.0, most: float = 60.0) -> float:
    """The pause before an attempt, seconds.

    Args:
        attempt: how many attempts failed since the first pause; 0 gives ``first``.
        first: first pause, seconds.
        factor: by how much each further pause is longer.
        most: longest pause, seconds.
    """
    try:
        return min(most, first * factor**attempt)
    except OverflowError:  # a number of failures beyond what a float can raise to: the bound was reached long ago
        return most


class RefreshBackoff:
    """Names whose refresh failed, and until when each is left alone.

    Threads may share a table: each of its steps is atomic, and a failure that is counted once instead of twice shortens
    a pause and harms nothing. Times are monotonic seconds.

    Raises:
        InvalidSetting: a bound that is not at least 1, pauses that are not positive or not in order.
    """

    __slots__ = ("_factor", "_first", "_most", "_names", "_table")

    def __init__(
        self, *, first: float = 1.0, factor: float = 2.0, most: float = 60.0, max_names: int = MAX_NAMES
    ) -> None:
        if not 0 < first <= most:
            raise InvalidSetting(f"first is {first!r} and most is {most!r}; accepted: 0 < first <= most, in seconds")
        if not factor >= 1:
            raise InvalidSetting(f"factor is {factor!r}; accepted: a number of 1 or more")
        if max_names < 1:
            raise InvalidSetting(f"max_names is {max_names!r}; accepted: a whole number of 1 or more")
        self._first = first
        self._factor = factor
        self._most = most
        self._names = max_names
        self._table: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._table)

    def blocked(self, name: str, now: float) -> bool:
        """Whether the name is to be left alone at ``now``."""
        known = self._table.get(name)
        return known is not None and now < known[1]

    def failed(self, name: str, now: float) -> float:
        """Take note of a failure; returns the time until which the name is left alone."""
        failures, _ = self._table.pop(name, (0, 0.0))
        until = now + delay(failures, self._first, self._factor, self._most)
        self._table[name] = (failures + 1, until)
        if len(self._table) > self._names:
            self._table.popitem(last=False)
        return until

    def succeeded(self, name: str) -> None:
        """Forget the failures of a name."""
        self._table.pop(name, None)
