"""What happens to connections around a fork.

Rule: a child uses none of its parent's connections and closes none of them in a way that the parent's peer would see.
Every holder of connections is told in the child before any other code runs there.
"""

from __future__ import annotations

import os
import weakref
from typing import Any, Protocol

_inherited: list[Any] = []
"""The parent's transports; kept, as collecting one would take it out of the poller that both processes share."""


class Forgetful(Protocol):
    """Holds connections."""

    def forget_parent(self) -> None:
        """In the child: let go of them without closing them, and be as if just made."""
        ...


_told: weakref.WeakSet[Forgetful] = weakref.WeakSet()


def tell_after_fork(holder: Forgetful) -> None:
    """Have ``holder.forget_parent()`` called in every child for as long as the holder lives."""
    _told.add(holder)


def keep_for_ever(inherited: object) -> None:
    """Keep what a child must not even collect."""
    _inherited.append(inherited)


def _in_child() -> None:
    for holder in list(_told):
        holder.forget_parent()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_in_child)
