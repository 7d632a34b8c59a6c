"""From what a server answered to what a store found.

Rule: an absence is told only with a token that the server holds, so where nothing is a placeholder is left first. That
is one more trip for a miss, never for a hit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from hexcache.adapters.outbound.redis import frames
from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.commands import Argument, Reply
from hexcache.adapters.outbound.redis.lives import Lives
from hexcache.adapters.outbound.redis.store_scripts import CLAIM
from hexcache.domain.errors import StoreRejected
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy
from hexcache.ports.finding import Absent, Found, StoreFinding

NO_TOKEN: Final = b"-"
"""The token of an absence for which the server refused a placeholder; no token of a frame is that short."""

KEYS_A_CALL: Final = 250
"""Keys that one script call takes at most, so that no other client waits long."""

Held: TypeAlias = bytes | StoreRejected | None
"""What a key held; the error when the server would not give it, as it does for a foreign type."""


class AsyncClaims:
    """Findings, with tokens that a conditional write will find."""

    def __init__(self, wall: Clock, entropy: Entropy, lives: Lives) -> None:
        self._wall = wall
        self._draw = entropy.randbytes
        self._lives = lives

    def told(self, raw: bytes | None) -> StoreFinding | None:
        """What the content of a key says by itself; None when there is no token, or not one for long enough."""
        if raw is None:
            return None
        head = frames.header(raw)
        if head is None:
            return None
        now = self._wall()
        if head.kind == frames.VALUE:
            return Found(frames.blob_of(raw), head.token) if now < head.dead_at else None
        return Absent(head.token) if head.dead_at - now >= self._lives.token_ttl else None

    async def claim(self, link: AsyncLink, key: bytes, raw: Held) -> StoreFinding:
        """Leave a placeholder at a key that says nothing by itself.

        Args:
            link: the server.
            key: where.
            raw: what it held.

        Raises:
            StoreError: the server failed, or refused to be read.
        """
        try:
            answers = await link.run(CLAIM, (key,), self._arguments((raw,)))
        except StoreRejected:
            if isinstance(raw, StoreRejected):
                raise
            return Absent(NO_TOKEN)
        return self._claimed(answers[0])

    async def findings(
        self, link: AsyncLink, contents: Mapping[bytes, Reply | Exception]
    ) -> dict[bytes, StoreFinding | Exception]:
        """What several keys say, those that say nothing after a claim, in one trip; an error where one is in the way.

        Args:
            link: the server.
            contents: key -> what it held, or why that could not be read.
        """
        answers: dict[bytes, StoreFinding | Exception] = {}
        missing: dict[bytes, Held] = {}
        for key, raw in contents.items():
            if isinstance(raw, StoreRejected):
                missing[key] = raw
            elif isinstance(raw, Exception):
                answers[key] = raw
            elif (found := self.told(raw)) is not None:
                answers[key] = found
            else:
                missing[key] = raw
        return answers | await self._claim_all(link, missing)

    async def _claim_all(self, link: AsyncLink, missing: Mapping[bytes, Held]) -> dict[bytes, StoreFinding | Exception]:
        if not missing:
            return {}
        size = 1 if link.sharded else KEYS_A_CALL
        keys = list(missing)
        pieces = [keys[start : start + size] for start in range(0, len(keys), size)]
        calls = [(piece, self._arguments([missing[key] for key in piece])) for piece in pieces]
        try:
            replies = await link.run_all(CLAIM, calls)
        except StoreRejected as exc:
            replies = [exc] * len(pieces)
        found: dict[bytes, StoreFinding | Exception] = {}
        for piece, reply in zip(pieces, replies, strict=True):
            found |= self._answers(piece, reply, missing)
        return found

    def _answers(
        self, keys: list[bytes], reply: Reply | Exception, missing: Mapping[bytes, Held]
    ) -> dict[bytes, StoreFinding | Exception]:
        if isinstance(reply, StoreRejected):
            refused = {key: missing[key] for key in keys}
            return {key: raw if isinstance(raw, StoreRejected) else Absent(NO_TOKEN) for key, raw in refused.items()}
        if isinstance(reply, Exception):
            return dict.fromkeys(keys, reply)
        return {key: self._claimed(raw) for key, raw in zip(keys, reply, strict=True)}

    def _arguments(self, raws: Sequence[Held]) -> list[Argument]:
        fresh = frames.placeholder(self._draw(frames.TOKEN_BYTES), self._wall() + self._lives.placeholder)
        return [fresh, self._lives.placeholder_ms, *map(_token_of, raws)]

    def _claimed(self, raw: bytes) -> StoreFinding:
        """What the script left at a key: a placeholder of ours, or a value that somebody wrote in between."""
        found = self.told(raw)
        if found is not None:
            return found
        head = frames.header(raw)
        return Absent(head.token if head is not None else NO_TOKEN)


def _token_of(raw: Held) -> bytes:
    head = None if isinstance(raw, StoreRejected) else frames.header(raw)
    return b"" if head is None else head.token
