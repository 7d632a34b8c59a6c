"""One run of one command: the chosen cache, where the output goes, and how it ends.

Rule: every error of ours ends in one line and an exit code; a traceback is a bug.
"""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Any, NoReturn, Self

import typer

from hexcache.adapters.inbound.cli.opening import Choice, OpenedCache, Surroundings
from hexcache.adapters.inbound.cli.output import Exit, Output
from hexcache.domain.errors import CacheError, StoreError


class Session:
    """The chosen cache, open while the command runs."""

    def __init__(self, surroundings: Surroundings, choice: Choice, out: Output, **policy: Any) -> None:
        self.surroundings = surroundings
        self.choice = choice
        self.out = out
        self._policy = policy
        self._stack = ExitStack()
        self._cache: OpenedCache | None = None

    @classmethod
    def of(cls, context: typer.Context, **policy: Any) -> Session:
        """The session that the options before the command ask for."""
        surroundings, choice, out = context.obj
        return cls(surroundings, choice, out, **policy)

    @property
    def cache(self) -> OpenedCache:
        """The cache, opened on first use."""
        if self._cache is None:
            self._cache = self._stack.enter_context(self.surroundings.open(self.choice, **self._policy))
        return self._cache

    def absent(self, key: str) -> NoReturn:
        """End: there is no such entry, or a tier that might have it could not be asked."""
        tiers = self.cache.stats()["tiers"].items()
        failed = [name for name, tier in tiers if tier.get("failures") or tier.get("rejected")]
        if failed:
            self.out.fail(f"no entry found for {key!r}, but a tier could not be asked: {', '.join(failed)}")
            raise typer.Exit(Exit.DEGRADED)
        self.out.fail(f"no entry for {key!r}")
        raise typer.Exit(Exit.ABSENT)

    def end(self, code: Exit) -> None:
        """End with a code, unless it is 0."""
        if code:
            raise typer.Exit(code)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()
        if isinstance(error, CacheError):
            self.out.fail(str(error))
            raise typer.Exit(Exit.DEGRADED if isinstance(error, StoreError) else Exit.USAGE) from error
