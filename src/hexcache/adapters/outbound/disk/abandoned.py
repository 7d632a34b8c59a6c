"""Calls that nobody waits for any more.

Rule: a change whose caller has given up (cancelled, or past its deadline) is not committed any more. A change checks
this while it holds the right to write, so that it cannot land after a later change of the same caller: that one began
when the first had been given up, and must wait for the right to write as well.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from hexcache.domain.errors import StoreTimeout


class _Call(threading.local):
    """The call that this thread is making."""

    is_over: Callable[[], bool] | None = None


_call = _Call()


def begin(is_over: Callable[[], bool]) -> None:
    """From now on this thread works for somebody who may give up."""
    _call.is_over = is_over


def end() -> None:
    """From now on it does not."""
    _call.is_over = None


def check() -> None:
    """See whether somebody waits for the call that this thread is making.

    Raises:
        StoreTimeout: nobody does, and nobody will see this.
    """
    if _call.is_over is not None and _call.is_over():
        raise StoreTimeout("disk: writing: the caller has given up")
