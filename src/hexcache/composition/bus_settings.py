"""The section ``bus``: how caches tell each other of changes.

Rule: which bus there is follows from the settings and the tiers alone; nothing is asked of a server.
"""

from __future__ import annotations

from typing import Final

from pydantic import Field

from hexcache.composition.quantities import Seconds
from hexcache.composition.sections import Section
from hexcache.domain.sequence import FEWEST_MISSED, MISSED

NONE: Final = "none"
LOCAL: Final = "local"
AUTO: Final = "auto"
WORDS: Final = (NONE, LOCAL, AUTO)
"""What ``over`` may be beside the name of a tier."""


class BusSettings(Section, frozen=True):
    """How caches that share a tier tell each other of changes; a text in its place is its `over`."""

    over: str = AUTO
    """`auto`: over the deepest tier that can carry it, if there is one; the name of a tier; `local`: between the caches
    of this process alone; `none`."""
    heartbeat: Seconds = Field(default=1.0, ge=0.1, le=60)
    """How often each cache shows that it is there: for so long a lost message goes unnoticed."""
    missed: int = Field(default=MISSED, ge=FEWEST_MISSED)
    """Heartbeats that may fail to come before a cache, or the connection, counts as lost."""
    grace: Seconds = Field(default=60.0, gt=0)
    """How long memory before a store that others share keeps an entry while their changes are not heard, for want of a
    bus or of a connection; a `ttl_cap` that the memory tier says stands instead."""
