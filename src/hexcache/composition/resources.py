"""Resources of one world: what a service of the other world cannot open is left alone.

Rule: initialising all resources opens what this service can use; asking for the other one says why it cannot be had.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from dependency_injector import providers

from hexcache.composition.build import OtherWorld

T = TypeVar("T")


class BlockingResource(providers.Resource[T]):
    """A resource that is left closed where its parts exist in the awaited world only."""

    def init(self) -> Any:
        """Open it, if that is possible."""
        try:
            return super().init()
        except OtherWorld:
            return None


class LoopResource(providers.Resource[T]):
    """A resource that lives in an event loop; left closed where none runs, and where its parts are blocking only."""

    def init(self) -> Any:
        """Open it, if that is possible; awaitable then."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return None
        try:
            return super().init()
        except OtherWorld:
            return None
