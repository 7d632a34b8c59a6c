"""``get_or_set_many``: one loader call for what is missing and what nobody else is loading.

Rule: a key is boarded before the first tier is read for it, as in ``get_or_set``, so that whatever is loaded meanwhile
is found, joined or detached, and no load is run again; each key keeps a flight of its own, so that bulk and single
calls share loads and are equally safe. All flights of a call are boarded at once; what it leads goes ahead without
waiting for what it joined, so that two calls that lead and join each other's keys both end.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from hexcache.application.aio.batching import AsyncBatchReader, settled
from hexcache.application.aio.filling import AsyncFiller
from hexcache.application.aio.loading import AsyncLoading, Tokens, Want
from hexcache.application.aio.primitives import loop_thread
from hexcache.application.aio.reading import AsyncReader, Passage
from hexcache.application.batch import Batch
from hexcache.application.core import Core
from hexcache.application.flights import Flight, aboard
from hexcache.application.landing import NOT_OPENED, Landing
from hexcache.domain.errors import LoadAbandoned, LoadCycle, StoreError, WrongWorld
from hexcache.domain.lookup import Candidate

BulkLoader = Callable[[list[str]], Awaitable[Mapping[str, Any]]]


class AsyncBulk:
    """Loads of several keys."""

    def __init__(
        self,
        core: Core,
        reader: AsyncReader,
        batches: AsyncBatchReader,
        filler: AsyncFiller,
        loading: AsyncLoading,
    ) -> None:
        self._core = core
        self._reader = reader
        self._batches = batches
        self._filler = filler
        self._loading = loading

    async def get_or_set(self, keys: Mapping[str, str], loader: BulkLoader, want: Want) -> dict[str, object]:
        """The values by name, loading what is missing in one call.

        A stale value is loaded anew by this call; it covers a failure. A key whose flight, begun by somebody else,
        brings what this call does not accept is asked for once more.

        Args:
            keys: the caller's key by name.
            loader: takes the missing keys.
            want: everything else; its own loader is not used.

        Raises:
            ExceptionGroup: keys whose load failed and that nothing covers.
            StoreError: a tier could not be read, under ``strict`` only.
        """
        want = replace(want, rule=settled(want.rule))
        values: dict[str, object] = {}
        errors: list[Exception] = []
        left = {}
        for name, key in keys.items():
            value = self._filler.from_memory(name, want)
            if value is NOT_OPENED:
                left[name] = key
            else:
                values[name] = value
        while left:
            left = await self._fly_once(Batch(loader, left), want, values, errors)
        if errors:
            raise ExceptionGroup(f"{len(errors)} of {len(keys)} keys could not be loaded", _distinct(errors))
        return values

    async def _fly_once(
        self, batch: Batch[BulkLoader], want: Want, values: dict[str, object], errors: list[Exception]
    ) -> dict[str, str]:
        """Board a flight for each key and wait for all; the keys that must be asked for once more."""
        core = self._core
        flights = core.flights.board_all(batch.keys, loop_thread())
        again: dict[str, str] = {}
        unread: list[StoreError] = []
        try:
            led = {name: flight for name, (flight, leads) in flights.items() if leads}
            core.stats.joined += len(flights) - len(led)
            if led:
                self._filler.launch(partial(self._fly, led, batch, want, unread), tuple(led.values()))
            waiting = await self._look(flights, want, values)
            for name, (flight, leads) in waiting.items():
                try:
                    landing = await self._filler.wait(flight, want)
                    if leads or landing.suits(want.rule, core.now()):
                        values[name] = self._filler.open(landing, want)
                    else:
                        again[name] = batch.keys[name]
                except Exception as exc:  # noqa: BLE001 - each key has its own; all are raised together by the caller
                    errors.append(exc)
        finally:
            for flight, _ in flights.values():
                core.flights.leave(flight)
        if unread:
            raise unread[0]
        return again

    async def _look(
        self, flights: Mapping[str, tuple[Flight, bool]], want: Want, values: dict[str, object]
    ) -> dict[str, tuple[Flight, bool]]:
        """Answer what needs not wait for a refresh that began behind somebody else's back; all other flights."""
        quiet = {name: self._reader.passage(name) for name, (flight, leads) in flights.items() if flight.quiet}
        if not quiet:
            return dict(flights)

        def take(passage: Passage, found: Candidate) -> None:
            values[passage.name] = self._filler.open(self._landing(passage, found), want)

        asked = set(quiet)
        await self._batches.walk(quiet, want.rule, take)
        answered = asked - quiet.keys()
        return {name: flight for name, flight in flights.items() if name not in answered}

    def _landing(self, passage: Passage, found: Candidate) -> Landing:
        return Landing(found.entry, self._reader.open(passage, found))

    async def _fly(
        self, led: dict[str, Flight], batch: Batch[BulkLoader], want: Want, unread: list[StoreError]
    ) -> None:
        """Bring each flight what some tier has, and the others what one loader call gives; whatever happens, all end.

        Args:
            led: the flights by name; those that have ended leave.
            batch: the loader and its keys.
            want: what the leader asked for.
            unread: told if a tier could not be read.
        """
        try:
            passages = await self._read(led, want, unread)
            if led:
                await self._load(led, passages, batch, want)
        except Exception as exc:  # noqa: BLE001 - whatever it is belongs to those who wait
            for flight in led.values():
                self._filler.crash(flight, exc)
        except BaseException as exc:
            for flight in led.values():
                self._filler.crash(flight, LoadAbandoned(f"the load was given up: {type(exc).__name__}"))
            raise

    async def _read(self, led: dict[str, Flight], want: Want, unread: list[StoreError]) -> dict[str, Passage]:
        """Land what some tier has; what was learnt about the names that are left."""
        passages = {name: self._reader.passage(name) for name in led}

        def take(passage: Passage, found: Candidate) -> None:
            landing = self._landing(passage, found)
            self._filler.land(led.pop(passage.name), landing)

        try:
            await self._batches.walk(passages, want.rule, take)
        except StoreError as exc:
            unread.append(exc)
            raise
        self._core.stats.misses += len(led)
        return passages

    async def _load(
        self, left: dict[str, Flight], passages: Mapping[str, Passage], batch: Batch[BulkLoader], want: Want
    ) -> None:
        core = self._core
        tokens = await self._loading.tokens(want, [passages[name].stale for name in left])
        began = core.now()
        core.stats.loads += 1
        failure: Exception | None = None
        answers: Mapping[str, Any] = {}
        try:
            with aboard(*left.values()):
                answers = await self._loading.run(want, batch.loader, [batch.keys[name] for name in left])
            batch.check(answers)
        except (WrongWorld, LoadCycle):  # a mistake in the program, which a stale value would hide
            raise
        except Exception as exc:  # noqa: BLE001 - covered by stale values key by key, or raised to those who wait
            failure = exc
            self._loading.failed(exc, core.now() - began)
        cost = core.now() - began
        core.stats.load_seconds += 0.0 if failure else cost
        for name, flight in list(left.items()):
            answer = batch.answer(answers, name, failure)
            await self._end(flight, want, passages[name], answer, cost, tokens)
            del left[name]

    async def _end(
        self, flight: Flight, want: Want, passage: Passage, answer: object, cost: float, tokens: Tokens
    ) -> None:
        """End one flight of the batch; whatever goes wrong with it is of this key alone."""
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


def _distinct(errors: list[Exception]) -> list[Exception]:
    return list({id(error): error for error in errors}.values())
