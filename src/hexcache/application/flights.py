"""Flights: one load a key, shared by the threads and the tasks of a process.

Rule: a flight belongs to nobody who waits for it. It lands once, with an entry or an error, and everybody who boarded
gets that; an invalidation detaches it: those who boarded still get its result, nobody stores it, and whoever comes
later starts a new one. Nothing here waits or knows of an event loop.

Who waits for whom is known: a load that would wait for itself, directly or through other loads, is refused at once
instead of hanging until its deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from types import TracebackType

from hexcache.application.landing import Landing
from hexcache.domain.errors import LoadCycle
from hexcache.domain.key import is_within
from hexcache.domain.lookup import MISS


class Flight:
    """A load in the air.

    Attributes:
        name: which entry is loaded.
        landed: resolves when the flight has ended; the outcome is taken by :meth:`outcome`.
        loop_thread: the thread whose event loop runs it; None when a thread does.
        quiet: a refresh that began with nobody waiting for it.
        alone: nobody else can board it; whoever leads it holds up the event loop that runs the others' flight.
        detached: an invalidation came: the result is not to be stored.
        abandoned: it was given up, as it did not end.
        parting: called when it is detached; must not block.
        waits: the flights that its loader waits for now.
    """

    __slots__ = (
        "_error", "_landing", "_trace", "abandoned", "alone", "detached", "landed", "loop_thread", "name", "parting",
        "quiet", "waits",
    )  # fmt: skip

    def __init__(self, name: str, loop_thread: int | None, *, quiet: bool = False, alone: bool = False) -> None:
        self.name = name
        self.landed: Future[None] = Future()
        self.loop_thread = loop_thread
        self.quiet = quiet
        self.alone = alone
        self.detached = False
        self.abandoned = False
        self.parting: Callable[[], None] | None = None
        self.waits: list[Flight] = []
        self._landing = Landing(None, MISS)
        self._error: BaseException | None = None
        self._trace: TracebackType | None = None

    def land(self, landing: Landing) -> None:
        """Bring the result to all who wait; a flight that has ended stays as it is."""
        if not self.landed.done():
            self._landing = landing
            self.landed.set_result(None)

    def crash(self, error: BaseException) -> None:
        """Bring the error to all who wait; a flight that has ended stays as it is."""
        if not self.landed.done():
            self._error, self._trace = error, error.__traceback__
            self.landed.set_result(None)

    def part(self) -> None:
        """Tell whoever wants to know that it was detached."""
        parting = self.parting
        if parting is not None:
            parting()

    def outcome(self) -> Landing:
        """What the flight brought, once it has ended.

        Its error is raised from where the load raised it: whoever raises a shared error again adds to its traceback,
        which would grow with the number of callers.
        """
        if self._error is not None:
            raise self._error.with_traceback(self._trace)
        return self._landing


_aboard: ContextVar[tuple[Flight, ...]] = ContextVar("hexcache_aboard", default=())


@contextmanager
def aboard(*flights: Flight) -> Iterator[None]:
    """Note in the current context that what runs here is these flights' load."""
    token = _aboard.set(flights)
    try:
        yield
    finally:
        _aboard.reset(token)


class FlightTable:
    """The flights that a newcomer may board, and those that fly alone. Safe for threads."""

    __slots__ = ("_alone", "_flights", "_lock", "_quiet")

    def __init__(self) -> None:
        self.reset()

    def board(self, name: str, loop_thread: int | None) -> tuple[Flight, bool]:
        """Join the flight for ``name`` or begin one; whoever boards calls :meth:`leave` in the end.

        Args:
            name: which entry.
            loop_thread: the caller's thread if it runs an event loop that must not be blocked; None for a thread that
                may wait.

        Returns:
            The flight, and whether the caller leads it. A blocking caller on the very thread whose loop runs the
            flight would wait for itself: it gets a flight of its own, which nobody else can board.

        Raises:
            LoadCycle: that flight waits for a load which the caller is part of.
        """
        return self.board_all((name,), loop_thread)[name]

    def board_all(self, names: Collection[str], loop_thread: int | None) -> dict[str, tuple[Flight, bool]]:
        """Board the flights for several names in one step, each as by :meth:`board`; all of them or none.

        Raises:
            LoadCycle: one of them waits for a load which the caller is part of; none was boarded or begun.
        """
        loading = _aboard.get()
        with self._lock:
            if loading:
                self._refuse_cycles(names, loading)
            boarded = {name: self._boarded(name, loop_thread) for name in names}
            for one in loading:
                one.waits += [flight for flight, _ in boarded.values()]
        return boarded

    def _refuse_cycles(self, names: Iterable[str], loading: Collection[Flight]) -> None:
        for name in names:
            flight = self._flights.get(name)
            if flight is not None and _waits_for(flight, loading):
                raise LoadCycle(f"a load waits for {name!r}, whose load waits for it")

    def _boarded(self, name: str, loop_thread: int | None) -> tuple[Flight, bool]:
        flight = self._flights.get(name)
        if flight is None:
            flight = self._flights[name] = Flight(name, loop_thread)
            return flight, True
        alone = loop_thread is None and flight.loop_thread == threading.get_ident()
        if alone:
            flight = Flight(name, None, alone=True)
            self._alone.add(flight)
        return flight, alone

    def leave(self, flight: Flight) -> None:
        """The caller waits no more for a flight that it boarded."""
        loading = _aboard.get()
        if loading:
            with self._lock:
                for one in loading:
                    one.waits.remove(flight)

    def begin_quietly(self, name: str, loop_thread: int | None) -> Flight | None:
        """Begin a flight that nobody waits for, or None if one is in the air."""
        with self._lock:
            if name in self._flights:
                return None
            flight = self._flights[name] = Flight(name, loop_thread, quiet=True)
            self._quiet.add(flight)
            return flight

    def flying(self, name: str) -> bool:
        """Whether a flight for ``name`` could be boarded."""
        return name in self._flights

    @property
    def refreshing(self) -> int:
        """How many flights began with nobody waiting."""
        return len(self._quiet)

    def remove(self, flight: Flight) -> None:
        """Let nobody board any more; to be called before it lands."""
        with self._lock:
            self._alone.discard(flight)
            self._quiet.discard(flight)
            if self._flights.get(flight.name) is flight:
                del self._flights[flight.name]

    def abandon(self, flight: Flight) -> None:
        """Give a flight up that does not end: nobody boards it and nobody stores what it may still bring."""
        self.remove(flight)
        flight.abandoned = flight.detached = True
        flight.part()

    def detach(self, names: Collection[str]) -> int:
        """Detach the flights for these names; returns how many there were."""
        with self._lock:
            gone = [flight for name in names if (flight := self._flights.pop(name, None)) is not None]
            gone += [flight for flight in self._alone if flight.name in names and not flight.detached]
            for flight in gone:
                flight.detached = True
        for flight in gone:
            flight.part()
        return len(gone)

    def reattach(self, flight: Flight) -> None:
        """Let a flight that is about to begin anew, and of all that it read uses nothing, be as one that begins now.

        It is boarded and detached again like any other; if another took its place meanwhile, it is only detached. One
        that was given up stays so.
        """
        with self._lock:
            if flight.abandoned or not flight.detached:
                return
            if self._flights.setdefault(flight.name, flight) is not flight:
                self._alone.add(flight)
            flight.detached = False

    def detach_within(self, path: str) -> int:
        """Detach every flight of a namespace and below."""
        with self._lock:
            names = {name for name in self._flights if is_within(name, path)}
            names.update(flight.name for flight in self._alone if is_within(flight.name, path))
        return self.detach(names)

    def __len__(self) -> int:
        """How many flights could be boarded."""
        return len(self._flights)

    def reset(self) -> None:
        """Forget everything: for a new table, and for a forked child, in which nobody flies on."""
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}
        self._alone: set[Flight] = set()
        self._quiet: set[Flight] = set()


def _waits_for(flight: Flight, others: Iterable[Flight]) -> bool:
    """Whether a flight is one of the others, or waits for one, over however many flights between."""
    sought, seen, ahead = set(others), {flight}, [flight]
    while ahead:
        one = ahead.pop()
        if one in sought:
            return True
        fresh = [next_one for next_one in one.waits if next_one not in seen]
        seen.update(fresh)
        ahead += fresh
    return False
