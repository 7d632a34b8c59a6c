"""What is said to a server: commands, scripts, replies.

Rule: arguments are bytes or numbers, so that nothing depends on a client's text encoding; replies are bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from typing import Any, TypeAlias

Argument: TypeAlias = bytes | str | int | float
"""One word of a command; ``str`` for the command's own words only, which are ASCII."""

Command: TypeAlias = Sequence[Argument]
"""A command's words: its name, then its key, then the rest."""

Reply: TypeAlias = Any
"""bytes, int, float, None, or a list of replies."""


@dataclass(frozen=True, slots=True)
class Script:
    """A Lua script that a server runs in one step.

    Attributes:
        source: the program; all its keys are in one slot.
        repeatable: running it twice is the same as running it once, so that it is sent again when an answer was lost.
        sha: what the server knows it by.
    """

    source: str
    repeatable: bool = False
    sha: str = field(init=False)

    def __post_init__(self) -> None:
        # The protocol names scripts by SHA-1; it guards nothing.
        object.__setattr__(self, "sha", sha1(self.source.encode(), usedforsecurity=False).hexdigest())
