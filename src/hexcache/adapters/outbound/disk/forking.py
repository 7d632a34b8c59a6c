"""What happens around a fork.

Rule: locks, threads and connections of a parent mean nothing in its child; each object that holds some is told in the
child before any other code runs there. Connections to SQLite are closed before the fork: SQLite remembers the locks of
its connections for the whole process, so that a child which inherits some takes them for its own, even on connections
that it opens itself, while the operating system has given them to its parent alone.
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


class Settling(Forgetful, Protocol):
    """Holds what must not be open while the process forks."""

    def settle(self) -> None:
        """Before the fork: close it, and let nobody open it again; takes no longer than its deadline."""
        ...

    def resume(self) -> None:
        """In the parent, after the fork: let it be opened again."""
        ...


_told: weakref.WeakSet[Forgetful] = weakref.WeakSet()
_settling: weakref.WeakSet[Settling] = weakref.WeakSet()


def tell_after_fork(holder: Forgetful) -> None:
    """Have ``holder.forget_parent()`` called in every child for as long as the holder lives."""
    _told.add(holder)


def tell_around_fork(holder: Settling) -> None:
    """Have the holder told before and after every fork for as long as it lives."""
    _told.add(holder)
    _settling.add(holder)


def _before() -> None:
    for holder in list(_settling):
        holder.settle()


def _in_parent() -> None:
    for holder in list(_settling):
        holder.resume()


def _in_child() -> None:
    for holder in list(_told):
        holder.forget_parent()


os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
