"""Laws of the write buffer in any order, against two dictionaries: what a store has, and what it shall have."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from hexcache.domain.buffer_rule import BufferRule
from hexcache.domain.pending import Hold, Pending
from hexcache.domain.write_buffer import WriteBuffer

ADDRESSES = ("a", "ab", "b", "c", "d")
addresses = st.sampled_from(ADDRESSES)
blobs = st.binary(max_size=6)
ALIVE = 1e9
RULE = BufferRule(max_items=4, max_bytes=24, flush_size=2, flush_bytes=12, flush_age=5.0, retry=1.0, retry_max=4.0)


class AnyOrder(RuleBasedStateMachine):
    """Writes, removals, flushes that land or fail, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.buffer = WriteBuffer(RULE, latest=7)
        self.now = 100.0
        self.store: dict[str, bytes] = {}
        self.wanted: dict[str, bytes] = {}
        self.flight: list[Pending] = []
        self.landed: dict[str, int] = {}
        self.held: list[Hold] = []

    @rule(address=addresses, blob=blobs)
    def accept(self, address: str, blob: bytes) -> None:
        """What has room is taken, in the place of what was pending; what has none changes nothing."""
        before = len(self.buffer), self.buffer.size, self.buffer.find(address)
        room = self.buffer.admits(address, blob)
        assert self.buffer.accept(address, blob, ALIVE, self.now) is room
        if room:
            self.wanted[address] = blob
        else:
            assert before == (len(self.buffer), self.buffer.size, self.buffer.find(address))
            assert len(self.buffer) >= RULE.max_items or self.buffer.size + len(address) + len(blob) > RULE.max_bytes

    @rule(address=addresses, blob=blobs, fails=st.booleans(), lands=st.booleans())
    def write_past_it(self, address: str, blob: bytes, fails: bool, lands: bool) -> None:
        """A write that goes to the store itself, as soon as no batch carries its address."""
        hold = Hold((address,))
        self.buffer.hold(hold)
        number = self.buffer.latest
        if self.buffer.carries(hold):
            self.end(lands=lands)
        if not fails:
            self.store[address] = self.wanted[address] = blob
            self.buffer.settle(address, number)
        self.buffer.release(hold)

    @rule(names=st.sets(addresses), fails=st.booleans(), lands=st.booleans())
    def remove(self, names: set[str], fails: bool, lands: bool) -> None:
        """A removal of several; where it fails, what was pending is removed by a flush, and nothing else is touched."""
        hold = Hold(frozenset(names))
        taken = self.buffer.take_back(names, self.now)
        self.buffer.hold(hold)
        number = self.buffer.latest
        if self.buffer.carries(hold):
            self.end(lands=lands)
        for address in names if not fails else taken:
            self.wanted.pop(address, None)
        if not fails:
            for address in names:
                self.store.pop(address, None)
                self.buffer.settle(address, number)
        self.buffer.release(hold)

    @rule(hold=st.one_of(st.sets(addresses, min_size=1).map(Hold), st.sampled_from("abc").map(lambda p: Hold((), p))))
    @precondition(lambda self: len(self.held) < 3)
    def hold(self, hold: Hold) -> None:
        """Somebody works past the buffer, for a while."""
        self.buffer.hold(hold)
        self.held.append(hold)

    @rule()
    @precondition(lambda self: self.held)
    def release(self) -> None:
        hold = self.held.pop()
        freed = self.buffer.release(hold)
        pending = [a for a in ADDRESSES if (one := self.buffer.find(a)) is not None and one not in self.flight]
        assert freed is any(hold.covers(address) for address in pending)

    @rule(seconds=st.sampled_from([0.5, 1.0, 5.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule()
    def ask(self) -> None:
        assert self.buffer.ask() == self.buffer.latest

    @rule()
    def begin(self) -> None:
        """A batch is of one kind, in order, bounded, and holds nothing that is held."""
        if self.flight:
            assert self.buffer.begin() == []
            assert self.buffer.pause(self.now) is None
            return
        free = [one for a in ADDRESSES if (one := self.buffer.find(a)) is not None and not self.is_held(a)]
        due = self.buffer.pause(self.now)
        assert (due is None) is (not free)
        self.flight = self.buffer.begin()
        assert bool(self.flight) is bool(free)
        numbers = [one.number for one in self.flight]
        assert numbers == sorted(one.number for one in free)[: len(numbers)], "a batch takes the first, in order"
        assert len(self.flight) <= RULE.flush_size
        assert len({one.blob is None for one in self.flight}) <= 1
        assert len(self.flight) <= 1 or sum(one.weight for one in self.flight) <= RULE.flush_bytes

    @rule(lands=st.booleans())
    @precondition(lambda self: self.flight)
    def end(self, lands: bool) -> None:
        """A batch lands, or fails: then the store has it or not."""
        before = {a: self.buffer.find(a) for a in ADDRESSES}
        if lands:
            self.arrive()
            assert self.buffer.landed() == self.flight
            assert self.buffer.retry_in(self.now) == 0.0
        else:
            self.buffer.failed(self.now)
            assert {a: self.buffer.find(a) for a in ADDRESSES} == before, "a failed batch is kept, behind newer changes"
            assert 1.0 <= self.buffer.retry_in(self.now) <= 4.0
        self.flight = []

    @rule()
    @precondition(lambda self: self.flight)
    def fail_after_arriving(self) -> None:
        """The answer was lost: the store has the batch, and the buffer does not know."""
        self.arrive()
        self.buffer.failed(self.now)
        self.flight = []

    @rule(refused=st.sets(addresses))
    @precondition(lambda self: self.flight)
    def land_but_for(self, refused: set[str]) -> None:
        """The store refuses some writes, and holds nothing of them."""
        self.arrive()
        for one in self.buffer.landed():
            if one.address in refused and one.blob is not None:
                del self.store[one.address]
                if self.buffer.find(one.address) is None:
                    self.wanted.pop(one.address, None)
        self.flight = []

    def arrive(self) -> None:
        for one in self.flight:
            assert self.landed.get(one.address, 0) <= one.number, "an older change lands over a newer one"
            self.landed[one.address] = one.number
            if one.blob is None:
                self.store.pop(one.address, None)
            else:
                self.store[one.address] = one.blob

    def is_held(self, address: str) -> bool:
        held = any(hold.covers(address) for hold in self.held)
        assert self.buffer.held(address) is held
        return held

    @invariant()
    def what_is_seen_is_what_was_wanted(self) -> None:
        """The buffer over the store shows each address as the last change left it."""
        for address in ADDRESSES:
            one = self.buffer.find(address)
            seen = self.store.get(address) if one is None else one.blob
            assert seen == self.wanted.get(address)
        for prefix in ("", "a", "x"):
            below = {one.address: one for one in self.buffer.below(prefix)}
            expected = {address: self.buffer.find(address) for address in ADDRESSES if address.startswith(prefix)}
            assert below == {address: one for address, one in expected.items() if one is not None}

    @invariant()
    def bounds_hold(self) -> None:
        """Writes stay within the bounds; removals may add the weight of their addresses."""
        found = [one for address in ADDRESSES if (one := self.buffer.find(address)) is not None]
        everything = [*self.flight, *[one for one in found if one not in self.flight]]
        writes = [one for one in everything if one.blob is not None]
        assert len(writes) <= RULE.max_items
        assert sum(one.weight for one in writes) <= RULE.max_bytes
        assert self.buffer.size == sum(one.weight for one in everything)
        assert len(self.buffer) == len(everything)
        assert self.buffer.flying is bool(self.flight)
        assert self.buffer.past(self.buffer.latest) is (not everything)
        assert self.buffer.left(self.buffer.latest) == len(everything)
        assert self.buffer.past(7)

    def teardown(self) -> None:
        """Once everybody has let go and the store answers, it has what was wanted of it."""
        if self.flight:
            self.end(lands=False)
        for hold in self.held:
            self.buffer.release(hold)
        self.held = []
        while len(self.buffer):
            self.flight = self.buffer.begin()
            self.end(lands=True)
        assert self.store == self.wanted
        assert self.buffer.size == 0
        assert self.buffer.oldest() is None


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=200, stateful_step_count=40, deadline=None)
