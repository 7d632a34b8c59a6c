"""The time and the chance of the machine.

Rule: the clocks are the standard library's own functions, so that a reading costs one C call; the chance is seeded by
the operating system, and again in every child process, so that no two processes draw the same tokens.
"""

from __future__ import annotations

import os
import random
import time
import weakref

from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy


def system_clocks() -> Clocks:
    """The clocks of this process: ``time.monotonic`` and ``time.time``."""
    return Clocks(monotonic=time.monotonic, wall=time.time)


class SystemEntropy(random.Random):
    """Numbers that nobody chose. Fast, safe for threads, different after a fork; not for secrets."""

    def __init__(self) -> None:
        super().__init__()
        _sources.add(self)


def system_entropy() -> Entropy:
    """A source of its own, seeded by the operating system."""
    return SystemEntropy()


_sources: weakref.WeakSet[SystemEntropy] = weakref.WeakSet()


def _seed_in_child() -> None:
    for source in list(_sources):
        source.seed()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_seed_in_child)
