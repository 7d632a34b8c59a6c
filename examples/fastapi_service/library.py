"""The origin: a folder of texts, each of which is read and measured anew whenever it is asked for.

Rule: nothing here knows of a cache. Everything blocks, as reading files and counting words do.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from itertools import count
from pathlib import Path

from pydantic import BaseModel, Field

NAME = r"^[a-z][a-z0-9-]{0,63}$"
"""What a text may be called; no name leaves the folder."""

_WORD = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?]+(?:\s|$)")
_COMMON = 5


class Analysis(BaseModel):
    """What was measured in one text."""

    name: str
    """Which text."""
    changed: int
    """When its file was last written, nanoseconds since the epoch."""
    words: int
    """How many words it has."""
    sentences: int
    """How many sentences it has."""
    common: list[str]
    """Its most frequent words, the most frequent first."""


class Neighbour(BaseModel):
    """A text that resembles another."""

    name: str
    """Which text."""
    likeness: float = Field(ge=0, le=1)
    """1 for the same words in the same proportions, 0 for none in common."""


class Library:
    """A folder with one ``NAME.txt`` for each text.

    Attributes:
        reads: how often a text was read or looked for, which is what a cache is to save.
    """

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._numbers = count()
        self.reads = 0

    def names(self) -> list[str]:
        """The names of all texts, sorted."""
        return sorted(path.stem for path in self._folder.glob("*.txt"))

    def changed(self, name: str) -> int | None:
        """When a text was last written, nanoseconds since the epoch; None when there is no such text. Reads nothing."""
        try:
            return self._path(name).stat().st_mtime_ns
        except FileNotFoundError:
            return None

    def analysis(self, name: str) -> Analysis | None:
        """Read a text and measure it; None when there is no such text."""
        changed = self.changed(name)
        text = self._read(name)
        if changed is None or text is None:
            return None
        words = _words(text)
        common = sorted(words, key=lambda word: (-words[word], word))[:_COMMON]
        return Analysis(
            name=name, changed=changed, words=words.total(), sentences=len(_SENTENCE.findall(text)), common=common
        )

    def neighbours(self, name: str, most: int) -> list[Neighbour]:
        """Read every text and compare it with one of them: the likest first; empty when there is no such text."""
        bags = {one: _words(text) for one in self.names() if (text := self._read(one)) is not None}
        own = bags.pop(name, None)
        if own is None:
            return []
        found = [Neighbour(name=other, likeness=round(_likeness(own, bag), 4)) for other, bag in bags.items()]
        return sorted(found, key=lambda one: (-one.likeness, one.name))[:most]

    def write(self, name: str, text: str) -> None:
        """Put a text in place of the one of that name, or add it; a reader sees the old one or the new one.

        Raises:
            UnicodeEncodeError: the text holds half a character; nothing is written.
        """
        content = text.encode("utf-8")
        draft = self._folder / f"{name}.{next(self._numbers)}.draft"
        draft.write_bytes(content)
        draft.replace(self._path(name))

    def _read(self, name: str) -> str | None:
        self.reads += 1
        try:
            return self._path(name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.txt"


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """The cosine of the angle between two counts of words."""
    shared = sum(one[word] * other[word] for word in one.keys() & other.keys())
    lengths = math.sqrt(sum(n * n for n in one.values()) * sum(n * n for n in other.values()))
    return min(1.0, shared / lengths) if lengths else 0.0
