"""A server keeps a value past its deadline for as long as a load may need, and not much longer."""

from __future__ import annotations

from math import inf

from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.redis.lives import FOREVER, GRACE_FLOOR, GRACE_SHARE, Lives

TTLS = st.floats(0.1, 1e6)


@given(TTLS, st.floats(1e-6, FOREVER, exclude_max=True))
def test_a_value_is_kept_past_its_deadline_within_bounds(ttl: float, life: float) -> None:
    kept = Lives(ttl).value_ms(life)
    assert kept is not None
    assert life * 1_000 < kept < 2**62
    assert kept - 1 <= (life + min(ttl, max(life * GRACE_SHARE, GRACE_FLOOR))) * 1_000 * (1 + 1e-12)


def test_a_life_without_an_end_has_none_on_the_server() -> None:
    assert Lives(600.0).value_ms(inf) is None
    assert Lives(600.0).value_ms(FOREVER) is None
    assert Lives(600.0).value_ms(FOREVER / 2) is not None


@given(TTLS)
def test_a_placeholder_outlives_its_token(ttl: float) -> None:
    lives = Lives(ttl)
    assert lives.placeholder > lives.token_ttl == ttl
    assert lives.placeholder_ms >= lives.placeholder * 1_000
