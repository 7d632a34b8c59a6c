"""Secrets in settings: where they come from, and that nobody sees them.

Rule: what was read from a variable, and what stands under a name that a secret would have, is never shown; an error or
a repr shows where it came from instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from hexcache.domain.errors import InvalidSetting

REFERENCE: Final = "os.environ/"
"""A text that begins so stands for the variable that it names."""

MASK: Final = "'**********'"

_SUSPECT: Final = re.compile(
    r"pass(word|wd|phrase)?|secret|token|credential|encryption|signing|(^|[_-])keys?($|[_-])|sas|signature",
    re.IGNORECASE,
)
_LONGEST: Final = 80


class FromVariable(str):
    """A text that was read from a variable of the process's environment."""

    __slots__ = ("variable",)
    variable: str

    @classmethod
    def of(cls, variable: str, text: str) -> FromVariable:
        """``text``, which was found in ``variable``."""
        value = cls(text)
        value.variable = variable
        return value

    @classmethod
    def read(cls, variable: str, variables: Mapping[str, str], path: str) -> FromVariable:
        """The variable's text.

        Raises:
            InvalidSetting: there is no such variable; names the setting and the variable.
        """
        if variable not in variables:
            raise InvalidSetting(f"{path} is {REFERENCE}{variable}, but the variable {variable!r} is not set")
        return cls.of(variable, variables[variable])


def same_source(text: str, part: str) -> str:
    """A part of a text, as secret as the whole."""
    return FromVariable.of(text.variable, part) if isinstance(text, FromVariable) else part


def resolved(value: Any, variables: Mapping[str, str], path: str = "") -> Any:
    """``value`` with each reference replaced by what it stands for, in tables and lists at any depth.

    Raises:
        InvalidSetting: a reference to a variable that is not set.
    """
    if isinstance(value, Mapping):
        return {key: resolved(inner, variables, f"{path}.{key}" if path else str(key)) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [resolved(inner, variables, f"{path}[{index}]") for index, inner in enumerate(value)]
    if isinstance(value, str) and not isinstance(value, FromVariable) and value.startswith(REFERENCE):
        return FromVariable.read(value.removeprefix(REFERENCE), variables, path)
    return value


def is_suspect(name: str) -> bool:
    """Whether a secret might stand under this name."""
    return _SUSPECT.search(name) is not None


def shown(value: object, *names: str) -> str:
    """``value`` as an error may show it, standing under ``names``."""
    if isinstance(value, FromVariable):
        return f"{REFERENCE}{value.variable}"
    if any(is_suspect(name) for name in names):
        return MASK
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = repr(value)
    return MASK if "://" in text else text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
