"""What is written beside a body in Google Cloud Storage, and read back.

Rule: both facts stand in the object's custom metadata, exactly; the end of a life that has one is the object's
``customTime`` too, by which life-cycle rules delete (``daysSinceCustomTime``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final, get_args

from hexcache.adapters.outbound.objects.things import Kind, Label

KIND: Final = "hexcache-kind"
DEAD_AT: Final = "hexcache-dead-at"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 12, 31, tzinfo=UTC)


def metadata_of(label: Label) -> dict[str, str]:
    """The custom metadata that says a label."""
    return {KIND: label.kind, DEAD_AT: repr(float(label.dead_at))}


def label_in(metadata: Mapping[str, str] | None) -> Label | None:
    """The label that custom metadata says; None if we did not write it."""
    if not metadata or metadata.get(KIND) not in get_args(Kind):
        return None
    try:
        dead_at = float(metadata[DEAD_AT])
    except (KeyError, ValueError):
        return None
    if math.isnan(dead_at):
        return None
    return Label("value" if metadata[KIND] == "value" else "placeholder", dead_at)


def custom_time_of(label: Label) -> datetime | None:
    """The end of a life as a time that the cloud takes; None for one that has no end it could name."""
    if not 0 <= label.dead_at < (_LATEST - _EPOCH).total_seconds():
        return None
    return _EPOCH + timedelta(seconds=label.dead_at)
