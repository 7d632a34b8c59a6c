"""Settings for properties whose outcome must not depend on how busy the machine is."""

from hypothesis import HealthCheck, settings

law = settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
