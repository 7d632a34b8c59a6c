"""A label as Azure Blob Storage keeps it.

Rule: pure, and without the vendor's library. Names of metadata are identifiers, as the service demands, and compared
without regard to case, as it sends them in headers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from hexcache.adapters.outbound.objects.things import Kind, Label

KIND: Final = "hexcache_kind"
DEAD_AT: Final = "hexcache_dead_at"
KINDS: Final[Mapping[str, Kind]] = {"value": "value", "placeholder": "placeholder"}

CONTENT_TYPE: Final = "application/octet-stream"
CACHE_CONTROL: Final = "private, no-cache"
"""Who reads by a link keeps no copy without asking: an object may be replaced or removed before its time."""


def metadata_of(label: Label) -> dict[str, str]:
    """The metadata that says a label."""
    return {KIND: label.kind, DEAD_AT: repr(label.dead_at)}


def label_of(metadata: Mapping[str, str | None] | None) -> Label | None:
    """The label that was written beside a body; None where there is none of ours."""
    told = {name.lower(): text for name, text in (metadata or {}).items()}
    kind = KINDS.get(told.get(KIND) or "")
    try:
        dead_at = float(told.get(DEAD_AT) or "")
    except ValueError:
        return None
    return None if kind is None or math.isnan(dead_at) else Label(kind, dead_at)
