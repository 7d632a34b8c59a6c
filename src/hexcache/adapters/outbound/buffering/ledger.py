"""What is pending for one store, for every object that looks at it: in threads and in tasks, in both worlds at once.

Rule: what somebody sees of an address, and what somebody may do to it in the store itself, is decided here in one step;
who works past the buffer holds the addresses that are concerned, so that no flush crosses.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Future
from typing import TypeAlias

from hexcache.adapters.outbound.buffering.flights import Flights
from hexcache.adapters.outbound.buffering.grip import Grip, Swap
from hexcache.domain.pending import Hold, Pending
from hexcache.ports.finding import Absent, Found, Token

Blobs: TypeAlias = Mapping[str, tuple[bytes, float]]
"""Address -> (blob, dead_at)."""


class Ledger(Flights):
    """The pending writes of one store; see :class:`Flights` for its making."""

    # Taking writes

    def accept(self, blobs: Blobs, *, whole: bool = False) -> tuple[dict[str, tuple[bytes, float]], bool]:
        """Take as many of these writes as there is room for.

        Args:
            blobs: address -> (blob, dead_at).
            whole: take all of them or none.

        Returns:
            Those that were not taken, and whether a worker is to look at the buffer now.
        """
        buffer = self._buffer
        now = self._now()
        with self._lock:
            if whole and len(blobs) > 1 and not self._admits(blobs):
                return dict(blobs), False
            idle = not len(buffer)
            rest: dict[str, tuple[bytes, float]] = {}
            for address, (blob, dead_at) in blobs.items():
                # A copy of a buffer that its owner may change; of bytes it is the same object.
                if buffer.accept(address, bytes(blob), dead_at, now):
                    self._landed.forget(address)
                else:
                    rest[address] = (blob, dead_at)
            return rest, idle or buffer.crowded(now)

    def _admits(self, blobs: Blobs) -> bool:
        """Whether there is room for all at once; what they would take the place of is not counted, so it may say no."""
        rule, buffer = self.rule, self._buffer
        size = sum([len(address) + len(blob) for address, (blob, _) in blobs.items()])
        return len(buffer) + len(blobs) <= rule.max_items and buffer.size + size <= rule.max_bytes

    def fits(self, address: str, blob: bytes) -> bool:
        """Whether there could ever be room for a write."""
        return self._buffer.fits(address, blob)

    def want_room(self) -> Future[None]:
        """Have a flush begin as soon as it may; the future resolves when something has left."""
        with self._lock:
            self._buffer.want_room()
            return self._move()

    # Looking

    def look(self, address: str) -> Found | Absent | None:
        """What is pending for an address: a write that lives, ``Absent`` for any other change, None for nothing."""
        with self._lock:
            return self._look(address, self._wall())

    def look_at(self, addresses: Collection[str]) -> dict[str, Found | Absent]:
        """The same for several; those for which nothing is pending are left out."""
        wall = self._wall()
        with self._lock:
            return {address: seen for address in addresses if (seen := self._look(address, wall)) is not None}

    def _look(self, address: str, wall: float) -> Found | Absent | None:
        one = self._buffer.find(address)
        if one is None:
            return None
        if one.blob is None or not one.lives(wall):
            return Absent()
        one.shown = True
        return Found(one.blob, self._tokens.of(one.number))

    def below(self, prefix: str) -> dict[str, bool]:
        """The addresses with that prefix for which something is pending, and whether it lives."""
        wall = self._wall()
        with self._lock:
            return {one.address: one.lives(wall) for one in self._buffer.below(prefix)}

    def is_pending(self, address: str) -> bool:
        """Whether something is pending for an address."""
        with self._lock:
            return self._buffer.find(address) is not None

    def swap(self, address: str, blob: bytes, dead_at: float, token: Token, *, ready: bool) -> Swap | Grip:
        """Put a write in the place of the one that a token names, if that is still what counts.

        Where it fits the token but has no room, the caller gets a grip, to write it to the store.

        Args:
            address: where.
            blob: what.
            dead_at: its end, wall time.
            token: what was handed out.
            ready: whether the write may be pending; if not, there is no room for it.
        """
        number = self._tokens.number(token)
        now = self._now()
        with self._lock:
            one = self._buffer.find(address)
            if one is None:
                return Swap.FOREIGN if number is None else Swap.LANDED
            if one.number != number or not one.lives(self._wall()):
                return Swap.LOST
            if ready and self._buffer.accept(address, bytes(blob), dead_at, now):
                return Swap.DONE
            return self._grip(Hold(frozenset((address,))), {}, one.number)

    def expected(self, address: str, token: Token) -> bytes | None:
        """The digest of what the store must hold for the token of a landed write to fit."""
        number = self._tokens.number(token)
        with self._lock:
            return None if number is None else self._landed.expected(address, number)

    def spend(self, address: str) -> None:
        """The store was written to under a token: those of landed writes fit no more."""
        with self._lock:
            self._landed.forget(address)

    # Working past the buffer

    def grip(self, addresses: Collection[str]) -> Grip:
        """Hold addresses that are about to be written in the store itself."""
        with self._lock:
            return self._grip(Hold(frozenset(addresses)), {}, self._buffer.latest)

    def grip_to_remove(self, addresses: Collection[str]) -> Grip:
        """Hold addresses that are about to be removed; what is pending for them is not seen any more."""
        now = self._now()
        with self._lock:
            taken = self._buffer.take_back(addresses, now)
            return self._grip(Hold(frozenset(addresses)), taken, self._buffer.latest)

    def grip_to_clear(self, prefix: str) -> Grip:
        """The same for all addresses that begin with a prefix."""
        now = self._now()
        with self._lock:
            below = [one.address for one in self._buffer.below(prefix)]
            taken = self._buffer.take_back(below, now)
            return self._grip(Hold(prefix=prefix), taken, self._buffer.latest)

    def _grip(self, hold: Hold, taken: Mapping[str, Pending], number: int) -> Grip:
        for address in hold.addresses:
            self._landed.forget(address)
        if hold.prefix is not None:
            self._landed.forget_below(hold.prefix)
        self._buffer.hold(hold)
        self._recover()
        return Grip(hold, number, taken, self._end() if self._buffer.carries(hold) else None)

    def let_go(self, grip: Grip, *, done: bool) -> bool:
        """End a grip; ``done`` when the store made the change. True when a worker is to look at the buffer."""
        with self._lock:
            if done:
                for address in {*grip.hold.addresses, *grip.taken}:
                    self._buffer.settle(address, grip.number)
            frees = self._buffer.release(grip.hold)
            moved, self._moved = self._moved, None
        if moved is not None:
            moved.set_result(None)
        return frees

    def withdraw(self, addresses: Collection[str]) -> None:
        """Have the store told to remove these, where something is pending for them; see the port."""
        now = self._now()
        with self._lock:
            self._buffer.take_back(addresses, now)
            for address in addresses:
                self._landed.forget(address)

    def withdraw_below(self, prefix: str) -> None:
        """The same for all addresses that begin with a prefix."""
        self.withdraw(list(self.below(prefix)))

    def living(self, taken: Mapping[str, Pending]) -> int:
        """How many of the changes that were taken back would have been found."""
        wall = self._wall()
        return sum([one.lives(wall) for one in taken.values()])
