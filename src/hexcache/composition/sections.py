"""What every section of the settings is.

Rule: a section refuses keys that it does not know, cannot be changed, and describes each of its fields in a docstring,
from which the reference page is made.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel, frozen=True):
    """A table of settings."""

    model_config = ConfigDict(
        extra="forbid", use_attribute_docstrings=True, hide_input_in_errors=True, validate_default=True
    )
