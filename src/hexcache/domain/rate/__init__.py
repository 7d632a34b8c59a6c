"""Rate windows: how much may be spent in a span of time, as pure steps from one state to the next.

Rule: a refusal spends nothing; a rule holds no state, reads no clock and does no I/O, so that any store that can
replace a few numbers atomically can run it (``Counter.spend``).

* :class:`FixedWindow` counts in windows that begin at multiples of the period: cheapest, up to twice the limit across
  a border.
* :class:`SlidingWindow` weighs the window before: smooth, approximate, three numbers.
* :class:`Gcra` spaces units out evenly after a burst: exact, two numbers.
"""

from hexcache.domain.rate.fixed_window import FixedWindow
from hexcache.domain.rate.gcra import Gcra
from hexcache.domain.rate.rule import Decision, RateRule, RateState
from hexcache.domain.rate.sliding_window import SlidingWindow

__all__ = ["Decision", "FixedWindow", "Gcra", "RateRule", "RateState", "SlidingWindow"]
