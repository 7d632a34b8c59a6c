"""Key and tag templates: ``"user:{user_id}:orders"``.

Rule: two different values of the fields never give the same text. Whole numbers and plain text are written as they
are; text that could pass for something else is quoted; everything else is a digest. A character of the template's own
text is escaped inside a field, so that no field can reach over its border.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter

from hexcache.domain.call_key import call_key
from hexcache.domain.errors import InvalidSetting

_NUMBER = re.compile(r"-?[0-9]+")
_ALWAYS_ESCAPED = frozenset("%") | {chr(code) for code in (*range(0x20), 0x7F)}


class Template:
    """A text with fields that name a function's parameters."""

    __slots__ = ("_escaped", "_parts", "fields")

    def __init__(self, text: str, parameters: Mapping[str, object]) -> None:
        """Read a template.

        Raises:
            InvalidSetting: a field is not a plain parameter name, two fields touch, or the text is not a template.
        """
        try:
            parts = list(Formatter().parse(text))
        except ValueError as exc:
            raise InvalidSetting(f"template {text!r}: {exc}") from exc
        self._parts: list[tuple[str, str | None]] = []
        for literal, field, spec, conversion in parts:
            if field is not None and (spec or conversion or field not in parameters):
                accepted = ", ".join(parameters) or "none"
                raise InvalidSetting(f"template {text!r}: {{{field}}} is not a plain parameter; accepted: {accepted}")
            if self._parts and not literal and self._parts[-1][1] is not None and field is not None:
                raise InvalidSetting(f"template {text!r}: two fields touch; put some text between them")
            self._parts.append((literal, field))
        self.fields = tuple(field for _, field in self._parts if field is not None)
        self._escaped = _ALWAYS_ESCAPED | set("".join(literal for literal, _ in self._parts))

    def render(self, values: Mapping[str, object]) -> str:
        """The text for these values.

        Raises:
            InvalidKey: a value cannot be told from others reliably.
        """
        return "".join(
            literal if field is None else literal + self._shown(values[field]) for literal, field in self._parts
        )

    def _shown(self, value: object) -> str:
        if type(value) is int:
            return self._escape(str(value))
        if type(value) is not str:
            return "=" + call_key(value).removeprefix("call:")
        quoted = _NUMBER.fullmatch(value) is not None or value.startswith(("'", "="))
        return ("'" if quoted else "") + self._escape(value)

    def _escape(self, text: str) -> str:
        if self._escaped.isdisjoint(text):
            return text
        return "".join(
            "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
            if letter in self._escaped
            else letter
            for letter in text
        )
