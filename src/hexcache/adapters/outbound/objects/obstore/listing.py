"""Listings by any beginning of a name, of a library that lists folders.

Rule: pure. A listing of the folder that the beginning ends in is cut to those that begin so. It starts shortly before
the first of them and ends after the last: all three vendors list in the order of the names' bytes, or of their steps'.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stretch:
    """The names that begin with a prefix.

    Attributes:
        prefix: what they begin with.
        folder: what they lie below, with its slash; empty for the bucket itself.
        offset: a name before all of them; None for the beginning of the folder.
    """

    prefix: str
    folder: str
    offset: str | None

    @classmethod
    def of(cls, prefix: str) -> Stretch:
        """The stretch of a prefix."""
        above, slash, rest = prefix.rpartition("/")
        folder = above + slash
        return cls(prefix, folder, _before(folder, rest))

    def holds(self, name: str) -> bool:
        """Whether a name belongs to it."""
        return name.startswith(self.prefix)

    def ends_before(self, name: str) -> bool:
        """Whether nothing that belongs to it is listed after this name."""
        rest = self.prefix[len(self.folder) :].encode()
        step = name[len(self.folder) :].partition("/")[0].encode()
        return step > rest and not step.startswith(rest)


def _before(folder: str, rest: str) -> str | None:
    """A path before ``folder + rest`` with as little as possible between; not every text is a path."""
    if not rest or not rest.isascii() or rest[-1] <= "!":
        return None
    previous = chr(ord(rest[-1]) - 1)
    return f"{folder}{rest[:-1]}{'-' if previous in './' else previous}"
