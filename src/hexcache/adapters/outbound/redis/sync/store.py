# Generated from src/hexcache/adapters/outbound/redis/aio/store.py by tools/unasync.py. Do not edit.
"""A store on a server that speaks Redis: one string a key, one command a hit.

Rule: the key itself holds the token, and a conditional write wins only if it still does. Tokens are random and never
come back, so whatever happened to the key in between makes it lose: a write, a delete, a clear, an expiry, an eviction,
a flush. It needs no memory of what is gone, and forgetting is always safe.

How each state comes to hold a token:

* *A blob* carries its own, in the header before it: ``GET`` answers blob and token at once, ``put`` is one ``SET``.
* *An absence* is a placeholder: whoever misses leaves one, in one step that looks again, so that of several who miss
  all get the same token. It lives for longer than any load may take. A read is thus answered in two trips when it
  misses; the second is left out while a placeholder is there.
* *A dead blob* becomes a placeholder with the same token, so that a load which began while it lived can replace it.

What that means when things happen at the same time:

* A reader misses, somebody deletes, the reader leaves its placeholder: the token is of after the delete, and so is the
  load, which begins when the read has ended. The other order: the delete takes the placeholder away, the load loses.
* ``clear`` scans and removes page by page. Every token that was handed out before stands in a key that was there when
  the scan began, and a scan shows all of those; a key that is written behind its back is a write after ``clear`` began.
* Two processes with one token: the script that compares and writes is one step, the second finds another token.
* A server that evicts may take a blob or a placeholder away at any time: a load is stored less, nothing older is kept.
* A failover to a replica that had not heard of the last writes takes them back, deletes as well. No store over
  asynchronous replication can hide that; ``min-replicas-to-write`` narrows it.

Deadlines are compared with the caller's clock, on every read; the server's own expiry only reclaims memory. What is at
a key and not framed as ours is foreign: an absence to readers, replaced by the next read or write, spared by ``clear``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from hexcache.adapters.outbound.redis import frames
from hexcache.adapters.outbound.redis.sync.claims import NO_TOKEN, Claims, Held
from hexcache.adapters.outbound.redis.sync.link import Link
from hexcache.adapters.outbound.redis.sync.removal import answered, heads, leave_nothing, live, remove
from hexcache.adapters.outbound.redis.commands import Command
from hexcache.adapters.outbound.redis.lives import Lives
from hexcache.adapters.outbound.redis.store_keys import StoreKeys
from hexcache.adapters.outbound.redis.store_scripts import PUT_IF, REMOVE
from hexcache.domain.errors import InvalidSetting, StoreRejected, StoreUnavailable
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import StoreFinding, Token

CAPABILITIES = Capabilities(bounded_calls=True, durable=True, shared=True)


class RedisStore:
    """Blobs on a server or a cluster of them; an :class:`~hexcache.ports.sync.store.Store`.

    A call makes one trip, or two: a miss (see above), and a write that the server refused, whose predecessor is then
    removed. Each trip has the link's deadline. ``scan`` and ``clear`` go in pages, each of which does. On a cluster
    ``get_many`` leaves out what the nodes that are down would have to say, unless none answers.
    """

    def __init__(
        self, link: Link, *, wall: Clock, entropy: Entropy, tombstone_ttl: float, prefix: str = ""
    ) -> None:
        """Use a link, which whoever made it closes.

        Args:
            link: the way to the server.
            wall: wall time, against which deadlines are checked.
            entropy: where tokens come from.
            tombstone_ttl: seconds for which the token of an absence is good; longer than the longest load, or its
                result is not stored. Older tokens lose, whatever happened.
            prefix: what every key begins with, before the address.

        Raises:
            InvalidSetting: ``tombstone_ttl`` is not a positive number of seconds.
        """
        if not 0 < tombstone_ttl < math.inf:
            raise InvalidSetting(f"tombstone_ttl is {tombstone_ttl!r}; accepted: a positive number of seconds")
        self._link: Link | None = link
        self._wall = wall
        self._draw = entropy.randbytes
        self._lives = Lives(tombstone_ttl)
        self._keys = StoreKeys(prefix)
        self._claims = Claims(wall, entropy, self._lives)

    @property
    def capabilities(self) -> Capabilities:
        """All of them, without a limit on keys and blobs."""
        return CAPABILITIES

    def get(self, address: str, /) -> StoreFinding:
        """Read one address; see the port."""
        link, key = self._opened(), self._keys.key(address)
        raw: Held
        try:
            raw = link.get(key)
        except StoreRejected as exc:
            raw = exc
        else:
            found = self._claims.told(raw)
            if found is not None:
                return found
        return self._claims.claim(link, key, raw)

    def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        """Read several addresses; see the port. On a cluster, what a node that is down holds is left out."""
        link = self._opened()
        keys = {self._keys.key(address): address for address in addresses}
        contents = dict(zip(keys, link.get_many(list(keys)), strict=True))
        answers = self._claims.findings(link, contents)
        findings = {keys[key]: found for key, found in answers.items() if not isinstance(found, Exception)}
        if not findings:
            answered(answers.values())
        return findings

    def put(self, address: str, blob: bytes, /, *, dead_at: float) -> None:
        """Write whatever is there now; see the port."""
        link, key = self._opened(), self._keys.key(address)
        try:
            link.call(*self._write(key, blob, dead_at))
        except StoreRejected:
            leave_nothing(link, [key])
            raise

    def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        """Write if the key still holds the token; see the port.

        Raises:
            StoreRejected: the server refused the blob, or the placeholder when the token was asked for. What the token
                stood for is gone then.
        """
        link, key = self._opened(), self._keys.key(address)
        if token == NO_TOKEN:
            raise StoreRejected("redis: the server refused the placeholder that a conditional write would replace")
        expected = token if isinstance(token, bytes) else b""
        frame, life = self._frame(blob, dead_at)
        return bool(link.run(PUT_IF, (key,), (expected, frame, "" if life is None else life)))

    def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        """Write several in one trip; see the port."""
        link = self._opened()
        keys = {address: self._keys.key(address) for address in blobs}
        writes = [self._write(keys[address], blob, dead_at) for address, (blob, dead_at) in blobs.items()]
        refused: dict[str, str] = {}
        for address, reply in zip(blobs, link.call_all(writes) if writes else (), strict=True):
            if isinstance(reply, StoreRejected):
                refused[address] = str(reply)
            elif isinstance(reply, Exception):
                raise reply
        if refused:
            leave_nothing(link, [keys[address] for address in refused])
        return refused

    def delete(self, address: str, /) -> bool:
        """Remove a blob and whatever held the token of the address; see the port."""
        link, key = self._opened(), self._keys.key(address)
        return bool(live(link.run(REMOVE, (key,), (b"all",)), self._wall()))

    def delete_many(self, addresses: Sequence[str], /) -> int:
        """Remove several in one trip; see the port."""
        keys = list(dict.fromkeys(map(self._keys.key, addresses)))
        return remove(self._opened(), keys, b"all", self._wall)

    def scan(self, prefix: str, /) -> Iterator[str]:
        """List live addresses; see the port. It remembers what it has listed, as a server may show a key twice."""
        link = self._opened()
        listed: set[bytes] = set()
        for page in link.scan(self._keys.pattern(prefix)):
            keys = [key for key in dict.fromkeys(page) if key not in listed]
            listed.update(keys)
            seen = heads(link, keys)
            now = self._wall()
            for key, head in zip(keys, seen, strict=True):
                address = self._keys.address(key)
                if address is not None and head is not None and head.is_alive(now):
                    yield address

    def clear(self, prefix: str, /) -> int:
        """Remove by prefix, page by page; see the port. Foreign values are left alone."""
        link = self._opened()
        gone = 0
        for page in link.scan(self._keys.pattern(prefix)):
            keys = [key for key in dict.fromkeys(page) if self._keys.address(key) is not None]
            gone += remove(link, keys, b"framed", self._wall)
        return gone

    def ttl(self, address: str, /) -> float | None:
        """Seconds of life that a blob has left, by its deadline; ``inf`` for ever, None when there is none."""
        (head,) = heads(self._opened(), [self._keys.key(address)])
        now = self._wall()
        return head.dead_at - now if head is not None and head.is_alive(now) else None

    def ping(self) -> None:
        """Ask the server; see the port."""
        self._opened().ping()

    def close(self) -> None:
        """Answer no more; the link lives on. May be called again."""
        self._link = None

    def _opened(self) -> Link:
        if self._link is None:
            raise StoreUnavailable("redis: the store is closed")
        return self._link

    def _frame(self, blob: bytes, dead_at: float) -> tuple[bytes, int | None]:
        """What to store, and for how many milliseconds; a blob that is dead already leaves a placeholder."""
        now, token = self._wall(), self._draw(frames.TOKEN_BYTES)
        if not now < dead_at:
            return frames.placeholder(token, now + self._lives.placeholder), self._lives.placeholder_ms
        return frames.value(token, dead_at, blob), self._lives.value_ms(dead_at - now)

    def _write(self, key: bytes, blob: bytes, dead_at: float) -> Command:
        frame, life = self._frame(blob, dead_at)
        return ("SET", key, frame) if life is None else ("SET", key, frame, "PX", life)
