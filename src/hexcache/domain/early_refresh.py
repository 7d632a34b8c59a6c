"""Early refresh: a fresh entry is now and then refreshed before it ends, so that its end meets no crowd.

Rule: each request decides alone, by chance, and the chance grows as the end comes near and as the load is slower. This
is XFetch (Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015): with
``t`` seconds left a request refreshes with chance ``exp(-t / (cost * beta))``, the form that minimises early work for
a given protection. No lock, no message between processes.

The price is freshness: the first refresh comes some ``cost * beta * ln(requests in that span)`` seconds early. Where a
load takes more than a tenth of the ttl that would be most of the entry's life, so early refresh does not apply there.
"""

from __future__ import annotations

import math
from typing import Final

LEAST_TTL_IN_COSTS: Final = 10
"""Early refresh applies to entries whose ttl is at least so many times the cost of their load."""

QUIET_CHANCE: Final = 1e-6
"""Chance of a refresh, per request, below which no number is drawn."""

_LEAST_U: Final = 2.0**-53
"""Stands for a drawn 0, whose logarithm is not a number: half the step of ``random()`` around 0."""


def applies(ttl: float, cost: float) -> bool:
    """Whether an entry takes part in early refresh.

    Args:
        ttl: seconds of freshness, ``inf`` without end (such an entry takes part, to no effect).
        cost: how long its load took, seconds; 0 when unknown, and then it does not.
    """
    return 0 < cost < math.inf and ttl >= LEAST_TTL_IN_COSTS * cost


def should_refresh(now: float, expiry: float, cost: float, beta: float, u: float) -> bool:
    """Whether one request refreshes the entry it was just served.

    Args:
        now: time on the clock of ``expiry``, seconds.
        expiry: end of freshness; always True from then on.
        cost: how long the load took, seconds.
        beta: eagerness, 1 for the optimum of the paper, more for earlier refreshes, 0 for none before the end.
        u: a number from [0, 1), drawn for this request.
    """
    return now - cost * beta * math.log(max(u, _LEAST_U)) >= expiry


def quiet_until(fresh_until: float, cost: float, beta: float) -> float:
    """The time before which a request refreshes with a chance below :data:`QUIET_CHANCE`, so that none need draw.

    That is ``13.8 * cost * beta`` seconds before the end. Ask :func:`applies` first; where it does not apply, an
    entry is quiet until ``fresh_until``.

    Args:
        fresh_until: end of freshness, seconds.
        cost: how long the load took, seconds.
        beta: eagerness, as in :func:`should_refresh`.
    """
    return fresh_until + cost * beta * math.log(QUIET_CHANCE)
