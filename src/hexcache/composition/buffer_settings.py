"""The section ``write_buffer`` of a store tier.

Rule: the section's presence switches the buffer on; what it leaves out fits what it says.
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field, model_validator

from hexcache.composition.quantities import Bytes, Seconds
from hexcache.composition.sections import Section
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.errors import InvalidSetting

_RULE: Final = BufferRule()
_BOUNDS: Final = {"flush_size": "max_items", "flush_bytes": "max_bytes", "retry": "retry_max"}
"""What a trigger that is left out is no greater than."""


class WriteBufferSettings(Section, frozen=True):
    """Writes are gathered and brought to the store in batches; a tier has it where this table stands."""

    enabled: bool = True
    """Whether there is one: `false` switches off what another table of settings switched on."""
    max_items: int = Field(default=_RULE.max_items, ge=1)
    """Most writes pending."""
    max_bytes: Bytes = Field(default=_RULE.max_bytes, ge=1)
    """Most bytes pending."""
    flush_size: int = Field(default=_RULE.flush_size, ge=1)
    """Pending writes that make a flush due, and the most that one flush takes; at most `max_items`."""
    flush_bytes: Bytes = Field(default=_RULE.flush_bytes, ge=1)
    """Pending bytes that make a flush due, and the most that one flush takes; at most `max_bytes`."""
    flush_age: Seconds = Field(default=_RULE.flush_age, gt=0)
    """Age of a write that makes a flush due: how long others may not see it, and how much a killed process loses."""
    overflow: Literal["block", "write_through", "refuse"] = _RULE.overflow
    """What a write does that has no room: wait for a flush, at most `deadline`; go to the store; be refused."""
    retry: Seconds = Field(default=_RULE.retry, gt=0)
    """First pause after a flush that failed; doubles up to `retry_max`."""
    retry_max: Seconds = Field(default=_RULE.retry_max, gt=0)
    """Longest such pause."""
    deadline: Seconds | None = Field(default=None, gt=0)
    """Longest flush, and longest wait for one; left out: the tier's `deadline`."""

    @model_validator(mode="after")
    def _usable(self) -> WriteBufferSettings:
        try:
            self.rule()
        except InvalidSetting as exc:
            raise ValueError(str(exc)) from None
        return self

    def rule(self) -> BufferRule:
        """The rule that these settings describe.

        Raises:
            InvalidSetting: what was said does not fit together.
        """
        own: dict[str, Any] = {name: value for name, value in dict(self).items() if name not in {"enabled", "deadline"}}
        for name, bound in _BOUNDS.items():
            if name not in self.model_fields_set:
                own[name] = min(own[name], own[bound])
        return BufferRule(**own)
