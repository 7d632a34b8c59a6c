# Generated from src/hexcache/adapters/outbound/buffering/aio/direct.py by tools/unasync.py. Do not edit.
"""Working past the buffer: what changes the store at once, without a flush crossing it.

Rule: whoever changes an address in the store takes hold of it first, so that no batch begins that carries it, and then
waits for the batch that may carry it now. So the store sees the changes of one address in the order in which they were
accepted here, whatever fails, and a value that was removed is not brought back by a flush that was under way.
"""

from __future__ import annotations

from collections.abc import Iterator, Collection, Mapping, Sequence
from contextlib import contextmanager

from hexcache.adapters.outbound.buffering.sync.flushing import Flushing
from hexcache.adapters.outbound.buffering.sync.primitives import resolved
from hexcache.adapters.outbound.buffering.grip import Grip
from hexcache.domain.errors import StoreRejected, StoreTimeout
from hexcache.ports.finding import Absent


class Direct(Flushing):
    """The half of a buffered store that goes to the store itself."""

    @contextmanager
    def _held(self, grip: Grip) -> Iterator[None]:
        """Let go in the end; what was pending before is settled if the body succeeds.

        Raises:
            StoreTimeout: a flush with one of the addresses has not ended in time.
        """
        done = False
        try:
            if grip.flight is not None and not resolved(grip.flight, self._deadline):
                raise StoreTimeout(f"a flush has not ended within {self._deadline:g} s, and is not to be overtaken")
            yield
            done = True
        finally:
            if self.ledger.let_go(grip, done=done):
                self._worker.wake()

    def _write(self, grip: Grip, address: str, blob: bytes, dead_at: float) -> None:
        """Write at once. What was pending for the address is kept if this fails, and dropped if it does not.

        Raises:
            StoreRejected: the store said no, and holds nothing older; nor is anything older pending any more.
        """
        refusal: StoreRejected | None = None
        with self._held(grip):
            try:
                self.inner.put(address, blob, dead_at=dead_at)
            except StoreRejected as exc:
                refusal = exc
        if refusal is not None:
            raise refusal

    def _write_many(self, blobs: Mapping[str, tuple[bytes, float]]) -> dict[str, str]:
        """The same for several."""
        with self._held(self.ledger.grip(list(blobs))):
            return self.inner.put_many(blobs)

    def _remove(self, address: str) -> bool:
        """Remove at once; True when something was found there, here or in the store.

        What was pending for it is not seen from now on. If the store cannot be told, it is told again by a flush.
        """
        grip = self.ledger.grip_to_remove((address,))
        with self._held(grip):
            found = self.inner.delete(address)
        return bool(self.ledger.living(grip.taken)) if grip.taken else found

    def _remove_many(self, addresses: Sequence[str]) -> int:
        """The same for several; returns how many were found."""
        grip = self.ledger.grip_to_remove(dict.fromkeys(addresses))
        with self._held(grip):
            found = 0
            # What the store still holds under a pending change must not be counted for it.
            if others := [address for address in dict.fromkeys(addresses) if address not in grip.taken]:
                found = self.inner.delete_many(others)
            if grip.taken:
                self.inner.delete_many(list(grip.taken))
        return found + self.ledger.living(grip.taken)

    def _clear(self, prefix: str) -> int:
        """Remove all that begin with a prefix; returns how many were found."""
        grip = self.ledger.grip_to_clear(prefix)
        with self._held(grip):
            if grip.taken:
                self.inner.delete_many(list(grip.taken))
            found = self.inner.clear(prefix)
        return found + self.ledger.living(grip.taken)

    def _settled(self, seen: Mapping[str, object]) -> None:
        """Make the store hold nothing where something dead is pending, so that it can be asked for a token."""
        if dead := [address for address, finding in seen.items() if isinstance(finding, Absent)]:
            self._remove_many(dead)

    def _refuse(self, addresses: Collection[str]) -> str:
        """Leave nothing older where a write is refused; the reason.

        Raises:
            StoreError: the store cannot be told.
        """
        self._remove_many(list(addresses))
        rule = self.ledger.rule
        return f"the write buffer is full ({rule.max_items} entries or {rule.max_bytes} bytes are pending)"
