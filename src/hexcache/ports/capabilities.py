"""What a store can do, declared by its adapter.

Rule: a capability that is absent is not a surprise at run time: the cache applies the documented weaker treatment, the
contract kit tests that treatment, and composition refuses assemblies that cannot work.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a store can do.

    Attributes:
        conditional_write: ``put_if`` is atomic, and a delete changes the token of an absent address. Without it the
            cache never back-fills the store after an invalidation that it has seen.
        scan: ``scan`` lists addresses.
        clear: ``clear`` removes by prefix; without it the cache lists and deletes, and with neither it refuses to
            clear.
        physical_expiry: space is reclaimed by the store itself at or after the deadline.
        bounded_calls: each call ends by the deadline that the adapter was configured with, come what may. Without it
            the cache bounds every blocking call from outside, at the price of a thread hop.
        durable: what was acknowledged survives the end of the process.
        shared: other processes see the same data. A change that such a store did not take is repaired by a removal,
            as another process may have written since.
        deferred: writes are brought later: this object sees them at once, others see them a while after, and a process
            that is killed takes those with it that were still pending. Such a store is a ``DeferringStore``.
        lags: a read may give what was there before a write that has ended, as one from a replica does. Memory before
            such a store keeps what it read for a short time only, whatever tells it of changes.
        max_key_bytes: longest address in bytes of UTF-8 that is kept unhashed; None for no limit.
        max_value_bytes: largest blob; None for no limit.
    """

    conditional_write: bool = True
    scan: bool = True
    clear: bool = True
    physical_expiry: bool = True
    bounded_calls: bool = False
    durable: bool = False
    shared: bool = False
    lags: bool = False
    deferred: bool = False
    max_key_bytes: int | None = None
    max_value_bytes: int | None = None
