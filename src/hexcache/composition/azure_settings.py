"""The section of a tier on Azure Blob Storage.

Rule: what a URL can say, a table can say by the names below.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from hexcache.composition.object_settings import ObjectTierSettings


class AzureTierSettings(ObjectTierSettings, frozen=True):
    """A tier on Azure Blob Storage."""

    scheme: Literal["azure"] = "azure"
    account: str = Field(min_length=1)
    """The storage account."""
    container: str = Field(min_length=1)
    """The container."""
