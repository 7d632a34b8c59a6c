"""The table of blobs: tokens under any sequence of changes, and what is forgotten of absences."""

from __future__ import annotations

from math import inf
from typing import cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from hexcache.adapters.outbound.memory.blobs import MAX_CLEARED, MAX_TOMBSTONES, BlobTable
from hexcache.domain.errors import InvalidSetting, StoreRejected
from hexcache.domain.eviction.policy import policy_names
from hexcache.ports.finding import Absent, Found, Token
from hexcache.testing.clock import MovedClock

ADDRESSES = st.sampled_from(["r:a", "r:b", "r/x:a", "r/x:b", "s:a"])


class TokenMachine(RuleBasedStateMachine):
    """A token fits exactly until its address is written, deleted or cleared; bounds are wide, so nothing is evicted."""

    @initialize(policy=st.sampled_from(policy_names()))
    def begin(self, policy: str) -> None:
        self.clock = MovedClock()
        self.table = BlobTable(self.clock.wall, max_value_bytes=9, policy=policy)
        self.model: dict[str, tuple[bytes, float]] = {}
        self.tokens: dict[str, list[tuple[Token, bool]]] = {}

    def spend(self, address: str) -> None:
        """No token of before fits any more."""
        self.tokens[address] = [(token, False) for token, _ in self.tokens.get(address, [])]

    @rule(address=ADDRESSES)
    def read(self, address: str) -> None:
        found = self.table.read(address)
        blob, dead_at = self.model.get(address, (b"", -inf))
        if dead_at > self.clock.wall():
            assert found == Found(blob, found.token)
        else:
            assert found == Absent(found.token)
        known = dict(self.tokens.get(address, []))
        assert known.get(found.token, True), "a token that was spent is handed out again"
        self.tokens.setdefault(address, []).append((found.token, True))

    @rule(address=ADDRESSES, blob=st.binary(max_size=12), life=st.sampled_from([-1.0, 0.0, 2.0, inf]))
    def write(self, address: str, blob: bytes, life: float) -> None:
        dead_at = self.clock.wall() + life
        self.spend(address)
        if len(blob) > 9:
            with pytest.raises(StoreRejected, match=r"a blob of 1. bytes: this store takes 9 at most"):
                self.table.write(address, blob, dead_at)
            self.model.pop(address, None)
        else:
            self.table.write(address, blob, dead_at)
            self.model[address] = (blob, dead_at)

    @rule(address=ADDRESSES, blob=st.binary(max_size=9), which=st.integers(0, 99))
    def write_if(self, address: str, blob: bytes, which: int) -> None:
        tokens = self.tokens.get(address)
        if not tokens:
            assert self.table.write_if(address, blob, inf, None) is False
            return
        token, fits = tokens[which % len(tokens)]
        assert self.table.write_if(address, blob, inf, token) is fits
        if fits:
            self.spend(address)
            self.model[address] = (blob, inf)

    @rule(address=ADDRESSES)
    def delete(self, address: str) -> None:
        _, dead_at = self.model.pop(address, (b"", -inf))
        assert self.table.delete(address) is (dead_at > self.clock.wall())
        self.spend(address)

    @rule(prefix=st.sampled_from(["", "r:", "r/x:", "r", "nobody"]))
    def clear(self, prefix: str) -> None:
        gone = [address for address in self.model if address.startswith(prefix)]
        live = sum(self.model.pop(address)[1] > self.clock.wall() for address in gone)
        assert self.table.clear(prefix) == live
        for address in [address for address in self.tokens if address.startswith(prefix)]:
            self.spend(address)

    @rule(seconds=st.sampled_from([1.0, 5.0]))
    def pass_time(self, seconds: float) -> None:
        """What dies meanwhile changes its token without spending any that an absence before it had."""
        before = self.clock.wall()
        self.clock.advance(seconds)
        for address, (_, dead_at) in self.model.items():
            if before < dead_at <= self.clock.wall():
                # Nobody wrote or deleted: the blob's own token may still fit, and does.
                assert isinstance(self.table.read(address), Absent)

    @invariant()
    def lists_what_is_alive(self) -> None:
        if hasattr(self, "table"):
            now = self.clock.wall()
            alive = sorted(address for address, (_, dead_at) in self.model.items() if dead_at > now)
            assert sorted(self.table.addresses("")) == alive
            assert sorted(self.table.addresses("r:")) == [address for address in alive if address.startswith("r:")]


TestTokenMachine = TokenMachine.TestCase
TestTokenMachine.settings = settings(max_examples=80, stateful_step_count=30, deadline=None)


@pytest.fixture
def table(moved_clock: MovedClock) -> BlobTable:
    return BlobTable(moved_clock.wall, max_items=20, max_bytes=1_000)


def test_an_evicted_blob_leaves_another_absence_than_the_one_before_it(table: BlobTable) -> None:
    token = table.read("a").token
    table.write("a", b"newer", inf)
    for number in range(200):
        table.write(f"n{number}", b"", inf)
    assert isinstance(table.read("a"), Absent), "the blob was to be evicted"
    assert table.write_if("a", b"older", inf, token) is False


def test_a_blob_that_expired_and_was_swept_leaves_another_absence_than_the_one_before_it(
    table: BlobTable, moved_clock: MovedClock
) -> None:
    token = table.read("a").token
    table.write("a", b"newer", moved_clock.wall() + 1)
    moved_clock.advance(2)
    for _ in range(50):
        table.write("other", b"", inf)
    assert "a" not in table._table.entries, "the blob was to be swept"
    assert table.write_if("a", b"older", inf, token) is False


def test_a_flood_of_deletes_forgets_tombstones_and_spends_every_token_of_an_absence(table: BlobTable) -> None:
    table.write("kept", b"blob", inf)
    kept, deleted, never = (table.read(address).token for address in ("kept", "gone", "never"))
    table.delete("gone")
    for number in range(MAX_TOMBSTONES + 5):
        table.delete(f"n{number}")
        assert len(table._numbers) <= MAX_TOMBSTONES + 1
    assert table.write_if("gone", b"late", inf, deleted) is False
    assert table.write_if("never", b"late", inf, never) is False, "nobody knows any more whether it was deleted"
    assert table.write_if("kept", b"in time", inf, kept) is True
    assert table.write_if("never", b"in time", inf, table.read("never").token) is True


def test_a_flood_of_clears_forgets_prefixes_and_spends_every_token_of_an_absence(table: BlobTable) -> None:
    table.write("kept", b"blob", inf)
    kept, cleared = table.read("kept").token, table.read("p0:a").token
    for number in range(3 * MAX_CLEARED):
        table.clear(f"p{number}:")
        assert len(table._cleared) <= MAX_CLEARED
    assert table.write_if("p0:a", b"late", inf, cleared) is False
    assert table.write_if("kept", b"in time", inf, kept) is True
    assert table.write_if("p0:a", b"in time", inf, table.read("p0:a").token) is True


def test_clearing_leaves_no_numbers_behind(table: BlobTable) -> None:
    for number in range(10):
        table.write(f"n{number}", b"", inf)
    table.clear("n")
    assert table._numbers == {}


def test_reading_keeps_a_blob_from_being_evicted(moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall, max_items=3, policy="lru")
    for address in "abc":
        table.write(address, b"", inf)
    table.read("a")
    table.write("d", b"", inf)
    assert sorted(table.addresses("")) == ["a", "c", "d"]


def test_a_blob_that_is_dead_already_pushes_nothing_out(moved_clock: MovedClock) -> None:
    table = BlobTable(moved_clock.wall, max_items=3)
    for address in "abc":
        table.write(address, b"", inf)
    table.write("d", b"", moved_clock.wall())
    assert sorted(table.addresses("")) == ["a", "b", "c"]


def test_a_buffer_that_changes_later_does_not_change_the_blob(table: BlobTable) -> None:
    buffer = bytearray(b"before")
    table.write("a", cast("bytes", buffer), inf)
    buffer[:] = b"after!"
    found = table.read("a")
    assert isinstance(found, Found)
    assert type(found.blob) is bytes
    assert found.blob == b"before"


@pytest.mark.parametrize("setting", ["max_items", "max_bytes", "max_value_bytes"])
def test_a_bound_that_cannot_be_kept_is_refused(setting: str, moved_clock: MovedClock) -> None:
    bounds = {"max_items": 5, "max_bytes": 5, "max_value_bytes": 5, setting: 0}
    with pytest.raises(InvalidSetting, match="accepted is a whole number"):
        BlobTable(moved_clock.wall, **bounds)  # type: ignore[arg-type]  # the names are those of whole numbers
