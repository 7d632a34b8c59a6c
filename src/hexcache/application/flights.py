"""Flights: one load a key, shared by the threads and the tasks of a process.

Rule: a flight belongs to nobody who waits for it. It lands once, with an entry or an error, and everybody who boarded
gets that; an invalidation detaches it: those who boarded still get its result, nobody stores it, and whoever comes
later starts a new one. Nothing here waits or knows of an event loop.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from hexcache.domain.entry import Entry
from hexcache.domain.errors import LoadCycle
from hexcache.domain.key import is_within

NOT_OPENED = object()
"""The value of an entry has not been taken out yet."""


@dataclass(slots=True)
class Landing:
    """What a flight brings.

    Attributes:
        entry: the entry, or None when the value is for the waiting callers only.
        value: the opened value; the first taker owns it.
        stale: the entry covers a failed load.
        loaded: the loader said so just now.
    """

    entry: Entry | None
    value: object = NOT_OPENED
    stale: bool = False
    loaded: bool = False

    def take(self) -> object:
        """The opened value for the first taker, ``NOT_OPENED`` for the others (a value without entry: for all)."""
        value = self.value
        if self.entry is not None:
            self.value = NOT_OPENED
        return value


class Flight:
    """A load in the air.

    Attributes:
        name: which entry is loaded.
        future: resolves to the landing.
        loop_thread: the thread whose event loop runs it; None when a thread does.
        detached: an invalidation came: the result is not to be stored.
    """

    __slots__ = ("detached", "future", "loop_thread", "name")

    def __init__(self, name: str, loop_thread: int | None) -> None:
        self.name = name
        self.future: Future[Landing] = Future()
        self.loop_thread = loop_thread
        self.detached = False

    def land(self, landing: Landing) -> None:
        """Bring the result to all who wait."""
        self.future.set_result(landing)

    def crash(self, error: BaseException) -> None:
        """Bring the error to all who wait."""
        self.future.set_exception(error)


_aboard: ContextVar[tuple[Flight, ...]] = ContextVar("hexcache_aboard", default=())


@contextmanager
def aboard(*flights: Flight) -> Iterator[None]:
    """Note in the current context that what runs here is these flights' load."""
    token = _aboard.set((*_aboard.get(), *flights))
    try:
        yield
    finally:
        _aboard.reset(token)


class FlightTable:
    """The flights that a newcomer may board. Safe for threads."""

    __slots__ = ("_flights", "_lock")

    def __init__(self) -> None:
        self._flights: dict[str, Flight] = {}
        self._lock = threading.Lock()

    def board(self, name: str, loop_thread: int | None) -> tuple[Flight, bool]:
        """Join the flight for ``name`` or begin one.

        Args:
            name: which entry.
            loop_thread: the caller's thread if it runs an event loop that must not be blocked; None for a thread that
                may wait.

        Returns:
            The flight, and whether the caller leads it. A blocking caller on the very thread whose loop runs the
            flight would wait for itself: it gets a flight of its own, which nobody else can board.

        Raises:
            LoadCycle: the caller is the load of this very key.
        """
        with self._lock:
            flight = self._flights.get(name)
            if flight is None:
                flight = self._flights[name] = Flight(name, loop_thread)
                return flight, True
        if flight in _aboard.get():
            raise LoadCycle(f"the loader of {name!r} asks for the key that it loads")
        if loop_thread is None and flight.loop_thread == threading.get_ident():
            return Flight(name, None), True
        return flight, False

    def begin_quietly(self, name: str, loop_thread: int | None) -> Flight | None:
        """Begin a flight, or None if one is in the air."""
        with self._lock:
            if name in self._flights:
                return None
            flight = self._flights[name] = Flight(name, loop_thread)
            return flight

    def flying(self, name: str) -> bool:
        """Whether a flight for ``name`` could be boarded."""
        return name in self._flights

    def remove(self, flight: Flight) -> None:
        """Let nobody board any more; to be called before it lands."""
        with self._lock:
            if self._flights.get(flight.name) is flight:
                del self._flights[flight.name]

    def detach(self, names: Iterable[str]) -> int:
        """Detach the flights for these names; returns how many there were."""
        with self._lock:
            gone = [flight for name in names if (flight := self._flights.pop(name, None)) is not None]
        for flight in gone:
            flight.detached = True
        return len(gone)

    def detach_within(self, path: str) -> int:
        """Detach every flight of a namespace and below."""
        with self._lock:
            names = [name for name in self._flights if is_within(name, path)]
        return self.detach(names)

    def __len__(self) -> int:
        """How many flights are in the air."""
        return len(self._flights)

    def reset(self) -> None:
        """Forget everything: for a forked child, in which nobody flies on."""
        self._lock = threading.Lock()
        self._flights = {}
