"""The section of a tier on S3, or on a server that speaks like it.

Rule: what a URL can say, a table can say by the names below.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hexcache.composition.object_settings import ObjectTierSettings


class S3TierSettings(ObjectTierSettings, frozen=True):
    """A tier on S3, or on a server that speaks like it."""

    scheme: Literal["s3"] = "s3"
    bucket: str = Field(min_length=1)
    """The bucket."""
