"""Many keys at once: one batch a tier, one loader call for what is missing.

Rule: everything is matched by key and never by position; each key keeps its own flight, fences and tokens, so that bulk
and single calls share loads and are equally safe.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from hexcache.application.aio.filling import AsyncFiller
from hexcache.application.aio.loading import AsyncLoading, Tokens, Want
from hexcache.application.aio.primitives import loop_thread
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.aio.tags import AsyncTags
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.batch import Batch
from hexcache.application.core import Core
from hexcache.application.flights import Flight, aboard
from hexcache.domain.entry import MISSING, TAGGED
from hexcache.domain.errors import LoadAbandoned, LoadCycle, WrongWorld
from hexcache.domain.fill import Reading, ReadRule, Serve, after_tier, younger
from hexcache.domain.lookup import MISS, Candidate

BulkLoader = Callable[[list[str]], Awaitable[Mapping[str, Any]]]


class AsyncBulk:
    """Reads and loads of several keys."""

    def __init__(
        self,
        core: Core,
        tiers: Sequence[AsyncTier],
        reader: AsyncReader,
        filler: AsyncFiller,
        loading: AsyncLoading,
        tags: AsyncTags,
    ) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._reader = reader
        self._filler = filler
        self._loading = loading
        self._tags = tags

    async def get(self, names: Iterable[str], rule: ReadRule) -> dict[str, object]:
        """The fresh values by name; each tier is asked once, for what the nearer ones did not have."""
        values: dict[str, object] = {}
        await self._read(names, rule, values)
        return values

    async def _read(self, names: Iterable[str], rule: ReadRule, values: dict[str, object]) -> dict[str, Passage]:
        """Put what is found into ``values``; the passages of all other names."""
        core = self._core
        passages = {name: self._reader.passage(name) for name in names}
        for name, passage in list(passages.items()):
            found = core.peek(name)
            if found is not None and await self._take(passage, found, rule, values):
                del passages[name]
        for position in range(self._reader.first_store, self._reader.depth):
            if passages:
                await self._ask(position, passages, rule, values)
        core.stats.misses += len(passages)
        return passages

    async def _ask(
        self, position: int, passages: dict[str, Passage], rule: ReadRule, values: dict[str, object]
    ) -> None:
        tier = self._tiers[position - self._reader.first_store]
        addresses = {name: passage.address for name, passage in passages.items()}
        seen = await tier.read_many(addresses, self._core.clocks.wall())
        for name, one in seen.items():
            passage = passages[name]
            entry = await self._reader.accept(passage, position, one)
            if entry is None or (entry.kind & TAGGED and not await self._tags.verify(entry)):
                continue
            if await self._take(passage, Candidate(position, entry), rule, values):
                del passages[name]

    async def _take(self, passage: Passage, found: Candidate, rule: ReadRule, values: dict[str, object]) -> bool:
        core = self._core
        reading = Reading(found.tier, found.tier + 1, replace(rule, stale="if_error"))
        step = after_tier(reading, found, core.now(), 1.0)
        if not isinstance(step, Serve):
            if step.state.stale is not None and rule.stale != "never":
                passage.stale = younger(passage.stale, step.state.stale)
            return False
        await self._reader.fill(passage, found)
        value = self._reader.open(passage, found)
        core.stats.hits += 1
        if found.entry.kind & MISSING:
            core.stats.negative_hits += 1
            value = MISS
        values[passage.name] = value
        return True

    async def get_or_set(self, keys: Mapping[str, str], loader: BulkLoader, want: Want) -> dict[str, object]:
        """The values by name, loading what is missing in one call.

        A stale value is loaded anew by this call; it covers a failure.

        Args:
            keys: the caller's key by name.
            loader: takes the missing keys.
            want: everything else; its own loader is not used.

        Raises:
            ExceptionGroup: keys whose load failed and that nothing covers.
        """
        values: dict[str, object] = {}
        passages = await self._read(keys, want.rule, values)
        flights, led = self._board(passages)
        errors: list[Exception] = []
        try:
            if led:
                batch = Batch(loader, {flight.name: keys[flight.name] for flight in led}, passages)
                self._filler.launch(partial(self._fly, led, batch, want), led)
            for name, flight in flights.items():
                try:
                    values[name] = self._filler.open(await self._filler.wait(flight, want), want)
                except Exception as exc:  # noqa: BLE001 - each key has its own; all are raised together below
                    errors.append(exc)
        finally:
            for flight in flights.values():
                self._core.flights.leave(flight)
        if errors:
            raise ExceptionGroup(f"{len(errors)} of {len(keys)} keys could not be loaded", _distinct(errors))
        return {name: want.default if values[name] is MISS else values[name] for name in keys}

    def _board(self, passages: Mapping[str, Passage]) -> tuple[dict[str, Flight], tuple[Flight, ...]]:
        """The flight of each name, and those that we lead; none is left in the air if one cannot be boarded."""
        core = self._core
        flights: dict[str, Flight] = {}
        led: list[Flight] = []
        try:
            for name, passage in passages.items():
                flights[name], leads = core.flights.board(name, loop_thread())
                if not leads:
                    core.stats.joined += 1
                    continue
                led.append(flights[name])
                if core.observe(name) != passage.fences:
                    passage.stale = None  # changed before the flight began, of which the flight knows nothing
        except LoadCycle as exc:
            for flight in flights.values():
                core.flights.leave(flight)
            for flight in led:
                self._filler.crash(flight, exc)
            raise
        return flights, tuple(led)

    async def _fly(self, led: Sequence[Flight], batch: Batch[BulkLoader, Passage], want: Want) -> None:
        left = {flight.name: flight for flight in led}
        try:
            await self._load(left, batch, want)
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to those who wait
            for flight in left.values():
                self._filler.crash(flight, exc)
        except BaseException as exc:
            for flight in left.values():
                self._filler.crash(flight, LoadAbandoned(f"the load was given up: {type(exc).__name__}"))
            raise

    async def _load(self, left: dict[str, Flight], batch: Batch[BulkLoader, Passage], want: Want) -> None:
        core = self._core
        tokens = await self._loading.tokens(want, [batch.passages[name].stale for name in left])
        began = core.now()
        core.stats.loads += 1
        failure: Exception | None = None
        answers: Mapping[str, Any] = {}
        try:
            with aboard(*left.values()):
                answers = await self._loading.run(want, batch.loader, list(batch.keys.values()))
            batch.check(answers)
        except (WrongWorld, LoadCycle):  # a mistake in the program, which a stale value would hide
            raise
        except Exception as exc:  # noqa: BLE001 - covered by stale values key by key, or raised to those who wait
            failure = exc
            self._loading.failed(exc, core.now() - began)
        cost = core.now() - began
        core.stats.load_seconds += 0.0 if failure else cost
        for flight in list(left.values()):
            await self._end(left, flight, batch, want, batch.answer(answers, flight.name, failure), cost, tokens)

    async def _end(
        self,
        left: dict[str, Flight],
        flight: Flight,
        batch: Batch[BulkLoader, Passage],
        want: Want,
        answer: object,
        cost: float,
        tokens: Tokens,
    ) -> None:
        """End one flight of the batch; whatever goes wrong with it is of this key alone."""
        passage = batch.passages[flight.name]
        try:
            if isinstance(answer, Exception):
                landing = await self._loading.covering(flight, passage.stale, answer, cost)
                if landing is None:
                    raise answer
            else:
                landing = await self._loading.complete(flight, want, passage, answer, cost, tokens, passage.stale)
        except Exception as exc:  # noqa: BLE001 - see above
            self._filler.crash(flight, exc)
        else:
            self._filler.land(flight, landing)
        del left[flight.name]


def _distinct(errors: list[Exception]) -> list[Exception]:
    return list({id(error): error for error in errors}.values())
