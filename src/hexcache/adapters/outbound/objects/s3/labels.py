"""A label as S3 keeps it: metadata of ours, and the headers that tell everybody how long an object is of use.

Rule: ``Expires`` and ``Cache-Control`` are for those who follow a link; S3 itself removes nothing for them, and readers
of ours go by the frame alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from hexcache.adapters.outbound.objects.things import Kind, Label

KIND: Final = "hexcache-kind"
DEAD_AT: Final = "hexcache-dead-at"
CONTENT_TYPE: Final = "application/octet-stream"
YEAR: Final = 365 * 86_400
"""The longest age that HTTP knows, seconds."""
LATEST: Final = 253_402_300_799
"""The last second that a date of HTTP can say."""

_KINDS: Final[dict[str, Kind]] = {"value": "value", "placeholder": "placeholder"}


def written_with(label: Label, now: float) -> dict[str, Any]:
    """What a write says beside the body.

    Args:
        label: what the object is.
        now: wall time, seconds since the epoch.
    """
    told: dict[str, Any] = {
        "ContentType": CONTENT_TYPE,
        "Metadata": {KIND: label.kind, DEAD_AT: repr(label.dead_at)},
        "CacheControl": f"max-age={_age(label, now)}" if label.kind == "value" else "no-store",
    }
    if 0 <= label.dead_at <= LATEST:
        told["Expires"] = datetime.fromtimestamp(int(label.dead_at), UTC)
    return told


def label_in(metadata: Mapping[str, str]) -> Label | None:
    """The label of an object with this metadata; None for an object that is not ours."""
    said = {name.lower(): text for name, text in metadata.items()}  # servers keep the case, or not
    kind = _KINDS.get(said.get(KIND, ""))
    try:
        dead_at = float(said.get(DEAD_AT, ""))
    except ValueError:
        return None
    return None if kind is None or math.isnan(dead_at) else Label(kind, dead_at)


def _age(label: Label, now: float) -> int:
    return int(min(YEAR, max(0.0, label.dead_at - now)))
