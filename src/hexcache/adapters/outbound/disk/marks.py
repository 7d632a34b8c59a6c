"""Which rows were read, for the eviction policies that ask.

Rule: a read never writes. What was read is gathered in memory and brought to the database by the next write of this
process, or on its own when much has gathered and nobody is writing. A process that dies takes its last marks with it,
which costs the policy some precision and nothing else.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.database import Transaction
from hexcache.adapters.outbound.disk.settings import EvictionPolicy

ENOUGH: Final = 256
"""So many reads are worth a transaction of their own."""
MOST: Final = 65_536
"""So many rows are remembered where nothing can be written; then the marks begin anew."""


class Marks:
    """Rows that were read since the last :meth:`bring`; approximate under threads, as the policies are."""

    def __init__(self, policy: EvictionPolicy) -> None:
        self.wanted = policy in statements.MARKS
        self._update = statements.MARKS.get(policy, "")
        self._counts_reads = policy == "least-frequently-used"
        self._read: dict[int, float] = {}
        self._noted = 0

    def note(self, rowid: int, now: float) -> bool:
        """Remember a read; True now and then, when it is time to bring what has gathered."""
        read = self._read
        read[rowid] = read.get(rowid, 0) + 1 if self._counts_reads else now
        self._noted += 1
        if len(read) > MOST:
            read.clear()
        return self._noted % ENOUGH == 0

    def bring(self, change: Transaction) -> None:
        """Bring what has gathered to the database."""
        if self._read:
            read, self._read = self._read, {}
            change.executemany(self._update, list(read.items()))
