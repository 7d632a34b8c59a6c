"""Overriding the providers of a service's container for the time of one test.

Rule: whatever a test swapped is back when the test ends, however it ended.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Protocol


class Overridable(Protocol):
    """What a provider of ``dependency_injector`` offers; stated here so that the kit needs no container library."""

    def override(self, provider: object, /) -> object:
        """Answer with ``provider`` from now on."""
        ...

    def reset_last_overriding(self) -> None:
        """Undo the latest ``override``."""
        ...


class ProviderOverrides:
    """A context in which providers are swapped; undone in reverse order at its end."""

    def __init__(self) -> None:
        self._undo = ExitStack()

    def use(self, provider: Overridable, replacement: object) -> None:
        """Have ``provider`` give ``replacement`` (a provider or a plain object) until the context ends."""
        provider.override(replacement)
        self._undo.callback(provider.reset_last_overriding)

    def __enter__(self) -> ProviderOverrides:
        return self

    def __exit__(self, *_: object) -> None:
        self._undo.close()
