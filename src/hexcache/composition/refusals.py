"""What is wrong with settings, in words.

Rule: whatever the settings library finds leaves as one ``InvalidSetting`` that names each key, its value (unless a
secret might stand there) and what is accepted; the library's own error, which holds the values, does not go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from hexcache.composition.secrets import FromVariable, is_suspect, shown
from hexcache.composition.settings import TIERS, CacheSettings
from hexcache.domain.errors import InvalidSetting

_MOST = 8
"""Mistakes told at one time."""


def refusal(error: ValidationError, section: str = "") -> InvalidSetting:
    """What to raise in place of the settings library's error, outside of its handler."""
    return InvalidSetting(_told(error, section))


def unknown(path: str, value: object, accepted: Iterable[str]) -> str:
    """What is said of a key that no setting has."""
    names = sorted(accepted)
    key = path.rpartition(".")[2]
    close = get_close_matches(key, names, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    return f"{path} is no setting (value: {shown(value, *path.split('.'))}){hint}; accepted: {', '.join(names)}"


def _told(error: ValidationError, section: str) -> str:
    found = error.errors(include_url=False, include_context=True)
    lines = [_line(one, section) for one in found[:_MOST]]
    if len(found) > _MOST:
        lines.append(f"and {len(found) - _MOST} more")
    return "; ".join(lines) if len(lines) == 1 else "\n".join(["several settings are not usable:", *lines])


def _line(error: Any, section: str) -> str:
    steps: Sequence[str | int] = error["loc"]
    path = spelled(steps, section)
    if error["type"] == "extra_forbidden":
        return unknown(path, error["input"], _fields_at(steps[:-1]))
    if error["type"] == "missing":
        return f"{path} is missing; it has no default"
    words = [step for step in steps if isinstance(step, str)]
    message = str(error["msg"]).removeprefix("Value error, ").replace("Input should be", "accepted:")
    value = error["input"]
    if isinstance(value, FromVariable) or any(is_suspect(word) for word in words):
        message = message.replace(repr(str(value)), shown(value, *words))
    if isinstance(value, (dict, CacheSettings)) or not path:
        return f"{path}: {message}" if path else message
    return f"{path} is {shown(value, *words)}: {message}"


def spelled(steps: Sequence[str | int], section: str = "") -> str:
    """Where a setting stands, such as ``tiers[1].max_items``."""
    text = section
    for position, step in enumerate(steps):
        if isinstance(step, int):
            text += f"[{step}]"
        elif not (step in TIERS and position and isinstance(steps[position - 1], int)):
            text += f".{step}" if text else step
    return text


def _fields_at(steps: Sequence[str | int]) -> Iterable[str]:
    """The keys that the section at ``steps`` takes."""
    model: type[BaseModel] = CacheSettings
    for step in steps:
        if isinstance(step, str) and step in TIERS:
            model = TIERS[step]
        elif isinstance(step, str) and step in model.model_fields:
            model = _section_of(model.model_fields[step].annotation) or model
    return model.model_fields


def _section_of(annotation: Any) -> type[BaseModel] | None:
    candidates = [annotation, *get_args(annotation)]
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, BaseModel)), None)
