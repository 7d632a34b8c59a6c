"""Forks: what lives in threads and tasks of a parent does not live in its child.

Rule: every core is told in the child before anything else runs there.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class ForkAware(Protocol):
    """Something that holds locks, threads or tasks, none of which are usable in a forked child."""

    def reset_after_fork(self) -> None:
        """Begin anew."""
        ...


_watched: weakref.WeakSet[ForkAware] = weakref.WeakSet()


def watch(aware: ForkAware) -> None:
    """Tell it in every child; it may end its life whenever it likes."""
    _watched.add(aware)


def reset_all() -> None:
    """Tell everything that is watched; called in the child."""
    for aware in list(_watched):
        aware.reset_after_fork()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=reset_all)
