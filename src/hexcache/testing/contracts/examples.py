"""How the laws of the codec ports are tried, and what they have in common."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings

MANY: Final = settings(
    max_examples=100,
    deadline=None,
    # The stage under test keeps nothing between examples, and every subclass runs the inherited tests.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors, HealthCheck.too_slow],
)
REASONS: Final = frozenset(
    {"magic", "version", "truncated", "checksum", "key", "flags", "header", "signature", "compression", "payload"}
)
"""What the reason of an ``Undecodable`` may be."""
