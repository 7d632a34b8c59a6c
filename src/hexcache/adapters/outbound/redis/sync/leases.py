# Generated from src/hexcache/adapters/outbound/redis/aio/leases.py by tools/unasync.py. Do not edit.
"""The lease port over a server.

Rule: a lease is one key that the server itself lets end; it holds the token of its holder, or nothing while it rests.
Every step is one script over this one key, so that it is atomic on one server and in a cluster alike. Lives are kept by
the server's clock: no clock of ours takes part.

Each script names its holder, so that running it twice does what running it once did: a link sends it again when an
answer was lost. (A release that is sent again may then be told that there was nothing to release any more.)

After a failover a server may have lost the latest leases; then two load, which is harmless.
"""

from __future__ import annotations

from math import ceil
from typing import Final

from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.domain.errors import StoreUnavailable
from hexcache.domain.lease import LeaseAnswer, LeaseState

_ACQUIRE: Final = Script(
    """\
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return {1, tonumber(ARGV[2])} end
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return {1, tonumber(ARGV[2])}
end
return {held == '' and 2 or 0, redis.call('PTTL', KEYS[1])}
""",
    repeatable=True,
)
"""Of key, holder, ttl: 1 for granted, 2 for resting, 0 for held; and for how long, milliseconds."""

_RENEW: Final = Script(
    """\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
""",
    repeatable=True,
)
"""Of key, holder, ttl: 1 where the lease is the holder's."""

_RELEASE: Final = Script(
    """\
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], '', 'PX', ARGV[2])
end
return 1
""",
    repeatable=True,
)
"""Of key, holder, rest: 1 where the lease was the holder's."""

_STATES: Final = (LeaseState.HELD, LeaseState.GRANTED, LeaseState.RESTING)

LEASE: Final = b"\x1flease:"
"""What the keys of leases begin with, after the prefix; no address does."""


class RedisLeases:
    """Leases on a server, exact among all processes that use it with the same prefix.

    Args:
        link: to the server; closed by whoever made it.
        prefix: what every key begins with, as for the store beside it.
    """

    def __init__(self, link: Link, *, prefix: str = "") -> None:
        self._link = link
        self._before = prefix.encode() + LEASE
        self._open = True

    def acquire(self, address: str, holder: bytes, /, *, ttl: float) -> LeaseAnswer:
        """Ask for a lease; see the port. A key without an end, which is none of ours, counts as held for the ttl."""
        asked = _milliseconds(ttl)
        state, left = self._opened().run(_ACQUIRE, [self._key(address)], [holder, asked])
        remaining = asked if int(left) < 0 else max(1, int(left))
        return LeaseAnswer(_STATES[int(state)], remaining / 1_000)

    def renew(self, address: str, holder: bytes, /, *, ttl: float) -> bool:
        """Let a lease live on; see the port."""
        return bool(self._opened().run(_RENEW, [self._key(address)], [holder, _milliseconds(ttl)]))

    def release(self, address: str, holder: bytes, /, *, rest: float = 0.0) -> bool:
        """Give a lease back; see the port."""
        return bool(self._opened().run(_RELEASE, [self._key(address)], [holder, _milliseconds(rest)]))

    def close(self) -> None:
        """End this keeper; the link is its maker's. May be called again."""
        self._open = False

    def _key(self, address: str) -> bytes:
        return self._before + address.encode()

    def _opened(self) -> Link:
        if not self._open:
            raise StoreUnavailable("redis: this lease keeper was closed")
        return self._link


def _milliseconds(seconds: float) -> int:
    return ceil(seconds * 1_000)
