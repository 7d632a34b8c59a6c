# Generated from src/hexcache/application/aio/deferral.py by tools/unasync.py. Do not edit.
"""A tier whose store brings writes later: what the use cases have to do with it.

Rule: a write is taken without asking the store, so neither its deadline nor its breaker is in the way; what becomes of
it is the tier's all the same: a flush that fails counts as a failed call, and others are told of a change when it has
landed. What another cache changed while a write was pending here is not overwritten: the write becomes a removal, which
is right whichever of the two came first.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hexcache.application.sync.publishing import Publisher
from hexcache.application.core import Core
from hexcache.application.tier_state import TierState
from hexcache.domain.key import address_of, name_at, prefixes_within
from hexcache.ports.sync.deferring import DeferringStore
from hexcache.ports.sync.store import Store
from hexcache.ports.observer import TierEvent


class Deferral:
    """The pending writes of one tier; a listener of its store.

    Attributes:
        lost: writes that were pending when the store was closed and will not be brought.
    """

    def __init__(self, core: Core, store: DeferringStore, state: TierState, publisher: Publisher) -> None:
        self._core = core
        self._store = store
        self._state = state
        self._publisher = publisher
        self.lost = 0
        self.accept = store.accept
        self.put_through = store.put_through
        self.is_pending = store.is_pending
        self.backlog = store.backlog
        self.flush = store.flush
        self.drain = store.drain
        store.listen(self)
        core.deferrals.add(self)

    def withdraw(self, addresses: Collection[str]) -> None:
        """The store did not take a change of these: what was pending before is not to be brought any more."""
        self._store.withdraw(addresses)

    def withdraw_below(self, prefixes: Collection[str]) -> None:
        """The same for all addresses that begin with one of these."""
        for prefix in prefixes:
            self._store.withdraw_below(prefix)

    def superseded(self, name: str) -> None:
        """Another cache changed an entry."""
        self._store.withdraw((address_of(self._core.root, name),))

    def superseded_within(self, path: str) -> None:
        """Another cache changed a namespace, or nobody knows what it changed."""
        self.withdraw_below(prefixes_within(self._core.root, path))

    # What the store tells

    def flushed(self, entries: int, /) -> None:
        """The store answered."""
        self._state.succeeded()

    def flush_failed(self, reason: str, /, *, timeout: bool) -> None:
        """The store did not answer; what was to be brought is kept there."""
        self._state.failed("flush", reason, timeout=timeout)

    def refused(self, address: str, reason: str, /) -> None:
        """The store answered no to one write."""
        self._state.rejected("flush", reason)

    def unwritten(self, entries: int, /) -> None:
        """The store was closed with these still pending."""
        self.lost = entries
        self._core.tell_tier(TierEvent(self._state.name, "unwritten", "close", "pending writes are lost", entries))

    def landed(self, addresses: Sequence[str], /) -> None:
        """Others may read these changes now, and are told of them."""
        names = [name_at(self._core.root, address) for address in addresses]
        self._publisher.keys([name for name in names if name is not None])


def deferral_of(core: Core, store: Store, state: TierState, publisher: Publisher) -> Deferral | None:
    """What a tier has to do with a store that defers; None for one that does not."""
    return Deferral(core, store, state, publisher) if isinstance(store, DeferringStore) else None
