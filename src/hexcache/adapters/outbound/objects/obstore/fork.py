"""What a fork leaves of obstore: nothing.

Rule: the library has one set of threads a process, and a child of a process that used it would wait for them for ever.
So whoever asks is told at once. A process that did not use it before the fork may use it afterwards.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.objects.forking import tell_after_fork
from hexcache.domain.errors import StoreUnavailable


class Engine:
    """Whether this process can use the library."""

    def __init__(self) -> None:
        self._used = False
        self._lost = False
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """In the child: the library's threads are the parent's."""
        self._lost = self._used

    def enter(self) -> None:
        """Note that it is used.

        Raises:
            StoreUnavailable: the parent used it before the fork.
        """
        if self._lost:
            raise StoreUnavailable(
                "obstore: a forked process cannot use it after its parent did; accepted: to fork before the first use, "
                "to spawn, or engine = 'sdk'"
            )
        self._used = True


ENGINE: Final = Engine()
