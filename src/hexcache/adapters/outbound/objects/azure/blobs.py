"""Labels, conditions and listings as Azure Blob Storage writes them.

Rule: pure. Names of metadata are identifiers, as the service demands, and compared without regard to case, as it sends
them in headers. ETags are in quotes everywhere: listings leave them out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from azure.core import MatchConditions
from azure.storage.blob import BlobProperties, ContentSettings

from hexcache.adapters.outbound.objects.things import Condition, Kind, Label, Listed, ObjectFacts

KIND: Final = "hexcache_kind"
DEAD_AT: Final = "hexcache_dead_at"
KINDS: Final[Mapping[str, Kind]] = {"value": "value", "placeholder": "placeholder"}

CONTENT: Final = ContentSettings(content_type="application/octet-stream", cache_control="private, no-cache")
"""Who reads by a link keeps no copy without asking: an object may be replaced or removed before its time."""


def upload_options(label: Label, condition: Condition | None) -> dict[str, Any]:
    """What a write is told beside name and body."""
    options: dict[str, Any] = {
        "overwrite": True,
        "metadata": {KIND: label.kind, DEAD_AT: repr(label.dead_at)},
        "content_settings": CONTENT,
    }
    if condition is not None and condition.token is None:
        options["overwrite"] = False
    elif condition is not None:
        options |= {"etag": condition.token, "match_condition": MatchConditions.IfNotModified}
    return options


def label_of(metadata: Mapping[str, str | None] | None) -> Label | None:
    """The label that was written beside a body; None where there is none of ours."""
    told = {name.lower(): text for name, text in (metadata or {}).items()}
    kind = KINDS.get(told.get(KIND) or "")
    try:
        dead_at = float(told.get(DEAD_AT) or "")
    except ValueError:
        return None
    return None if kind is None or math.isnan(dead_at) else Label(kind, dead_at)


def facts_of(properties: BlobProperties) -> ObjectFacts:
    """What the service tells of a blob."""
    return ObjectFacts(
        token=quoted(properties.etag),
        label=label_of(properties.metadata),
        size=properties.size,
        changed_at=properties.last_modified.timestamp(),
    )


def line_of(properties: BlobProperties) -> Listed:
    """What a listing tells of a blob."""
    facts = facts_of(properties)
    return Listed(str(properties.name), facts.size, facts.changed_at, facts.token, facts.label)


def quoted(etag: str | None) -> str:
    """An ETag as a condition wants it."""
    text = etag or ""
    return text if text.startswith('"') else f'"{text}"'
