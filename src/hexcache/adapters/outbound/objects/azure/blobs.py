"""Labels, conditions and listings as Azure Blob Storage writes them.

Rule: pure. ETags are in quotes everywhere: listings leave them out.
"""

from __future__ import annotations

from typing import Any, Final

from azure.core import MatchConditions
from azure.storage.blob import BlobProperties, ContentSettings

from hexcache.adapters.outbound.objects.azure.labels import CACHE_CONTROL, CONTENT_TYPE, label_of, metadata_of
from hexcache.adapters.outbound.objects.things import Condition, Label, Listed, ObjectFacts

CONTENT: Final = ContentSettings(content_type=CONTENT_TYPE, cache_control=CACHE_CONTROL)


def upload_options(label: Label, condition: Condition | None) -> dict[str, Any]:
    """What a write is told beside name and body."""
    options: dict[str, Any] = {
        "overwrite": True,
        "metadata": metadata_of(label),
        "content_settings": CONTENT,
    }
    if condition is not None and condition.token is None:
        options["overwrite"] = False
    elif condition is not None:
        options |= {"etag": condition.token, "match_condition": MatchConditions.IfNotModified}
    return options


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
