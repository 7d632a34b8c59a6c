"""Quantities as people write them in settings: durations and sizes.

Rule: a quantity has one meaning wherever it is written; what could be read in two ways is refused.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Annotated, Any, TypeAlias

from pydantic import BeforeValidator

from hexcache.domain.errors import InvalidLifetime
from hexcache.domain.lifetime import NEVER, parse_ttl

NEVER_WORD = "never"
"""How files, URLs and variables write a duration without end; Python writes ``None``."""

_NUMBER = re.compile(r"\d+(\.\d+)?")
_SIZE = re.compile(r"(\d+(?:\.\d+)?) ?(B|[kKMGT]B|[KMGT]iB)?")
_POWERS = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4}
_SIZE_FORMS = 'a whole number of bytes, or text such as "512KiB", "64MiB", "1.5GiB" (1024) or "64MB" (1000)'
_SECONDS_FORMS = 'seconds as a number, or text such as "90s", "500ms", "2h30m", "1d"'


def seconds(value: object) -> float:
    """A duration in seconds, zero allowed.

    Raises:
        ValueError: not a duration.
    """
    value = _plain(value)
    if value == 0 and not isinstance(value, (bool, str)):
        return 0.0
    if value is None or value == math.inf:
        raise ValueError(f"accepted: {_SECONDS_FORMS}")
    return _parsed(value, _SECONDS_FORMS)


def endless_seconds(value: object) -> float:
    """A duration above zero that may also be without end.

    Raises:
        ValueError: not a duration.
    """
    value = _plain(value)
    if isinstance(value, float) and value == math.inf:
        return NEVER
    return _parsed(value, f'{_SECONDS_FORMS}, above zero, or "{NEVER_WORD}"')


def _parsed(value: object, forms: str) -> float:
    try:
        return parse_ttl(value)
    except InvalidLifetime:
        raise ValueError(f"accepted: {forms}") from None


def _plain(value: object) -> object:
    """Bare numbers, as URLs and variables write them, and the word for no end."""
    if not isinstance(value, str):
        return value
    if value == NEVER_WORD:
        return None
    return float(value) if _NUMBER.fullmatch(value) else value


def size(value: object) -> int:
    """A number of bytes.

    Raises:
        ValueError: not a size.
    """
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError(f"accepted: {_SIZE_FORMS}")
    unit: str = match[2] or "B"
    factor = 1 if unit == "B" else (1024 if unit.endswith("iB") else 1000) ** _POWERS[unit[0]]
    amount = Fraction(match[1]) * factor
    if amount.denominator != 1:
        raise ValueError(f"not a whole number of bytes; accepted: {_SIZE_FORMS}")
    return int(amount)


def _size_or_none(value: Any) -> int | None:
    return None if value is None else size(value)


Seconds: TypeAlias = Annotated[float, BeforeValidator(seconds)]
"""A duration, zero allowed, as a pydantic field."""

EndlessSeconds: TypeAlias = Annotated[float, BeforeValidator(endless_seconds)]
"""A duration above zero, or ``"never"``, as a pydantic field."""

Bytes: TypeAlias = Annotated[int, BeforeValidator(size)]
"""A size, as a pydantic field."""

OptionalBytes: TypeAlias = Annotated[int | None, BeforeValidator(_size_or_none)]
"""A size or nothing, as a pydantic field."""
