"""Many keys at once: one batch a tier, one loader call for what is missing.

Rule: everything is matched by key and never by position; each key keeps its own flight, fences and tokens, so that bulk
and single calls share loads and are equally safe.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from hexcache.application.aio.filling import AsyncFiller, Want
from hexcache.application.aio.primitives import Crew, loop_thread
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.aio.tags import AsyncTags
from hexcache.application.aio.tier import AsyncTier
from hexcache.application.core import Core
from hexcache.application.flights import Flight, Landing, aboard
from hexcache.domain.entry import MISSING, TAGGED
from hexcache.domain.errors import LoadAbandoned, LoadCycle
from hexcache.domain.fill import Reading, ReadRule, Serve, after_tier, younger
from hexcache.domain.load import Missing
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
        tags: AsyncTags,
        crew: Crew,
    ) -> None:
        self._core = core
        self._tiers = tuple(tiers)
        self._reader = reader
        self._filler = filler
        self._tags = tags
        self._crew = crew

    async def get(self, names: Sequence[str], rule: ReadRule) -> dict[str, object]:
        """The fresh values by name; each tier is asked once, for what the nearer ones did not have."""
        values, _ = await self._read(names, rule)
        return values

    async def _read(self, names: Sequence[str], rule: ReadRule) -> tuple[dict[str, object], dict[str, Passage]]:
        core = self._core
        passages = {name: self._reader.passage(name) for name in names}
        values: dict[str, object] = {}
        for name in names:
            found = core.peek(name)
            if found is not None and await self._take(passages[name], found, rule, values):
                del passages[name]
        for position in range(self._reader.first_store, self._reader.depth):
            if passages:
                await self._ask(position, passages, rule, values)
        core.stats.misses += len(passages)
        return values, passages

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
        deps = await self._tags.current(want.tags)
        values, passages = await self._read(list(keys), want.rule)
        flights, led = self._board(passages)
        if led:
            batch = _Batch(loader, {flight.name: keys[flight.name] for flight in led}, passages, deps)
            self._crew.launch(self._fly, led, batch, want)
        errors: list[Exception] = []
        for name, flight in flights.items():
            try:
                values[name] = self._filler.open(await self._filler.wait(flight, want), want)
            except Exception as exc:  # noqa: BLE001 - each key has its own; all are raised together below
                errors.append(exc)
        if errors:
            raise ExceptionGroup(f"{len(errors)} of {len(keys)} keys could not be loaded", _distinct(errors))
        return {name: want.default if values[name] is MISS else values[name] for name in keys}

    def _board(self, names: Iterable[str]) -> tuple[dict[str, Flight], list[Flight]]:
        """The flight of each name, and those that we lead; none is left in the air if one cannot be boarded."""
        core = self._core
        flights: dict[str, Flight] = {}
        led: list[Flight] = []
        try:
            for name in names:
                flights[name], leads = core.flights.board(name, loop_thread())
                if leads:
                    led.append(flights[name])
                else:
                    core.stats.joined += 1
        except LoadCycle as exc:
            for flight in led:
                core.flights.remove(flight)
                flight.crash(exc)
            raise
        return flights, led

    async def _fly(self, led: list[Flight], batch: _Batch, want: Want) -> None:
        left = {flight.name: flight for flight in led}
        try:
            await self._load(left, batch, want)
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to those who wait
            for flight in list(left.values()):
                self._end(left, flight, exc)
        except BaseException as exc:
            for flight in list(left.values()):
                self._end(left, flight, LoadAbandoned(f"the load was given up: {type(exc).__name__}"))
            raise

    async def _load(self, left: dict[str, Flight], batch: _Batch, want: Want) -> None:
        core = self._core
        began = core.now()
        core.stats.loads += 1
        failure: Exception | None = None
        answers: Mapping[str, Any] = {}
        try:
            with aboard(*left.values()):
                answers = await self._filler.run(want, batch.loader, list(batch.keys.values()))
        except Exception as exc:  # noqa: BLE001 - covered by stale values key by key, or raised to those who wait
            failure = exc
        cost = core.now() - began
        core.stats.load_seconds += 0.0 if failure else cost
        for flight in list(left.values()):
            passage = batch.passages[flight.name]
            try:
                answer = batch.answer(answers, flight.name, failure)
            except Exception as exc:  # noqa: BLE001 - of this key alone
                self._end(left, flight, self._filler.cover(passage.stale, exc, cost) or exc)
                continue
            self._end(left, flight, await self._complete(flight, want, passage, answer, cost, batch))

    async def _complete(
        self, flight: Flight, want: Want, passage: Passage, answer: object, cost: float, batch: _Batch
    ) -> Landing | Exception:
        try:
            return await self._filler.complete(flight, want, passage, answer, cost, batch.deps, passage.stale)
        except Exception as exc:  # noqa: BLE001 - of this key alone
            return exc

    def _end(self, left: dict[str, Flight], flight: Flight, result: Landing | Exception) -> None:
        del left[flight.name]
        self._core.flights.remove(flight)
        if isinstance(result, Landing):
            flight.land(result)
        else:
            flight.crash(result)


class _Batch:
    """One loader call for several flights."""

    __slots__ = ("deps", "keys", "loader", "passages")

    def __init__(
        self,
        loader: BulkLoader,
        keys: Mapping[str, str],
        passages: Mapping[str, Passage],
        deps: tuple[tuple[str, bytes], ...] | None,
    ) -> None:
        self.loader = loader
        self.keys = keys
        self.passages = passages
        self.deps = deps

    def answer(self, answers: Mapping[str, Any], name: str, failure: Exception | None) -> object:
        """What the loader said of one key; raises its error, or the loader's own."""
        if failure is not None:
            raise failure
        answer = answers.get(self.keys[name], MISS)
        if isinstance(answer, Exception):
            raise answer
        return Missing() if answer is MISS else answer


def _distinct(errors: list[Exception]) -> list[Exception]:
    return list({id(error): error for error in errors}.values())
