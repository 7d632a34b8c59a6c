"""Forks: a child has none of its parent's threads and connections.

Rule: every bus is told in the child before anything else runs there.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """Holds what a child process must not use."""

    def forget_parent(self) -> None:
        """In the child: let go of it without closing it, and be as if just made."""
        ...


_told: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def tell_after_fork(holder: Forgetful) -> None:
    """Have ``holder.forget_parent()`` called in every child for as long as the holder lives."""
    _told.add(holder)


def _in_child() -> None:
    for holder in list(_told):
        holder.forget_parent()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_in_child)
