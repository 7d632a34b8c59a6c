"""The write buffer: what was accepted for a store and has not arrived there.

Rule: of each address the last write counts, and it goes to the store after all that were accepted before it, one batch
at a time. Nothing that was accepted leaves but by landing, by a later change of its address, or by its store's refusal:
a batch that failed is put back where it stood, except where a later change has taken its place.

A removal is kept here only in the place of a write that was pending: so that the write is not seen any more while the
store is told, and the store is told again if that failed. A hold keeps an address out of flushes while somebody changes
it in the store itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from math import inf

from hexcache.domain.backoff import delay
from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.pending import Hold, Pending, weight_of


class WriteBuffer:
    """The changes that are pending for one store. The caller provides mutual exclusion and time.

    Args:
        rule: bounds and triggers.
        latest: the last number that was given out before; numbers go on from there.
    """

    __slots__ = (
        "_asked", "_bytes", "_failures", "_flying", "_holds", "_pending", "_retry_at", "_waiting_bytes", "_wanted",
        "latest", "rule",
    )  # fmt: skip

    def __init__(self, rule: BufferRule, latest: int = 0) -> None:
        self.rule = rule
        self.latest = latest
        self._pending: dict[str, Pending] = {}  # in the order of their numbers
        self._flying: dict[str, Pending] = {}
        self._holds: list[Hold] = []
        self._bytes = self._waiting_bytes = self._failures = self._asked = 0
        self._retry_at = -inf
        self._wanted = False

    def __len__(self) -> int:
        """How many changes are held, those in flight included."""
        return len(self._pending) + len(self._flying)

    @property
    def size(self) -> int:
        """Their weight."""
        return self._bytes

    @property
    def flying(self) -> bool:
        """Whether a batch is on its way."""
        return bool(self._flying)

    def oldest(self) -> float | None:
        """Since when the oldest change waits; None when none does."""
        return min([one.since for one in chain(self._flying.values(), self._pending.values())], default=None)

    # What is here, and what comes

    def find(self, address: str) -> Pending | None:
        """The last change of an address that has not landed."""
        return self._pending.get(address) or self._flying.get(address)

    def below(self, prefix: str) -> list[Pending]:
        """The last changes of all addresses that begin with ``prefix``."""
        return [one for address, one in {**self._flying, **self._pending}.items() if address.startswith(prefix)]

    def admits(self, address: str, blob: bytes) -> bool:
        """Whether there is room for a write now."""
        before = self._pending.get(address)
        more = weight_of(address, blob) - (0 if before is None else before.weight)
        return self._bytes + more <= self.rule.max_bytes and (
            before is not None or len(self._pending) + len(self._flying) < self.rule.max_items
        )

    def fits(self, address: str, blob: bytes) -> bool:
        """Whether there is room for a write when nothing else is here."""
        return weight_of(address, blob) <= self.rule.max_bytes

    def accept(self, address: str, blob: bytes, dead_at: float, now: float) -> bool:
        """Take a write in place of what is pending for its address; False, and nothing changes, if it has no room."""
        if not self.admits(address, blob):
            return False
        self._put(address, blob, dead_at, now)
        return True

    def take_back(self, addresses: Iterable[str], now: float) -> dict[str, Pending]:
        """Put a removal in the place of each of these that is here, and give what was in their places.

        A removal needs no room: it is not larger than what it replaces, or is the shadow of a write in flight.
        """
        taken = {address: one for address in addresses if (one := self.find(address)) is not None}
        for address in taken:
            self._put(address, None, -inf, now)
        return taken

    def settle(self, address: str, number: int) -> None:
        """The store holds a change that is later than all up to ``number``: those are not to be brought any more."""
        one = self._pending.get(address)
        if one is not None and one.number <= number:
            self._drop(one)

    def give_up(self) -> None:
        """Bring nothing any more, but what is on its way."""
        for one in list(self._pending.values()):
            self._drop(one)

    def _put(self, address: str, blob: bytes | None, dead_at: float, now: float) -> None:
        before = self._pending.get(address)
        if before is not None:
            self._drop(before)
            now = before.since
        self.latest += 1
        one = Pending(address, blob, dead_at, self.latest, now)
        self._pending[address] = one
        self._bytes += one.weight
        self._waiting_bytes += one.weight

    def _drop(self, one: Pending) -> None:
        del self._pending[one.address]
        self._bytes -= one.weight
        self._waiting_bytes -= one.weight

    # Holds

    def hold(self, hold: Hold) -> None:
        """Keep addresses out of flushes from now on. A batch in flight may hold some; see :meth:`carries`."""
        self._holds.append(hold)

    def release(self, hold: Hold) -> bool:
        """End a hold; whether a flush may now take something that it could not."""
        self._holds.remove(hold)
        places = self._pending if hold.prefix is not None else hold.addresses
        return any(address in self._pending and hold.covers(address) for address in places)

    def carries(self, hold: Hold) -> bool:
        """Whether the batch in flight has one of the addresses of a hold."""
        return any(hold.covers(address) for address in self._flying)

    def held(self, address: str) -> bool:
        """Whether an address is kept out of flushes."""
        return any(hold.covers(address) for hold in self._holds)

    def _free(self) -> Iterator[Pending]:
        """What a flush may take, in order."""
        if not self._holds:
            return iter(self._pending.values())
        return (one for one in self._pending.values() if not self.held(one.address))

    # When to flush

    def want_room(self) -> None:
        """A writer waits for room: the next flush is due as soon as back-off allows."""
        self._wanted = True

    def ask(self) -> int:
        """Make everything that is here due now, whatever its age and the back-off; returns the last number of it."""
        self._asked = self.latest
        return self.latest

    def pause(self, now: float) -> float | None:
        """Seconds until a flush is due; 0 when it is, None when only another event can make one due."""
        first = None if self._flying else next(self._free(), None)
        if first is None:
            return None
        if first.number <= self._asked:
            return 0.0
        if now < self._retry_at:
            return self._retry_at - now
        rule = self.rule
        if self._wanted or len(self._pending) >= rule.flush_size or self._waiting_bytes >= rule.flush_bytes:
            return 0.0
        # Fewer than ``flush_size`` are here, so looking at each is cheap.
        return max(0.0, min([one.since for one in self._free()]) + rule.flush_age - now)

    def crowded(self, now: float) -> bool:
        """Whether a flush is due for the size of what is here; cheap enough to ask at each write."""
        rule = self.rule
        return (
            (len(self._pending) >= rule.flush_size or self._waiting_bytes >= rule.flush_bytes)
            and not self._flying
            and now >= self._retry_at
        )

    def begin(self) -> list[Pending]:
        """Take the next batch: the first writes, or the first removals, in order. Empty when there is none to take."""
        if self._flying:
            return []
        batch: list[Pending] = []
        size = 0
        for one in self._free():
            size += one.weight
            full = len(batch) >= self.rule.flush_size or size > self.rule.flush_bytes
            if batch and (full or (one.blob is None) is not (batch[0].blob is None)):
                break
            batch.append(one)
        for one in batch:
            del self._pending[one.address]
            self._waiting_bytes -= one.weight
            self._flying[one.address] = one
        self._wanted = False
        return batch

    def landed(self) -> list[Pending]:
        """The batch arrived, but for what the store refused and thereby holds nothing of; returns it."""
        batch = list(self._flying.values())
        self._flying = {}
        self._bytes -= sum([one.weight for one in batch])
        self._failures = 0
        self._retry_at = -inf
        return batch

    def failed(self, now: float) -> None:
        """The batch did not arrive, or nobody knows: it is to be brought again, after a pause."""
        back = {address: one for address, one in self._flying.items() if address not in self._pending}
        lost = sum([one.weight for address, one in self._flying.items() if address not in back])
        self._bytes -= lost
        for address, later in self._pending.items():
            if address in self._flying:
                later.since = self._flying[address].since
        self._waiting_bytes += sum([one.weight for one in back.values()])
        self._pending = {**back, **self._pending}
        self._flying = {}
        self._retry_at = now + delay(self._failures, first=self.rule.retry, most=self.rule.retry_max)
        self._failures += 1
        self._asked = 0

    def retry_in(self, now: float) -> float:
        """Seconds that back-off still keeps flushes from the store."""
        return max(0.0, self._retry_at - now)

    def past(self, number: int) -> bool:
        """Whether everything up to ``number`` has left."""
        firsts = (next(iter(places.values()), None) for places in (self._flying, self._pending))
        return all(first is None or first.number > number for first in firsts)

    def left(self, number: int) -> int:
        """How many changes up to ``number`` are still here."""
        return sum([one.number <= number for one in chain(self._flying.values(), self._pending.values())])
