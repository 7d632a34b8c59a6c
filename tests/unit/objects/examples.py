"""How many examples hypothesis tries here, whatever the speed of the machine."""

from __future__ import annotations

from typing import Final

from hypothesis import HealthCheck, settings

MANY: Final = settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
