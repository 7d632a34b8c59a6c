"""The kinds of object tiers: one line for each vendor, and one for its section in the union.

Rule: whatever asks which object tiers there are asks here; a vendor's own modules know nothing of the others.
"""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import Tag

from hexcache.composition import azure_tier, gcs_tier, s3_tier
from hexcache.composition.azure_settings import AzureTierSettings
from hexcache.composition.gcs_settings import GcsTierSettings
from hexcache.composition.object_buckets import Vendor
from hexcache.composition.s3_settings import S3TierSettings

VENDORS: Final = {
    vendor.scheme: vendor
    for vendor in (
        Vendor(scheme="s3", section=S3TierSettings, places=("bucket",), buckets=s3_tier.buckets),
        Vendor(scheme="gs", section=GcsTierSettings, places=("bucket",), buckets=gcs_tier.buckets),
        Vendor(scheme="azure", section=AzureTierSettings, places=("account", "container"), buckets=azure_tier.buckets),
    )
}

OBJECT_SCHEMES: Final = tuple(VENDORS)

AnyObjectTier: TypeAlias = (
    Annotated[S3TierSettings, Tag("s3")]
    | Annotated[GcsTierSettings, Tag("gs")]
    | Annotated[AzureTierSettings, Tag("azure")]
)
