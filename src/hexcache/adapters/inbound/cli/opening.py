"""What the command line needs from outside: somebody who opens a cache.

Rule: the command line knows the driving port and nothing behind it; which tiers there are is decided by whoever is
handed in as the opener.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from hexcache.ports.sync.cache import CachePort


class OpenedCache(CachePort[Any], Protocol):
    """A blocking cache with its decorator."""

    def cached(self, **options: Any) -> Callable[[Callable[..., Any]], Any]:
        """The decorator ``@cached`` over this cache."""
        ...


@dataclass(frozen=True, slots=True)
class Choice:
    """Which cache a command is about.

    Attributes:
        urls: one for each tier, nearest first; none: what the settings say.
        settings: a TOML file; None: the variables and ``hexcache.toml`` of the working directory.
        environment: which environment of the settings.
        namespace: the namespace below the root.
    """

    urls: tuple[str, ...] = ()
    settings: Path | None = None
    environment: str | None = None
    namespace: str = ""


class Opener(Protocol):
    """Opens a cache for a choice."""

    def __call__(self, choice: Choice, /, **policy: Any) -> AbstractContextManager[OpenedCache]:
        """The cache, closed at the end of the ``with`` block.

        Raises:
            InvalidSetting: the choice or a policy value is not usable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command runs in.

    Attributes:
        open: opens caches.
        program: the command that starts this very program again in a new process.
    """

    open: Opener
    program: Sequence[str]
