"""What an adapter for a store offers to composition. This is the module that a third party's adapter imports.

An adapter is announced by an entry point of the group ``hexcache.stores``, whose name is the URL's scheme and whose
object is a :class:`StoreFactory`::

    [project.entry-points."hexcache.stores"]
    mydb = "my_package.hexcache_adapter:stores"

    def stores(request: StoreRequest) -> Stores:
        table = request.options.get("table", "cache")
        return Stores(capabilities=MyStore.capabilities, blocking=lambda: MyStore(request.location, table))

Rule: a factory checks what it is given and connects nothing: stores are made when a cache is opened, and connect when
they are first asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from hexcache.ports.aio.bus import AsyncBus
from hexcache.ports.aio.counter import AsyncCounter
from hexcache.ports.aio.lease import AsyncLeaseKeeper
from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.capabilities import Capabilities
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy
from hexcache.ports.sync.bus import Bus
from hexcache.ports.sync.counter import Counter
from hexcache.ports.sync.lease import LeaseKeeper
from hexcache.ports.sync.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRequest:
    """What a factory is asked for.

    Attributes:
        scheme: the scheme under which the factory was found.
        name: the tier's name.
        location: what a URL says between ``scheme:`` and ``?``, as it stands there; empty for a table without it.
        options: every setting that is not one of each tier's own; texts where they come from a URL or a variable. The
            factory refuses what it does not know with ``InvalidSetting``. May hold secrets.
        clocks: time; what is stored is compared with ``clocks.wall``.
        entropy: chance, for opaque tokens.
        deadline: longest call, seconds.
        tombstone_ttl: how long a delete is to be remembered, seconds.
    """

    scheme: str
    name: str
    location: str
    options: Mapping[str, Any]
    clocks: Clocks
    entropy: Entropy
    deadline: float
    tombstone_ttl: float

    def __repr__(self) -> str:
        return f"<StoreRequest {self.scheme}: for tier {self.name!r}>"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counters:
    """Makes counters beside a tier: each maker is called once for each cache that is opened in its world.

    Attributes:
        blocking: makes the counter for a ``Cache``; None if there is none.
        awaited: makes the counter for an ``AsyncCache``; None if there is none.
        deadline: longest call, seconds; None for the tier's. A counter that sends an increment twice needs twice that.
        bounded: whether each call ends by itself within that, so that nobody need watch it from another thread.
    """

    blocking: Callable[[], Counter] | None = None
    awaited: Callable[[], AsyncCounter] | None = None
    deadline: float | None = None
    bounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leases:
    """Makes lease keepers beside a store: each maker is called once for each cache that is opened in its world.

    Attributes:
        blocking: makes the keeper for a ``Cache``; None if there is none.
        awaited: makes the keeper for an ``AsyncCache``; None if there is none.
    """

    blocking: Callable[[], LeaseKeeper] | None = None
    awaited: Callable[[], AsyncLeaseKeeper] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BusRequest:
    """How a bus is to behave.

    Attributes:
        heartbeat: how often it shows that it is there, seconds: for so long a lost message may go unnoticed.
        missed: heartbeats that may fail to come before that means something.
        grace: how long it may hear nothing before it tells that everything is doubtful, seconds.
    """

    heartbeat: float
    missed: int
    grace: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Buses:
    """Makes buses over a tier: each maker is called once for each cache that is opened in its world, which closes it.

    Attributes:
        blocking: makes the bus for a ``Cache``; None if there is none.
        awaited: makes the bus for an ``AsyncCache``; None if there is none.
    """

    blocking: Callable[[BusRequest], Bus] | None = None
    awaited: Callable[[BusRequest], AsyncBus] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """What an adapter offers: each maker is called once for each cache that is opened in its world.

    Attributes:
        capabilities: what the stores can do, the same in both worlds.
        blocking: makes the store for a ``Cache``; None if there is none.
        awaited: makes the store for an ``AsyncCache``; None if there is none.
        counters: makes counters; None if the technology cannot count.
        leases: makes lease keepers, for all who share the stores' data; None if the technology has nothing for them.
        buses: makes buses; None if the technology cannot carry messages.
        behind: what these stand before, when they are write buffers; an adapter leaves it alone.
    """

    capabilities: Capabilities
    blocking: Callable[[], Store] | None = None
    awaited: Callable[[], AsyncStore] | None = None
    counters: Counters | None = None
    leases: Leases | None = None
    buses: Buses | None = None
    behind: Stores | None = None


class StoreFactory(Protocol):
    """The object behind an entry point of the group ``hexcache.stores``."""

    def __call__(self, request: StoreRequest, /) -> Stores:
        """Offer stores for a tier.

        Raises:
            InvalidSetting: the location or an option is not usable; names it and what is accepted.
            MissingExtra: a client library is not installed.
        """
        ...
