"""What happens at a fork.

Rule: what was pending is the parent's to bring; the child begins with nothing pending, free locks and no workers, so
that no write is brought twice, the second time over something newer.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """Holds what a child process must not use."""

    def forget_parent(self) -> None:
        """In the child: be as if just made."""
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
