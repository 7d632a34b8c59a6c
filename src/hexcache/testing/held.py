"""The limit on every wait inside the kit.

Rule: a test that waits for what never comes fails and says what it waited for; it does not hang the run.
"""

from __future__ import annotations

from typing import Final

SAFETY_LIMIT: Final = 30.0
"""Seconds of real time after which a wait of the kit gives up; no passing test comes near it."""


class HeldTooLong(AssertionError):
    """A wait of the kit passed its limit: the test forgot a release, or the code under test never came."""
