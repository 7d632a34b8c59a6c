# Generated from src/hexcache/adapters/outbound/redis/aio/removal.py by tools/unasync.py. Do not edit.
"""Many keys at once: their headers, and their removal.

Rule: as few trips as the topology allows; whatever one key of many could not be told or done is an error of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hexcache.adapters.outbound.redis import frames
from hexcache.adapters.outbound.redis.sync.claims import KEYS_A_CALL
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.commands import Argument, Reply
from hexcache.adapters.outbound.redis.errors import is_wrong_type
from hexcache.adapters.outbound.redis.store_scripts import REMOVE
from hexcache.domain.errors import StoreRejected, StoreUnchanged
from hexcache.ports.clock import Clock


def heads(link: Link, keys: Sequence[bytes]) -> list[frames.Header | None]:
    """The header at each key, in one trip; None for nothing and for what is foreign.

    Raises:
        StoreError: some key could not be looked at.
    """
    replies = link.call_all([("GETRANGE", key, 0, frames.HEADER_BYTES - 1) for key in keys])
    known = answered([None if isinstance(reply, Exception) and is_wrong_type(reply) else reply for reply in replies])
    return [frames.header(raw) for raw in known]


def remove(link: Link, keys: Sequence[bytes], what: bytes, wall: Clock) -> int:
    """Remove keys, in one trip; returns how many held a live blob.

    Args:
        link: the server.
        keys: which, each once.
        what: ``all``, or ``framed`` to spare what is foreign.
        wall: wall time.

    Raises:
        StoreError: some may be left.
    """
    size = 1 if link.sharded else KEYS_A_CALL
    calls: list[tuple[Sequence[bytes], Sequence[Argument]]] = [
        (keys[start : start + size], (what,)) for start in range(0, len(keys), size)
    ]
    replies = answered(link.run_all(REMOVE, calls)) if calls else []
    now = wall()
    return sum([live(removed, now) for removed in replies])


def leave_nothing(link: Link, keys: Sequence[bytes]) -> None:
    """Remove what refused writes were to replace; a server that is out of memory still does that.

    Raises:
        StoreUnchanged: this one did not, or not all of it.
        StoreError: whether it did is not known.
    """
    try:
        answered(link.call_all([("UNLINK", key) for key in keys]))
    except StoreRejected as exc:
        raise StoreUnchanged("redis: a write was refused, and what it was to replace stays") from exc


def live(removed: Iterable[bytes], now: float) -> int:
    """How many of these are headers of live blobs."""
    return sum([head is not None and head.is_alive(now) for head in map(frames.header, removed)])


def answered(replies: Iterable[Reply | Exception]) -> list[Reply]:
    """The replies, when none is an error; else the first one is raised."""
    answers: list[Reply] = []
    for reply in replies:
        if isinstance(reply, Exception):
            raise reply
        answers.append(reply)
    return answers
