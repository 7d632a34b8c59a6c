# Generated from src/hexcache/adapters/outbound/buffering/aio/store.py by tools/unasync.py. Do not edit.
"""A store before a store: writes are gathered, and brought in batches.

Rule: through this object everything looks as if it had been written at once. A write is pending until a flush brings
it; what is pending is found, listed, replaced under its token and removed like anything else. Everything but a plain
write goes to the store at once: conditional writes, because the store decides them; removals, because a removed value
must be gone when the call returns.

Others (processes, and objects over another ledger) see a write when it has landed. Its place among their changes is
there, too: a change that another process made while a write was pending here is overwritten when it lands.
"""

from __future__ import annotations

from collections.abc import Iterator, Collection, Mapping, Sequence
from dataclasses import replace

from hexcache.adapters.outbound.buffering.sync.direct import Direct
from hexcache.adapters.outbound.buffering.sync.primitives import resolved
from hexcache.adapters.outbound.buffering.grip import Grip, Swap
from hexcache.adapters.outbound.buffering.ledger import Blobs, Ledger
from hexcache.adapters.outbound.buffering.tokens import digest
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.errors import InvalidSetting, StoreRejected, StoreTimeout
from hexcache.ports.sync.store import Store
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import Found, StoreFinding, Token


class BufferedStore(Direct):
    """Write-behind before any store; an :class:`~hexcache.ports.sync.deferring.DeferringStore`.

    Several objects, of either world, may share a ledger if their inner stores hold the same data; then each sees what
    any of them has pending. A call takes no longer than the inner store's and, where it has to wait for a flush, the
    deadline. The inner store is closed with this one.
    """

    def __init__(self, inner: Store, ledger: Ledger, *, clocks: Clocks, deadline: float = 1.0) -> None:
        """Put a ledger before a store; see :meth:`with_rule` for a ledger of its own.

        Args:
            inner: where writes are brought.
            ledger: what is pending for it.
            clocks: monotonic time for how long is waited.
            deadline: how long a call waits for a flush (to have room, or not to overtake it), how long a flush may take
                before it is given up where the inner store can be cancelled, and how long closing tries; seconds.

        Raises:
            InvalidSetting: ``deadline`` is not a positive number of seconds.
        """
        if not 0 < deadline < float("inf"):
            raise InvalidSetting(f"deadline is {deadline!r}; accepted: seconds as a number above 0")
        super().__init__(inner, ledger, clock=clocks.monotonic, deadline=deadline)
        self._capabilities = deferred(inner.capabilities)

    @classmethod
    def with_rule(
        cls,
        inner: Store,
        rule: BufferRule | None = None,
        *,
        clocks: Clocks,
        entropy: Entropy | None = None,
        deadline: float = 1.0,
    ) -> BufferedStore:
        """A buffered store with a ledger of its own.

        Args:
            inner: where writes are brought.
            rule: bounds and triggers; None for the defaults.
            clocks: monotonic time for ages, wall time for the blobs' deadlines.
            entropy: for the tokens of pending writes; None for the operating system.
            deadline: see the constructor.
        """
        return cls(inner, Ledger(rule or BufferRule(), clocks, entropy), clocks=clocks, deadline=deadline)

    @property
    def capabilities(self) -> Capabilities:
        """Those of the inner store, but deferred and not durable."""
        return self._capabilities

    # Writing

    def accept(self, blobs: Mapping[str, tuple[bytes, float]], /) -> bool:
        """Take writes without waiting, all or none; see the port."""
        if not self._open or not all(self._may_defer(address, blob) for address, (blob, _) in blobs.items()):
            return False
        return not self._accept(blobs, whole=True)

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Accept a write, or do with it what the overflow policy says; see the port.

        Raises:
            StoreRejected: the store cannot hold it, or the policy is ``refuse`` and the buffer full.
            StoreTimeout: no room came within the deadline (``block``).
            StoreError: the write went past the buffer and failed.
        """
        self._opened()
        if not self._may_defer(address, blob):
            self._write(self.ledger.grip((address,)), address, blob, dead_at)
        elif refused := self._put({address: (blob, dead_at)}):
            raise StoreRejected(refused[address])

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Accept several writes, or do with each what the overflow policy says; see the port and :meth:`put`."""
        self._opened()
        direct = {a: (blob, dead_at) for a, (blob, dead_at) in blobs.items() if not self._may_defer(a, blob)}
        refused = self._write_many(direct) if direct else {}
        return refused | self._put({a: one for a, one in blobs.items() if a not in direct})

    def put_through(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write at once; see the port."""
        self._opened()
        self._write(self.ledger.grip((address,)), address, blob, dead_at)

    def _may_defer(self, address: str, blob: bytes) -> bool:
        """Whether a write may be pending at all."""
        limit = self._capabilities.max_value_bytes
        return self._accepting and (limit is None or len(blob) <= limit) and self.ledger.fits(address, blob)

    def _accept(self, blobs: Blobs, *, whole: bool = False) -> dict[str, tuple[bytes, float]]:
        rest, wake = self.ledger.accept(blobs, whole=whole)
        if len(rest) < len(blobs) and (wake or not self._worker.alive):
            self._worker.wake()
        return rest

    def _put(self, blobs: Blobs) -> dict[str, str]:
        """Accept, or do with what has no room what the policy says; reasons for what was refused."""
        ledger = self.ledger
        rest = self._accept(blobs)
        if not rest:
            return {}
        ledger.count("overflows")
        if ledger.rule.overflow == "write_through":
            return self._write_many(rest)
        if ledger.rule.overflow == "refuse":
            return dict.fromkeys(rest, self._refuse(rest))
        until = self._clock() + self._deadline
        while rest and self._accepting:
            ended = ledger.want_room()
            self._worker.wake()
            rest = self._accept(rest)
            if rest and not resolved(ended, until - self._clock()):
                raise StoreTimeout(f"the write buffer has had no room for {self._deadline:g} s")
        return self._write_many(rest) if rest else {}

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write only if the address is still as it was when the token was handed out; see the port.

        Over a pending write the buffer decides, and the new write is pending in its place, or goes to the store at once
        if it has no room. Otherwise the store decides.
        """
        self._opened()
        if not self._capabilities.conditional_write:
            self.put(address, blob, dead_at=dead_at)
            return True
        swap = self.ledger.swap(address, blob, dead_at, token, ready=self._may_defer(address, blob))
        if swap is Swap.FOREIGN:
            return self._put_if(address, blob, dead_at, token)
        if swap is Swap.LANDED:
            return self._put_if_landed(address, blob, dead_at, token)
        if isinstance(swap, Grip):
            self._write(swap, address, blob, dead_at)
        elif swap is Swap.DONE and not self._worker.alive:
            self._worker.wake()
        return swap is not Swap.LOST

    def _put_if(self, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        done = self.inner.put_if(address, blob, dead_at=dead_at, token=token)
        self.ledger.spend(address)
        return done

    def _put_if_landed(self, address: str, blob: bytes, dead_at: float, token: Token) -> bool:
        """The token is that of a write which has landed: it fits while the store holds that very blob."""
        expected = self.ledger.expected(address, token)
        if expected is None:
            return False
        found = self.inner.get(address)
        if not isinstance(found, Found) or digest(found.blob) != expected:
            return False
        return self._put_if(address, blob, dead_at, found.token)

    # Reading

    def is_pending(self, address: str, /) -> bool:
        """Whether a change of the address has not landed yet."""
        return self.ledger.is_pending(address)

    def get(self, address: str, /) -> StoreFinding:
        """Read one address: what is pending for it, else what the store has; see the port."""
        self._opened()
        seen = self.ledger.look(address)
        if isinstance(seen, Found):
            return seen
        if seen is not None:
            self._settled({address: seen})
        return self.inner.get(address)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses; see the port."""
        self._opened()
        seen = self.ledger.look_at(addresses)
        found: dict[str, StoreFinding] = {a: finding for a, finding in seen.items() if isinstance(finding, Found)}
        if len(found) < len(seen):
            self._settled(seen)
        if others := [address for address in addresses if address not in found]:
            found |= self.inner.get_many(others)
        return found

    def scan(self, prefix: str, /) -> Iterator[str]:
        """List live addresses, pending ones first; see the port."""
        self._opened()
        pending = self.ledger.below(prefix) if self._capabilities.scan else {}
        for address, lives in pending.items():
            if lives:
                yield address
        for address in self.inner.scan(prefix):
            if address not in pending:
                yield address

    # Removing, and the rest

    def delete(self, address: str, /) -> bool:
        """Remove a blob at once; see the port."""
        self._opened()
        return self._remove(address)

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several at once; see the port."""
        self._opened()
        return self._remove_many(addresses) if addresses else 0

    def clear(self, prefix: str, /) -> int:
        """Remove by prefix at once; see the port."""
        self._opened()
        return self._clear(prefix) if self._capabilities.clear else self.inner.clear(prefix)

    def withdraw(self, addresses: Collection[str], /) -> None:
        """Turn what is pending for these into removals; see the port."""
        self.ledger.withdraw(addresses)

    def withdraw_below(self, prefix: str, /) -> None:
        """Turn what is pending below a prefix into removals; see the port."""
        self.ledger.withdraw_below(prefix)

    def ping(self) -> None:
        """Ask the inner store."""
        self._opened()
        self.inner.ping()


def deferred(capabilities: Capabilities) -> Capabilities:
    """What a buffered store can do over one with these capabilities."""
    return replace(capabilities, deferred=True, durable=False)
