"""What happens to threads and locks around a fork.

Rule: a child has none of its parent's threads and waits for none of its locks: whoever holds some is told in the child
before any other code runs there, and begins anew.
"""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forgetful(Protocol):
    """Holds threads or locks."""

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


os.register_at_fork(after_in_child=_in_child)
