"""Key and tag templates: ``"user:{user_id}"``.

Rule: two calls whose named arguments differ never get one text. Each field is written in an alphabet that holds none
of the characters that separate fields, and a value that is neither text nor number is written as the digest of its
canonical encoding.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from string import Formatter
from typing import Final
from urllib.parse import quote

from hexcache.domain.call_key import call_key
from hexcache.domain.errors import InvalidKey, InvalidSetting

_NUMBER: Final = re.compile(r"-?[0-9]+")
_SEPARATES: Final = re.compile(r"[^A-Za-z0-9_.~%-]")
_WIDEST: Final = 256
"""Widest int that is written in digits, bits."""


class Template:
    """A text with fields in braces, each of which names a parameter.

    Args:
        text: the template; ``{{`` and ``}}`` stand for braces.
        parameters: the names that fields may have.
        what: what the template makes, for errors.

    Raises:
        InvalidSetting: a field names no parameter or asks for formatting, or two fields run together.
    """

    __slots__ = ("_parts", "text")

    def __init__(self, text: str, parameters: Collection[str], what: str) -> None:
        self.text = text
        self._parts: list[tuple[str, str | None]] = []
        try:
            parsed = list(Formatter().parse(text))
        except ValueError as exc:
            raise InvalidSetting(f"{what} is {text!r}: {exc}; write {{{{ and }}}} for braces") from exc
        between = ":"  # nothing is before the first field
        for literal, field, spec, conversion in parsed:
            between += literal
            if field is not None and (field not in parameters or spec or conversion):
                accepted = ", ".join(parameters) or "none, as the function has no parameters"
                raise InvalidSetting(
                    f"{what} is {text!r}: field {field!r} is not the bare name of a parameter; accepted: {accepted}"
                )
            if field is not None and not _SEPARATES.search(between):
                raise InvalidSetting(
                    f"{what} is {text!r}: nothing separates {{{field}}} from the field before it; "
                    "put a colon or a slash between them"
                )
            self._parts.append((literal, field))
            between = between if field is None else ""

    @property
    def fields(self) -> list[str]:
        """The parameters that the template names."""
        return [field for _, field in self._parts if field is not None]

    def fill(self, arguments: Mapping[str, object]) -> str:
        """The text for a call.

        Args:
            arguments: by parameter name, defaults filled in.

        Raises:
            InvalidKey: an argument cannot be told from others reliably.
        """
        return "".join(
            [literal if field is None else literal + spelled(arguments[field]) for literal, field in self._parts]
        )


def spelled(value: object) -> str:
    """A value as a field: injective over all values, readable for texts and numbers.

    Raises:
        InvalidKey: see :func:`~hexcache.domain.call_key.call_key`; also a text with a lone surrogate.
    """
    if type(value) is str:
        return _spelled_text(value)
    if type(value) is int and value.bit_length() <= _WIDEST:
        return str(value)
    return "~" + call_key(value).removeprefix("call:")


def _spelled_text(text: str) -> str:
    try:
        safe = quote(text, safe="").replace("~", "%7E")
    except UnicodeEncodeError as exc:
        raise InvalidKey("a key is valid Unicode; an argument holds a lone surrogate") from exc
    if _NUMBER.fullmatch(text):  # the text "7" is not the number 7
        return f"%{ord(text[0]):02X}{safe[1:]}"
    return safe
