"""Fixtures of the tests of composition."""

from tests.unit.composition.plug import plugged

__all__ = ["plugged"]
