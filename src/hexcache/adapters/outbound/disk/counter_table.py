"""The blocking core of the disk's counters: numbers, limiters and sets, exact across processes.

Rule: every change is one transaction that reads, decides and writes. Counters are never evicted; when the size limit is
reached new ones are refused. They live in a directory of their own below the blobs, and end at their deadline on the
injected clock.
"""

from __future__ import annotations

import random
import time
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.blob_disk import IN_ROW
from hexcache.adapters.outbound.disk.counter_values import (
    SET,
    Held,
    Members,
    Spent,
    held,
    number_bytes,
    spent_bytes,
)
from hexcache.adapters.outbound.disk.database import Database, Transaction
from hexcache.adapters.outbound.disk.rows import Row, blob_row, only
from hexcache.adapters.outbound.disk.schema import COUNTER_TABLES
from hexcache.adapters.outbound.disk.settings import DiskSettings
from hexcache.adapters.outbound.disk.tally import Tally
from hexcache.domain.errors import CacheError, NotANumber, StoreError, StoreRejected, UnsupportedValue
from hexcache.domain.increment import Increment, check_increment, check_number
from hexcache.domain.lifetime import NEVER, parse_ttl
from hexcache.domain.rate import Decision, RateRule
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy

FOLDER: Final = "counters"
"""Below the directory of the blobs."""
OPERATIONS_KEPT: Final = 10_000
"""So many ids of increments are remembered for one counter, the latest; it bounds counters without an end."""
PAGE: Final = 500
"""Rows that one step of a clear looks at."""


class CounterTable:
    """Counters by address in a directory. Made without touching it; the first call opens it.

    Every method may be called from any thread, and raises a :class:`~hexcache.domain.errors.StoreError` when it fails.
    The methods are those of :class:`~hexcache.ports.sync.counter.Counter`, which says what each does.

    Attributes:
        settings: what it was made with.
    """

    def __init__(self, settings: DiskSettings, *, wall: Clock = time.time, entropy: Entropy | None = None) -> None:
        self.settings = replace(settings, eviction_policy="none")
        self._wall = wall
        chance = random.SystemRandom() if entropy is None else entropy
        self._database = Database(self.settings, chance, COUNTER_TABLES, FOLDER)
        self._tally = Tally()

    def incr(
        self,
        address: str,
        by: float,
        ttl: float | None,
        refresh_ttl: bool,
        floor: float | None,
        operation: str | None,
    ) -> float:
        """Add and return the new number."""
        increment = Increment(address, by, ttl, refresh_ttl, floor, operation)
        check_increment(increment)
        life = parse_ttl(ttl)
        with self._database.transaction() as change:
            return self._add(change, increment, life, self._wall())

    def incr_many(self, increments: Sequence[Increment]) -> list[float | CacheError]:
        """Make several increments, all in one transaction: a failure of the disk undoes every one."""
        lives = [parse_ttl(increment.ttl) for increment in increments]
        if not increments:
            return []
        with self._database.transaction() as change:
            now = self._wall()
            return [self._tried(change, each, life, now) for each, life in zip(increments, lives, strict=True)]

    def read(self, address: str) -> float | None:
        """The number, or None."""
        _, found = self._seen(address)
        return None if isinstance(found, (Members, Spent)) else found

    def ttl(self, address: str) -> float | None:
        """Remaining life, seconds."""
        row, found = self._seen(address)
        return None if found is None or isinstance(found, Spent) else _end(row) - self._wall()

    def remove(self, address: str) -> bool:
        """Forget an address."""
        with self._database.removal() as change:
            row, found = self._held(change, address, self._wall())
            change.execute(statements.REMOVE, (address,))
        return found is not None or row.rowid is not None

    def spend(self, address: str, rule: RateRule, n: int) -> Decision:
        """Ask a limiter; a refusal writes nothing."""
        with self._database.transaction() as change:
            now = self._wall()
            row, found = self._held(change, address, now)
            if row.rowid is not None and not isinstance(found, Spent):
                raise NotANumber("the address holds something that is not a limiter; it was left as it is")
            state = found.state if isinstance(found, Spent) and found.kind == rule.kind else None
            after, decision = rule.advance(state, now, n)
            if decision.allowed and n:
                spent = spent_bytes(Spent(rule.kind, after))
                self._write(change, address, now, now + rule.state_ttl, spent, row)
        return decision

    def add_members(self, address: str, members: Collection[str], ttl: float | None) -> int:
        """Add to a set; returns how many were new."""
        life = parse_ttl(ttl)
        names = list(dict.fromkeys(members))
        for name in names:
            if type(name) is not str:
                raise UnsupportedValue("members", type(name).__name__, "str")
        with self._database.transaction() as change:
            now = self._wall()
            row, found = self._held(change, address, now)
            if row.rowid is not None and not isinstance(found, Members):
                raise NotANumber("the address holds something that is not a set; it was left as it is")
            if row.rowid is None and names:
                self._write(change, address, now, now + life, SET, row)
            return _name(change, address, names)

    def members(self, address: str) -> frozenset[str]:
        """The members of a set."""
        names = self._database.rows(statements.MEMBERS, (address, SET, self._wall()))
        return frozenset(name.decode("utf-8", "replace") for (name,) in names)

    def clear_step(self, prefix: str, after: bytes | None) -> tuple[int, bytes | None]:
        """Forget some of what begins with a prefix; returns how many, and where to go on (None: done)."""
        begin = prefix.encode()
        place = (self._wall(), begin if after is None else after, PAGE)
        with self._database.removal() as change:
            rows = change.execute(statements.clear_page(first=after is None), place).fetchall()
            below = [row for row in rows if row[0].startswith(begin)]
            change.executemany(statements.ERASE, [(row[1],) for row in below])
        return sum(row[4] for row in below), below[-1][0] if len(below) == PAGE else None

    def stats(self) -> dict[str, int]:
        """Counters of this object, by name: see :data:`~hexcache.adapters.outbound.disk.tally.EVENTS`."""
        return self._tally.counts()

    @property
    def is_open(self) -> bool:
        """Whether there is anything to close."""
        return self._database.is_open

    def close(self) -> None:
        """Close the database; calls under way end first. May be called again."""
        self._database.close()

    def _tried(self, change: Transaction, increment: Increment, life: float, now: float) -> float | CacheError:
        try:
            check_increment(increment)
            return self._add(change, increment, life, now)
        except NotANumber as exc:  # found before anything was written
            return exc

    def _add(self, change: Transaction, increment: Increment, life: float, now: float) -> float:
        """Make an increment whose numbers have been looked at."""
        address, least, operation = increment.counter, increment.floor, increment.operation
        row, found = self._held(change, address, now)
        if isinstance(found, (Members, Spent)) or (found is None and row.rowid is not None):
            raise NotANumber("the address holds something that is not a counter; it was left as it is")
        number = found or 0
        if operation is not None and _is_named(change, row, operation):
            return number
        number = check_number(number + increment.by, "the counter")
        number = number if least is None or number >= least else least
        keeps_end = row.rowid is not None and not increment.refresh_ttl
        self._write(change, address, now, _end(row) if keeps_end else now + life, number_bytes(number), row)
        if operation is not None:
            _name(change, address, [operation])
            _forget_operations(change, address)
        return number

    def _seen(self, address: str) -> tuple[Row, Held]:
        """What an address holds, outside a transaction."""
        row = Row(*only(self._database.rows(statements.FIND, (address,))))
        if row.rowid is not None and not _is_ours(row):
            # Read-only or busy: it stays absent, and is met and counted again.
            with suppress(StoreError), self._database.transaction(patience=0) as change:
                return self._held(change, address, self._wall())
            self._tally.add("foreign")
            return _nothing(row), None
        if row.rowid is None or row.is_dead(self._wall()):
            return _nothing(row), None
        return row, held(row.value)

    def _held(self, change: Transaction, address: str, now: float) -> tuple[Row, Held]:
        """What an address holds, inside a transaction, once everything foreign or dead is out of the way."""
        row = Row(*only(change.execute(statements.FIND, (address,)).fetchall()))
        if row.rowid is None:
            return row, None
        if not _is_ours(row):
            self._tally.add("foreign")
        elif not row.is_dead(now):
            return row, held(row.value)
        change.execute(statements.REMOVE, (address,))
        return _nothing(row), None

    def _write(self, change: Transaction, address: str, now: float, end: float, value: bytes, row: Row) -> None:
        change.execute(statements.PUT, blob_row(address, now, end, row.seq, (0, IN_ROW, None, value)))
        if row.rowid is not None:
            return
        change.execute(statements.REAP, (now,))
        ((size,),) = change.execute(statements.VOLUME).fetchall()
        if size > self.settings.size_limit:
            raise StoreRejected("disk: the size limit is reached; counters are never evicted")


def _is_ours(row: Row) -> bool:
    return row.is_ours and row.mode == IN_ROW


def _nothing(row: Row) -> Row:
    return Row(row.seq, None, None, None, None, None, None, None)


def _end(row: Row) -> float:
    return NEVER if row.dead_at is None else float(row.dead_at)


def _is_named(change: Transaction, row: Row, name: str) -> bool:
    return row.rowid is not None and bool(change.execute(statements.NAMED, (row.rowid, name)).fetchall())


def _name(change: Transaction, address: str, names: list[str]) -> int:
    return change.executemany(statements.NAME, [(name, address) for name in names]).rowcount if names else 0


def _forget_operations(change: Transaction, address: str) -> None:
    ((rowid, latest),) = change.execute(statements.LATEST_NAME, (address,)).fetchall()
    if latest % 1024 == 0:
        change.execute(statements.FORGET_NAMES, (rowid, OPERATIONS_KEPT))
