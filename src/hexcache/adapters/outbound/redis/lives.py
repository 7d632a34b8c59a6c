"""How long a server keeps what it is given.

Rule: the server's own expiry reclaims memory and decides nothing. What may be served is decided by the header, and
each key outlives its deadline by a while, so that a load which began before it can still replace what it saw.
"""

from __future__ import annotations

import math
from typing import Final

GRACE_SHARE: Final = 0.25
"""A value is kept for this part of its life longer, at most: that much more memory, at most."""
GRACE_FLOOR: Final = 5.0
"""Seconds that a short-lived value is kept longer: a refresh that began just before its end ends within them."""
RENEWED_BEFORE: Final = 0.5
"""A placeholder is left for ``tombstone_ttl`` and this part of it, and renewed when only ``tombstone_ttl`` is left."""
FOREVER: Final = 1e10
"""Seconds (three centuries) from which a life has no end for the server, whose milliseconds are a 64-bit number."""


class Lives:
    """The lives of keys.

    Attributes:
        token_ttl: seconds for which the token of an absence is good, at least.
        placeholder: seconds for which a placeholder is left.
    """

    def __init__(self, token_ttl: float) -> None:
        self.token_ttl = token_ttl
        self.placeholder = token_ttl * (1 + RENEWED_BEFORE)
        self.placeholder_ms = _milliseconds(self.placeholder)

    def value_ms(self, life: float) -> int | None:
        """Milliseconds for which a server keeps a value that is of use for ``life`` seconds; None for ever."""
        if life >= FOREVER:
            return None
        return _milliseconds(life + min(self.token_ttl, max(life * GRACE_SHARE, GRACE_FLOOR)))


def _milliseconds(seconds: float) -> int:
    return math.ceil(seconds * 1000)
