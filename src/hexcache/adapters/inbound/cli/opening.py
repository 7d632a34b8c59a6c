"""What the command line needs from outside: somebody who opens a cache.

Rule: the command line knows the driving port and nothing behind it; which tiers there are is decided by whoever is
handed in as the opener.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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


class Upkeep(Protocol):
    """Looks after object tiers without opening a cache."""

    def sweep(
        self,
        choice: Choice,
        /,
        *,
        tier: str | None,
        budget: int | None,
        older_than: str,
        after: str,
        dry_run: bool,
        progress: Callable[[str, Mapping[str, Any]], None],
    ) -> Mapping[str, Mapping[str, Any]]:
        """Remove what is of no use: tier -> what was found; ``progress`` is told the same while it goes on.

        Raises:
            InvalidSetting: there is no such tier, or an option is not usable.
            StoreError: a bucket failed.
        """
        ...

    def lifecycle(self, choice: Choice, /, *, tier: str | None, longest: str | None) -> Mapping[str, Mapping[str, Any]]:
        """Life-cycle rules: tier -> ``rules``, the command to ``apply`` them, and a ``note``.

        Raises:
            InvalidSetting: there is no such tier, or an option is not usable.
        """
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a command runs in.

    Attributes:
        open: opens caches.
        program: the command that starts this very program again in a new process.
        upkeep: looks after object tiers; None where there is nobody who does.
    """

    open: Opener
    program: Sequence[str]
    upkeep: Upkeep | None = None
