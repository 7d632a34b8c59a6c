"""Tags: current states for loads and reads, and their change.

Rule: a state is read *before* the load whose result depends on it; a state that cannot be read makes a value unstorable
and a stored value a miss (fail closed). The deepest store with conditional writes keeps the states; without one they
live in this process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hexcache.application.aio.tier import AsyncTier
from hexcache.application.core import Core
from hexcache.application.tag_addresses import tag_address, tag_name
from hexcache.domain.entry import Entry
from hexcache.domain.errors import StoreError, Undecodable
from hexcache.domain.lifetime import NEVER
from hexcache.domain.record import Record
from hexcache.domain.report import Effect, TierOutcome, WriteReport
from hexcache.domain.tag import TOKEN_BYTES, TagState, decode_state, encode_state, token_of
from hexcache.ports.finding import Found, StoreFinding, Token

ATTEMPTS = 8
"""How often a change of a state that others change at the same time is tried again."""


class AsyncTags:
    """The tags of one cache."""

    def __init__(self, core: Core, tiers: Sequence[AsyncTier]) -> None:
        self._core = core
        self._states = core.tags
        keeper = [tier for tier in tiers if tier.capabilities.conditional_write]
        self._keeper = keeper[-1] if keeper else None
        self._states.durable = self._keeper is not None

    async def current(self, tags: Iterable[str]) -> tuple[tuple[str, bytes], ...] | None:
        """The (tag, token) pairs for a value that is about to be loaded; None if a state cannot be known."""
        wanted = list(tags)
        if not wanted:
            return ()
        learnt = await self._learn(self._states.unknown(wanted))
        deps: list[tuple[str, bytes]] = []
        for tag in wanted:
            state = learnt.get(tag) or self._states.want(tag)
            if state is None:
                return None
            deps.append((tag, token_of(state)))
        return tuple(deps)

    async def verify(self, entry: Entry) -> bool:
        """Whether an entry's tags are current, reading their states if need be; a soft change makes it stale."""
        if self._keeper is None:
            return self._core.vouches(entry)
        tags = [tag for tag, _ in entry.deps]
        states: dict[str, TagState | None] = {tag: self._states.believed(tag) for tag in tags}
        states |= await self._learn([tag for tag, state in states.items() if state is None])
        return self._core.vouches(entry, states)

    async def change(self, tags: Iterable[str], path: str, *, soft: bool) -> WriteReport:
        """Make everything that was stored with these tags of a namespace stale (``soft``) or dead.

        Loads in flight are detached twice: before, as a load may name a tag only in the end and would then take the
        new state for its own; and after, as whoever comes then must not join a load that began before.
        """
        core = self._core
        core.stats.detached += core.flights.detach_within(path)
        try:
            return WriteReport(tuple([await self._change(tag, soft=soft) for tag in tags]))
        finally:
            core.stats.detached += core.flights.detach_within(path)

    async def _learn(self, tags: Sequence[str]) -> dict[str, TagState]:
        """Read the states of these tags in one trip; those that cannot be known, or changed meanwhile, are left out."""
        if self._keeper is None:
            for tag in tags:
                self._states.create(tag, self._fresh())
            return {}
        fences = {tag: self._states.observe(tag) for tag in tags}
        learnt: dict[str, TagState] = {}
        try:
            for tag, (state, token) in (await self._read_many(self._keeper, tags)).items():
                known = state or await self._create(self._keeper, tag, token)
                if known is not None and self._states.believe(tag, known, fences[tag]):
                    learnt[tag] = known
        except StoreError:  # counted by the guard; what is not known is not current
            return learnt
        return learnt

    async def _create(self, keeper: AsyncTier, tag: str, token: Token) -> TagState | None:
        fresh = self._fresh()
        if await self._write(keeper, tag, fresh, token):
            return fresh
        state, _ = await self._read(keeper, tag)
        return state

    async def _change(self, tag: str, *, soft: bool) -> TierOutcome:
        name = "memory" if self._keeper is None else self._keeper.name
        if self._keeper is None:
            self._states.rotate(tag, lambda state: self._rotated(state or self._fresh(), soft=soft))
            return TierOutcome(name, Effect.DONE)
        try:
            for _ in range(ATTEMPTS):
                fence = self._states.observe(tag)
                state, token = await self._read(self._keeper, tag)
                rotated = self._rotated(state or self._fresh(), soft=soft)
                if await self._write(self._keeper, tag, rotated, token):
                    self._states.changed(tag, rotated, fence)
                    return TierOutcome(name, Effect.DONE)
        except StoreError as exc:
            self._owe(self._keeper, tag, soft=soft)
            return TierOutcome(name, Effect.QUEUED, str(exc))
        self._owe(self._keeper, tag, soft=soft)
        return TierOutcome(name, Effect.QUEUED, "others change the tag all the time")

    def _owe(self, keeper: AsyncTier, tag: str, *, soft: bool) -> None:
        """Until the store takes a new state, this process believes one that no entry carries.

        A soft change that fails is kept as a hard one: it invalidates more than asked, never less.
        """
        rotated = self._fresh()
        blob = keeper.codec.encode(self._address(tag), _record(rotated))
        keeper.owe(tag_name(tag), blob, NEVER, "tag")
        self._states.doubt(tag)

    def _rotated(self, state: TagState, *, soft: bool) -> TagState:
        token = self._core.token(TOKEN_BYTES)
        return TagState(state.hard, token) if soft else TagState(token, state.soft)

    def _fresh(self) -> TagState:
        draw = self._core.token
        return TagState(draw(TOKEN_BYTES), draw(TOKEN_BYTES))

    async def _read(self, keeper: AsyncTier, tag: str) -> tuple[TagState | None, Token]:
        if keeper.state.repairs.owes(tag_name(tag)):
            raise StoreError(f"{keeper.name}: a change of the tag is still owed")
        address = self._address(tag)
        return self._decoded(keeper, address, await keeper.get(address))

    async def _read_many(self, keeper: AsyncTier, tags: Sequence[str]) -> dict[str, tuple[TagState | None, Token]]:
        asked = {tag: self._address(tag) for tag in tags if not keeper.state.repairs.owes(tag_name(tag))}
        if not asked:
            return {}
        if len(asked) == 1:
            return {tag: await self._read(keeper, tag) for tag in asked}
        found = await keeper.ask("get_many", keeper.store.get_many, list(asked.values()))
        return {
            tag: self._decoded(keeper, address, found[address]) for tag, address in asked.items() if address in found
        }

    def _decoded(self, keeper: AsyncTier, address: str, found: StoreFinding) -> tuple[TagState | None, Token]:
        if not isinstance(found, Found):
            return None, found.token
        try:
            return decode_state(keeper.codec.decode(address, found.blob).payload), found.token
        except Undecodable as exc:
            keeper.state.undecodable(exc.reason)
            return None, found.token

    async def _write(self, keeper: AsyncTier, tag: str, state: TagState, token: Token) -> bool:
        address = self._address(tag)
        blob = keeper.codec.encode(address, _record(state))
        return await keeper.ask("put_if", keeper.store.put_if, address, blob, dead_at=NEVER, token=token)

    def _address(self, tag: str) -> str:
        return tag_address(self._core.root, tag)


def _record(state: TagState) -> Record:
    return Record(encode_state(state), 0.0, NEVER, NEVER)
