"""The section of a tier on Google Cloud Storage.

Rule: what a URL can say, a table can say by the names below.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hexcache.composition.object_settings import ObjectTierSettings


class GcsTierSettings(ObjectTierSettings, frozen=True):
    """A tier on Google Cloud Storage."""

    scheme: Literal["gs"] = "gs"
    bucket: str = Field(min_length=1)
    """The bucket."""
