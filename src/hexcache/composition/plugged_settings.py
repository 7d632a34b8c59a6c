"""The section of a tier whose adapter is not part of hexcache.

Rule: what is common to all stores is checked here; everything else is handed to the adapter, which knows what it means.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field, model_validator

from hexcache.composition.registry import check_scheme
from hexcache.composition.secrets import shown
from hexcache.composition.tier_settings import StoreTierSettings


class PluggedTierSettings(StoreTierSettings, frozen=True):
    """A tier of an adapter that is not part of hexcache, found by its scheme."""

    location: str = ""
    """What stands between the scheme and the question mark of a URL; its meaning is the adapter's."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Everything else that the URL or the table holds; checked by the adapter."""

    @model_validator(mode="before")
    @classmethod
    def _sort(cls, values: Any) -> Any:
        """Put what no field takes into ``options``."""
        if not isinstance(values, dict):
            return values
        check_scheme(str(values.get("scheme")))
        known = {name: value for name, value in values.items() if name in cls.model_fields}
        others = {name: value for name, value in values.items() if name not in cls.model_fields}
        if others:
            known["options"] = {**known.get("options", {}), **others}
        return known

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            if name == "options":
                yield name, {option: shown(inner, option) for option, inner in self.options.items()}
            elif name == "location":
                yield name, self.location.rpartition("@")[2]
            else:
                yield name, value
