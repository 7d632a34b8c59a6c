"""Clearing a namespace of a disk tier: in steps, so that other writers come in between.

Rule: tokens below the prefix are void before the first row goes, so that nothing that was read before can be written
back, and rows that are written meanwhile stay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.database import Database, Transaction
from hexcache.adapters.outbound.disk.rows import next_number
from hexcache.ports.clock import Clock

CLEARS_KEPT: Final = 256
"""So many prefixes are remembered as cleared; beyond it all of them become one floor for every address."""
CLEARED_AT_ONCE: Final = 500
"""Rows that one step looks at: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Clearer:
    """Removes what begins with a prefix.

    Attributes:
        database: where.
        tombstone_ttl: seconds for which a clear is remembered.
        wall: wall time.
    """

    database: Database
    tombstone_ttl: float
    wall: Clock

    def begin(self, prefix: str) -> int:
        """Void every token below the prefix; returns the number up to which :meth:`step` removes rows."""
        now = self.wall()
        with self.database.removal() as change:
            number = next_number(change)
            self._merge(change, now)
            change.execute(statements.PUT_CLEAR, (prefix, number, now + self.tombstone_ttl))
        return number

    def step(self, prefix: str, number: int, after: bytes | None) -> tuple[int, bytes | None]:
        """Remove some of the rows below the prefix that are older than the number.

        Args:
            prefix: what their addresses begin with.
            number: what :meth:`begin` returned.
            after: what the step before returned; None at first.

        Returns:
            How many live blobs were removed, and where to go on; None when all is done.
        """
        begin = prefix.encode()
        place = (self.wall(), begin if after is None else after, CLEARED_AT_ONCE)
        with self.database.removal() as change:
            rows = change.execute(statements.clear_page(first=after is None), place).fetchall()
            below = [row for row in rows if row[0].startswith(begin)]
            older = [row for row in below if type(row[2]) is not int or row[2] <= number]
            change.executemany(statements.ERASE, [(row[1],) for row in older])
            change.obsolete += [row[3] for row in older]
        return sum(row[4] for row in older), below[-1][0] if len(below) == CLEARED_AT_ONCE else None

    def _merge(self, change: Transaction, now: float) -> None:
        """Let go of clears that no load can have seen the other side of, and of all when there are many."""
        ((count,),) = change.execute(statements.CLEARS).fetchall()
        limit = now if count < CLEARS_KEPT else math.inf
        for statement in statements.FORGET_CLEARS:
            change.execute(statement, (limit,))
