"""How blobs, tombstones and tokens lie in diskcache's table.

Rule: ``tag`` holds the number of the write that a row comes from, which is its token; ``expire_time`` is the deadline
on the injected clock. A row without a value (mode 0) is a tombstone. Numbers only grow, so that a row that was read and
then replaced can be told from what it was. The token of an address without a row is the last number given out when that
was seen, and it holds for as long as no row with a later number has gone without a trace (``floor``). A row goes
without a trace only when it is older than ``tombstone_ttl``, or tiny and evicted; any other leaves a tombstone. So a
slow load does not lose to what is evicted elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from hexcache.adapters.outbound.disk import statements
from hexcache.adapters.outbound.disk.blob_disk import ABSENT, IN_FILE, IN_ROW
from hexcache.adapters.outbound.disk.database import Transaction
from hexcache.domain.errors import InvalidLifetime, StoreUnavailable
from hexcache.ports.finding import Token

Columns: TypeAlias = tuple[int, int, str | None, bytes | None]
"""What ``BlobDisk.store`` returns: file size, mode, file name, value."""


class Row(NamedTuple):
    """What the table holds for an address, whoever wrote it; all but ``seq`` are None where there is no row.

    Attributes:
        seq: number of the last write to the database.
        rowid: which row.
        tag: number of the write that the row comes from.
        dead_at: deadline, seconds on the wall clock; None for never.
        mode: where the value is.
        size: bytes of the file.
        filename: the file.
        value: the value.
    """

    seq: int
    rowid: Any
    tag: Any
    dead_at: Any
    mode: Any
    size: Any
    filename: Any
    value: Any

    @property
    def is_ours(self) -> bool:
        """Whether this package wrote the row, as far as its columns tell."""
        return (
            type(self.tag) is int
            and self.mode in {ABSENT, IN_ROW, IN_FILE}
            and (self.dead_at is None or type(self.dead_at) is float)
            and type(self.value) in {bytes, type(None)}
        )

    def is_dead(self, now: float) -> bool:
        """Whether there is nothing to be found, by deadline or as a tombstone."""
        return self.mode == ABSENT or (self.dead_at is not None and self.dead_at <= now)


def only(rows: list[Any]) -> Any:
    """The one row that a statement on the state has.

    Raises:
        StoreUnavailable: somebody removed it.
    """
    if len(rows) != 1:
        raise StoreUnavailable("disk: the database is damaged; remove its directory to begin anew")
    return rows[0]


def blob_row(address: str, now: float, dead_at: float, number: int, columns: Columns) -> tuple[object, ...]:
    """The row that holds a blob."""
    return (address, now, None if dead_at == math.inf else dead_at, now, 0, number, *columns)


def check_deadline(dead_at: float) -> None:
    """Refuse what SQLite would take for "never".

    Raises:
        InvalidLifetime: not a number.
    """
    if math.isnan(dead_at):
        raise InvalidLifetime("dead_at is nan; accepted: seconds since the epoch, inf for never")


def next_number(change: Transaction) -> int:
    """Give out the number of this write."""
    seq, _ = only(change.execute(statements.NUMBERS).fetchall())
    change.execute(statements.SET_NUMBER, (seq + 1,))
    return int(seq) + 1


def is_current(change: Transaction, address: str, token: Token) -> bool:
    """Whether nobody wrote, deleted or cleared the address since the token was handed out."""
    if type(token) is not int:
        return False
    ((cleared,),) = change.execute(statements.CLEARED, (address,)).fetchall()
    if cleared is not None and token < cleared:
        return False
    row = Row(*only(change.execute(statements.FIND, (address,)).fetchall()))
    if row.rowid is not None:
        return bool(row.tag == token)
    seq, floor = only(change.execute(statements.NUMBERS).fetchall())
    return bool(floor <= token <= seq)


def parts(addresses: list[str]) -> Iterable[list[str]]:
    """The addresses in pieces that one statement takes."""
    return (addresses[start : start + statements.CHUNK] for start in range(0, len(addresses), statements.CHUNK))
