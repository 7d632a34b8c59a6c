"""A state machine that drives a store against a plain model, with a time that it moves.

Rule: whatever calls hypothesis thinks of, the store answers as the model does after each of them; a run that fails is
shrunk to the shortest one that does.

    TestMyStoreInAnyOrder = store_machine(lambda clock: MyStore(clock.wall)).TestCase
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import ClassVar, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from hexcache.ports.aio.store import AsyncStore
from hexcache.ports.finding import Found, StoreFinding
from hexcache.ports.sync.store import Store
from hexcache.testing.bridge import DrivenStore
from hexcache.testing.clock import MovedClock
from hexcache.testing.model import Reading, StoreModel
from hexcache.testing.strategies import blobs

ADDRESSES: Final = ("kit:a", "kit:A", "kit:a:b", "kit:a/b", "kit:a*", "kit/a:a", "kit/a/b:a", "kit:\u00e9", "kit2:a")
PREFIXES: Final = ("kit:", "kit/a", "kit:a*", "kit:a", "kit")
places = st.integers(0, len(ADDRESSES) - 1)
"""An address that a run uses, by its place."""
lives = st.sampled_from([-1.0, 1.0, 5.0, 30.0, 3e6, inf])


class StoreMachine(RuleBasedStateMachine):
    """Calls of the store port in any order. Made by :func:`store_machine`.

    Attributes:
        make: makes an empty store from the machine's clock.
        tombstone_ttl: what the store is configured with, seconds; older tokens are not used.

    Some runs use one address or three, so that calls meet; the rest use all (after swarm testing, Groce et al. 2012).
    """

    make: ClassVar[Callable[[MovedClock], Store]]
    tombstone_ttl: ClassVar[float]

    @classmethod
    def run(cls) -> None:
        """Run the machine now, for those who would rather call it from a test of their own."""
        run_state_machine_as_test(cls, settings=cls.TestCase.settings)

    @initialize(first=places, count=st.sampled_from([1, 3, len(ADDRESSES)]))
    def open(self, first: int, count: int) -> None:
        """Begin with an empty store, and choose the addresses of this run."""
        self.addresses = [ADDRESSES[(first + step) % len(ADDRESSES)] for step in range(count)]
        self.clock = MovedClock()
        self.model = StoreModel()
        self.readings: list[Reading] = []
        self.store = type(self).make(self.clock)
        self.can = self.store.capabilities

    def at(self, place: int) -> str:
        """The address at a place."""
        return self.addresses[place % len(self.addresses)]

    def teardown(self) -> None:
        """Close the store."""
        if hasattr(self, "store"):
            self.store.close()

    @rule(place=places, blob=blobs(), life=lives)
    def put(self, place: int, blob: bytes, life: float) -> None:
        """Write."""
        address = self.at(place)
        self.store.put(address, blob, dead_at=self.clock.wall() + life)
        self.model.write(address, blob, self.clock.wall() + life)

    @rule(places=st.dictionaries(places, st.tuples(blobs(), lives), max_size=5))
    def put_many(self, places: Mapping[int, tuple[bytes, float]]) -> None:
        """Write several."""
        now = self.clock.wall()
        batch = {self.at(place): row for place, row in places.items()}
        refused = self.store.put_many({a: (blob, now + life) for a, (blob, life) in batch.items()})
        expect(not refused, f"put_many refused {refused}")
        for address, (blob, life) in batch.items():
            self.model.write(address, blob, now + life)

    @rule(place=places)
    def read(self, place: int) -> None:
        """Read, and keep the token for later."""
        address = self.at(place)
        finding = self.store.get(address)
        self.check(address, finding)
        self.keep(self.model.read(address, finding.token, self.clock.wall()))

    @rule(data=st.data(), blob=blobs(), life=lives)
    def put_if(self, data: st.DataObject, blob: bytes, life: float) -> None:
        """Write with a token that was read at some time before."""
        now = self.clock.wall()
        self.readings = [reading for reading in self.readings if now - reading.at < self.tombstone_ttl]
        if not self.readings:
            return
        reading = data.draw(st.sampled_from(self.readings))
        # The token's type is the store's affair; it goes back as it came.
        token = reading.token if isinstance(reading.token, str | int | bytes) else None
        written = self.store.put_if(reading.address, blob, dead_at=now + life, token=token)
        allowed = self.model.may_write(reading, now) if self.can.conditional_write else {True}
        expect(written in allowed, f"put_if answered {written} for {reading}")
        if written:
            self.model.write(reading.address, blob, now + life)

    @rule(place=places)
    def delete(self, place: int) -> None:
        """Delete one."""
        address = self.at(place)
        there = self.model.live(address, self.clock.wall()) is not None
        late = not self.can.physical_expiry and self.model.dead(address, self.clock.wall()) is not None
        said = self.store.delete(address)
        expect(said is there or (late and said is True), f"delete of {address!r} answered {said}, not {there}")
        self.model.remove(address)

    @rule(places=st.lists(places, max_size=5))
    def delete_many(self, places: list[int]) -> None:
        """Delete several, some of them twice."""
        batch = [self.at(place) for place in places]
        now = self.clock.wall()
        there = sum(1 for address in set(batch) if self.model.live(address, now) is not None)
        late = sum(1 for address in set(batch) if self.model.dead(address, now) is not None)
        most = there + (0 if self.can.physical_expiry else late)
        said = self.store.delete_many(batch)
        expect(there <= said <= most, f"delete_many of {batch} answered {said}, not {there}")
        for address in batch:
            self.model.remove(address)

    @rule(prefix=st.sampled_from(PREFIXES))
    def clear(self, prefix: str) -> None:
        """Clear by prefix."""
        if self.can.clear:
            expected = len(self.model.below(prefix, self.clock.wall()))
            said = self.store.clear(prefix)
            late = said > expected and not self.can.physical_expiry
            expect(said == expected or late, f"clear of {prefix!r} answered {said}, not {expected}")
            self.model.clear(prefix)

    @rule(seconds=st.sampled_from([2.0**-10, 1.0, 4.0, 5.0, 25.0, 1e6]))
    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(seconds)

    @invariant()
    def answers_agree(self) -> None:
        """A bulk read answers as the model does."""
        for address, finding in self.store.get_many(ADDRESSES).items():
            self.check(address, finding)
            if address in self.addresses:
                self.keep(self.model.read(address, finding.token, self.clock.wall()))

    @invariant()
    def listings_agree(self) -> None:
        """A listing is what the model lists."""
        if self.can.scan:
            listed = sorted(self.store.scan("kit"))
            expected = self.model.below("kit", self.clock.wall())
            late = [] if self.can.physical_expiry else [a for a in listed if a in self.model.rows and a not in expected]
            expect(listed == sorted([*expected, *set(late)]), f"scan listed {listed}, not {expected}")

    def keep(self, reading: Reading) -> None:
        """Keep a token for a later ``put_if``, unless one that was read in the same state is kept."""
        state = (reading.address, reading.state, reading.found)
        if all((kept.address, kept.state, kept.found) != state for kept in self.readings):
            self.readings.append(reading)

    def check(self, address: str, finding: StoreFinding) -> None:
        """Compare one answer with the model."""
        found = finding.blob if isinstance(finding, Found) else None
        late = None if self.can.physical_expiry else self.model.dead(address, self.clock.wall())
        expected = self.model.live(address, self.clock.wall())
        right = found == expected or (found is not None and found == late)
        expect(right, f"{address!r} holds {found!r}, not {expected!r}")


class Disagreement(AssertionError):
    """What was driven and the model do not agree."""


def expect(agreed: bool, message: str) -> None:
    """Raise when the model says otherwise.

    Raises:
        Disagreement: ``agreed`` is false.
    """
    if not agreed:
        raise Disagreement(message)


def store_machine(
    factory: Callable[[MovedClock], Store], *, tombstone_ttl: float = 60.0, max_examples: int = 50, steps: int = 30
) -> type[StoreMachine]:
    """A machine for a blocking store; its ``TestCase`` is a test class.

    Args:
        factory: makes a new, empty store that reads the given clock; the machine closes it.
        tombstone_ttl: what the factory configures its stores with, seconds.
        max_examples: how many runs.
        steps: how many calls a run has at most.
    """

    class Machine(StoreMachine):
        """The machine of one kind of store."""

    Machine.make = factory
    Machine.tombstone_ttl = tombstone_ttl
    Machine.TestCase.settings = settings(
        max_examples=max_examples,
        stateful_step_count=steps,
        deadline=None,
        report_multiple_bugs=False,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    return Machine


def async_store_machine(
    factory: Callable[[MovedClock], AsyncStore],
    *,
    tombstone_ttl: float = 60.0,
    max_examples: int = 50,
    steps: int = 30,
) -> type[StoreMachine]:
    """The same for an awaited store, which is driven on a private event loop."""
    return store_machine(
        lambda clock: DrivenStore(factory(clock)),
        tombstone_ttl=tombstone_ttl,
        max_examples=max_examples,
        steps=steps,
    )
