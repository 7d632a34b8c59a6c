"""Ready-made life-cycle rules: the vendor itself removes what is of no use, without a request of ours.

Rule: a rule reaches what lies below the tier's prefix and nothing else, and removes nothing that may still live. What a
vendor's rules cannot say (S3 and Azure know no deadline of a single object) they say by age, which is safe only if no
entry lives longer: whoever prints a rule says how long that is, or the tier's ``ttl_cap`` does.
"""

from __future__ import annotations

import math
from typing import Any, Final

from hexcache.adapters.outbound.objects.frame import HEAD_BYTES
from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.gcs_settings import GcsTierSettings
from hexcache.composition.object_settings import ObjectTierSettings
from hexcache.composition.s3_settings import S3TierSettings
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import NEVER

DAY: Final = 86_400.0
PLACEHOLDER_DAYS: Final = 1
"""Days after which no load needs a placeholder any more; one that takes longer is not stored."""


def lifecycle_of(settings: ObjectTierSettings, longest: float) -> dict[str, Any]:
    """The rules of one tier.

    Args:
        settings: the tier's.
        longest: seconds that an entry lives at most, fresh and stale together; ``inf`` for no bound.

    Returns:
        ``apply``: the vendor's command, ``rules``: its input, ``note``: what the rules cannot do.

    Raises:
        InvalidSetting: the tier is of a kind that has no rules.
    """
    days = None if longest == NEVER else math.ceil(longest / DAY) + 1
    if isinstance(settings, S3TierSettings):
        return _s3(settings, days)
    if isinstance(settings, GcsTierSettings):
        return _google(settings)
    if isinstance(settings, AzureTierSettings):
        return _azure(settings, days)
    raise InvalidSetting(f"tier {settings.name!r} has no life-cycle rules; accepted: s3, gs, azure")


def _below(settings: ObjectTierSettings) -> str:
    return f"{settings.prefix}/" if settings.prefix else ""


def _s3(settings: S3TierSettings, days: int | None) -> dict[str, Any]:
    size: dict[str, Any] = {"ObjectSizeLessThan": HEAD_BYTES + 1}
    small = {"And": {"Prefix": _below(settings), **size}} if settings.prefix else size
    rules: list[dict[str, Any]] = [
        {
            "ID": f"hexcache-{settings.name}-placeholders",
            "Status": "Enabled",
            "Filter": small,
            "Expiration": {"Days": PLACEHOLDER_DAYS},
        }
    ]
    if days is not None:
        rules.append(
            {
                "ID": f"hexcache-{settings.name}-entries",
                "Status": "Enabled",
                "Filter": {"Prefix": _below(settings)},
                "Expiration": {"Days": days},
                "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            }
        )
    return {
        "apply": f"aws s3api put-bucket-lifecycle-configuration --bucket {settings.bucket} "
        "--lifecycle-configuration file://rules.json",
        "rules": {"Rules": rules},
        "note": _note(settings, _by_age(days), "all rules of the bucket"),
    }


def _google(settings: GcsTierSettings) -> dict[str, Any]:
    condition: dict[str, Any] = {"daysSinceCustomTime": 1}
    if settings.prefix:
        condition["matchesPrefix"] = [_below(settings)]
    return {
        "apply": f"gcloud storage buckets update gs://{settings.bucket} --lifecycle-file=rules.json",
        "rules": {"rule": [{"action": {"type": "Delete"}, "condition": condition}]},
        "note": _note(settings, "Each object's custom time is its own deadline.", "all rules of the bucket"),
    }


def _azure(settings: AzureTierSettings, days: int | None) -> dict[str, Any]:
    place = f"{settings.container or 'CONTAINER'}/{_below(settings)}"
    rules: list[dict[str, Any]] = []
    if days is not None:
        rules.append(
            {
                "name": f"hexcache-{settings.name}",
                "enabled": True,
                "type": "Lifecycle",
                "definition": {
                    "filters": {"blobTypes": ["blockBlob"], "prefixMatch": [place]},
                    "actions": {"baseBlob": {"delete": {"daysAfterModificationGreaterThan": days}}},
                },
            }
        )
    account = settings.account or "ACCOUNT"
    return {
        "apply": f"az storage account management-policy create --account-name {account} --resource-group GROUP "
        "--policy @rules.json",
        "rules": {"rules": rules},
        "note": _note(settings, _by_age(days), "the account's policy"),
    }


def _by_age(days: int | None) -> str:
    if days is None:
        return "No entry's life has a bound: entries go by `hexcache sweep` alone; if it has one, say --longest."
    return f"Entries go {days} days after they were written: none may live longer."


def _note(settings: ObjectTierSettings, how: str, replaced: str) -> str:
    whole = "" if settings.prefix else " The tier has no prefix: the rules reach whatever else lies there."
    return f"{how}{whole} The command replaces {replaced}: add those that there are."
