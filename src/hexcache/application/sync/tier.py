# Generated from src/hexcache/application/aio/tier.py by tools/unasync.py. Do not edit.
"""One store tier: records in and out of its store.

Rule: reads answer "nothing" on failure (or raise, under ``strict``); writes answer with what became of them. A change
that a store did not take, or that ended in doubt, is owed to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hexcache.application.sync.deferral import Deferral
from hexcache.application.sync.guarding import Guard
from hexcache.application.tag_addresses import is_tag
from hexcache.application.tier_state import TierState
from hexcache.domain.errors import StoreError, StoreRejected, Undecodable
from hexcache.domain.record import Record
from hexcache.domain.report import Effect, TierOutcome
from hexcache.ports.sync.store import Store
from hexcache.ports.codec import RecordCodec
from hexcache.ports.finding import Absent, StoreFinding, Token


@dataclass(slots=True)
class Seen:
    """What a tier showed at an address.

    Attributes:
        record: what it holds; None when there is nothing.
        token: what a conditional write must find.
    """

    record: Record | None
    token: Token


class Tier(Guard):
    """A store with its guard and its codec."""

    def __init__(
        self,
        store: Store,
        codec: RecordCodec,
        state: TierState,
        *,
        strict: bool,
        deferral: Deferral | None = None,
    ) -> None:
        super().__init__(store, state)
        self.codec = codec
        self.deferral = deferral
        self.put_through = store.put if deferral is None else deferral.put_through
        self.rule = state.rule
        self.nudge: Callable[[], None] = _rest
        self._owes = state.repairs.owes
        self._strict = strict

    def read(self, name: str, address: str, wall: float) -> Seen | None:
        """Read one address; None when the tier cannot say: then nothing is installed there.

        Raises:
            StoreError: under ``strict`` only.
        """
        found = self.look(name, address)
        return None if found is None else self.seen(address, found, wall)

    def look(self, name: str, address: str) -> StoreFinding | None:
        """What the store finds; None when the tier cannot say (not asked, failed).

        Raises:
            StoreError: under ``strict`` only.
        """
        if not self.rule.read or self._owes(name):
            self.state.count("skipped")
            return None
        try:
            return self.get(address)
        except StoreError:
            if self._strict:
                raise
            return None

    def read_many(self, names: Mapping[str, str], wall: float) -> dict[str, Seen]:
        """Read several: address by name in, what was seen by name out; names that the tier cannot say are left out.

        Raises:
            StoreError: under ``strict`` only.
        """
        owes = self.state.repairs.owes
        asked = {name: address for name, address in names.items() if self.rule.read and not owes(name)}
        if len(asked) < len(names):
            self.state.count("skipped", len(names) - len(asked))
        if not asked:
            return {}
        try:
            found = self.ask("get_many", self.store.get_many, list(asked.values()))
        except StoreError:
            if self._strict:
                raise
            return {}
        seen: dict[str, Seen] = {}
        for name, address in asked.items():
            if address in found and (one := self.seen(address, found[address], wall)) is not None:
                seen[name] = one
        return seen

    def seen(self, address: str, found: StoreFinding, wall: float) -> Seen | None:
        """Decode what the store found; a blob that is not ours is removed, and its absence seen instead."""
        state = self.state
        if isinstance(found, Absent):
            state.count("reads")
            return Seen(None, found.token)
        blob = found.blob
        try:
            record = self.codec.decode(address, blob)
        except Undecodable as exc:
            state.miss(len(blob))
            return self.discard(address, exc.reason)
        if record.dead_at <= wall:
            state.miss(len(blob))
            return Seen(None, found.token)
        state.hit(len(blob))
        return Seen(record, found.token)

    def discard(self, address: str, reason: str) -> Seen | None:
        """Remove a blob that is not ours, and look again for the token of its absence."""
        self.state.undecodable(reason)
        try:
            self.ask("delete", self.store.delete, address)
            found = self.get(address)
        except StoreError:
            return None
        return Seen(None, found.token) if isinstance(found, Absent) else None

    def write(self, name: str, address: str, blob: bytes, dead_at: float) -> TierOutcome:
        """Write; what fails or is cancelled is owed, what is refused is gone from the tier."""
        if self.deferral is not None and self.deferral.accept({address: (blob, dead_at)}):
            self._written(blob)
            return self._done(name, Effect.BUFFERED)
        landed = False
        try:
            self.ask("put", self.store.put, address, blob, dead_at=dead_at)
            landed = True
        except StoreRejected as exc:
            landed = True
            return self._done(name, Effect.REFUSED, str(exc))
        except StoreError as exc:
            return TierOutcome(self.name, Effect.QUEUED, str(exc))
        finally:
            if not landed:
                self._owe_all({name: (address, blob, dead_at)}, "put")
        self._written(blob)
        return self._done(name, Effect.DONE if self.deferral is None else Effect.BUFFERED)

    def write_many(self, blobs: Mapping[str, tuple[str, bytes, float]]) -> TierOutcome:
        """Write several: (address, blob, dead_at) by name."""
        batch = {address: (blob, dead_at) for address, blob, dead_at in blobs.values()}
        landed = self.deferral is not None and self.deferral.accept(batch)
        refused: Mapping[str, str] = {}
        try:
            if not landed:
                refused = self.ask("put_many", self.store.put_many, batch)
            landed = True
        except StoreError as exc:
            return TierOutcome(self.name, Effect.QUEUED, str(exc))
        finally:
            if not landed:
                self._owe_all(blobs, "put_many")
        for name, (address, blob, _) in blobs.items():
            self.state.repairs.settle(name)
            if address not in refused:
                self._written(blob)
        if refused:
            self.state.rejected("put_many", next(iter(refused.values())))
            return TierOutcome(self.name, Effect.REFUSED, f"{len(refused)} of {len(blobs)} not taken")
        return TierOutcome(self.name, Effect.DONE if self.deferral is None else Effect.BUFFERED)

    def owe(self, name: str, blob: bytes | None, dead_at: float, operation: str) -> None:
        """Note a change that the store did not take, and have it repaired.

        A store that other processes write to is owed the removal instead of the value: by the time of the repair
        another process may have written or deleted, and an older value must not take the place of that.
        """
        if self.capabilities.shared and not is_tag(name):
            blob, dead_at = None, float("inf")
        self.state.owe(name, blob, dead_at, operation)
        self.nudge()

    def _owe_all(self, changes: Mapping[str, tuple[str, bytes | None, float]], operation: str) -> None:
        """Note changes: (address, blob, dead_at) by name."""
        for name, (_, blob, dead_at) in changes.items():
            self.owe(name, blob, dead_at, operation)
        if self.deferral is not None:
            self.deferral.withdraw([address for address, _, _ in changes.values()])

    def owe_clear(self, path: str, below: Sequence[str]) -> None:
        """Note that a namespace, the addresses that begin with ``below``, is to be emptied, and have it repaired."""
        self.state.repairs.owe_clear(path)
        if self.deferral is not None:
            self.deferral.withdraw_below(below)
        self.nudge()

    def install(
        self, name: str, address: str, blob: bytes, dead_at: float, token: Token, *, older: bool
    ) -> TierOutcome | None:
        """Write if the address is as it was; None when somebody changed it.

        A doubtful install is harmless: if it happened, it happened with the right token. But where the tier holds an
        ``older`` record and did not take the new one, it must not give the older one back later.
        """
        try:
            done = self.ask("put_if", self.store.put_if, address, blob, dead_at=dead_at, token=token)
        except StoreRejected as exc:
            if older:
                self.remove({name: address})
            return TierOutcome(self.name, Effect.REFUSED, str(exc))
        except StoreError as exc:
            if older:
                self.owe(name, None, float("inf"), "put_if")
            return TierOutcome(self.name, Effect.QUEUED if older else Effect.FAILED, str(exc))
        self.state.count("writes" if done else "conflicts")
        if not done:
            return None
        self.state.count("bytes_written", len(blob))
        return TierOutcome(self.name, Effect.DONE)

    def remove(self, names: Mapping[str, str]) -> tuple[TierOutcome, bool]:
        """Delete (address by name): the outcome, and whether something was there. What fails is owed."""
        landed = False
        addresses: Sequence[str] = list(names.values())
        try:
            if len(addresses) == 1:
                found = self.ask("delete", self.store.delete, addresses[0])
            else:
                found = bool(self.ask("delete_many", self.store.delete_many, addresses))
            landed = True
        except StoreError as exc:
            return TierOutcome(self.name, Effect.QUEUED, str(exc)), False
        finally:
            if not landed:
                gone = {name: (address, None, float("inf")) for name, address in names.items()}
                self._owe_all(gone, "delete")
        self.state.count("deletes", len(addresses))
        for name in names:
            self.state.repairs.settle(name)
        return TierOutcome(self.name, Effect.DONE), found

    def _written(self, blob: bytes) -> None:
        self.state.count("writes")
        self.state.count("bytes_written", len(blob))

    def _done(self, name: str, effect: Effect, reason: str = "") -> TierOutcome:
        self.state.repairs.settle(name)
        return TierOutcome(self.name, effect, reason)


def _rest() -> None:
    """Nobody repairs yet."""
