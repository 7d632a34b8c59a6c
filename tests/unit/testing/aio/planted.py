"""The dict store with one fault each, and the very tests that the fault must fail.

Not collected by itself: ``test_planted_faults`` runs it and looks at what fails.
"""

import fnmatch
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import ClassVar

import pytest

from hexcache.domain.errors import StoreUnavailable
from hexcache.ports.finding import Absent, Found, StoreFinding, Token
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.aio.store import AsyncStoreContract
from tests.unit.testing.aio.dict_store import AsyncDictStore


class Planted(AsyncStoreContract):
    large_value_bytes = 100_000
    faulty: ClassVar[type[AsyncDictStore]]
    fails: ClassVar[set[str]]
    may_fail: ClassVar[set[str]] = set()

    @pytest.fixture
    def store(self, clock: MovedClock) -> AsyncDictStore:
        return self.faulty(clock.wall)


class ExpiresLate(AsyncDictStore):
    def look(self, address: str) -> StoreFinding:
        blob, dead_at, token = self.rows.get(address, (b"", 0.0, self.floor))
        return Found(blob, token) if self.now() == dead_at else super().look(address)


class TestExpiresLate(Planted):
    faulty = ExpiresLate
    fails: ClassVar = {"test_an_entry_is_gone_at_its_deadline"}


class ExpiresEarly(AsyncDictStore):
    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        return super().write(address, blob, dead_at - 0.5)


class TestExpiresEarly(Planted):
    faulty = ExpiresEarly
    fails: ClassVar = {"test_an_entry_is_there_until_its_deadline"}


class CountsMilliseconds(AsyncDictStore):
    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        return super().write(address, blob, min(dead_at, self.now() + 2**31 / 1_000))


class TestCountsMilliseconds(Planted):
    faulty = CountsMilliseconds
    fails: ClassVar = {"test_a_long_life_is_kept"}


class LosesDeletes(AsyncDictStore):
    async def delete(self, address: str, /) -> bool:
        blob, dead_at, _ = self.rows.get(address, (b"", 0.0, 0))
        return self.write(address, blob, dead_at)


class TestLosesDeletes(Planted):
    faulty = LosesDeletes
    fails: ClassVar = {"test_delete_removes_the_blob"}


class Aliases(AsyncDictStore):
    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        with self.lock:
            there = super().write(address, blob, dead_at)
            self.rows[address] = (blob, *self.rows[address][1:])
            return there


class TestAliases(Planted):
    faulty = Aliases
    fails: ClassVar = {"test_a_blob_does_not_alias_the_callers_buffer"}


class AnswersInAnyOrder(AsyncDictStore):
    async def get_many(self, addresses: Sequence[str], /) -> dict[str, StoreFinding]:
        return dict(zip(addresses, [self.look(address) for address in sorted(addresses)], strict=True))


class TestAnswersInAnyOrder(Planted):
    faulty = AnswersInAnyOrder
    fails: ClassVar = {"test_bulk_answers_are_keyed_by_address"}


class TakesEmptyForNone(AsyncDictStore):
    def look(self, address: str) -> StoreFinding:
        finding = super().look(address)
        return finding if isinstance(finding, Found) and finding.blob else Absent(finding.token)


class TestTakesEmptyForNone(Planted):
    faulty = TakesEmptyForNone
    fails: ClassVar = {"test_an_empty_blob_is_found"}


class ForgetsDeletes(AsyncDictStore):
    async def delete(self, address: str, /) -> bool:
        there = self.write(address, b"", 0.0)
        if there:
            del self.rows[address]
        return there


class TestForgetsDeletes(Planted):
    faulty = ForgetsDeletes
    fails: ClassVar = {"test_written_and_deleted_is_not_the_same_absence"}


class IgnoresDeletesOfNothing(AsyncDictStore):
    async def delete(self, address: str, /) -> bool:
        return isinstance(self.look(address), Found) and self.write(address, b"", 0.0)


class TestIgnoresDeletesOfNothing(Planted):
    faulty = IgnoresDeletesOfNothing
    fails: ClassVar = {"test_a_delete_of_nothing_changes_the_token", "test_a_deletion_is_remembered_for_its_time"}


class ForgetsTombstonesEarly(AsyncDictStore):
    def look(self, address: str) -> StoreFinding:
        if self.now() > MovedClock().wall() + 30 and self.rows.get(address, (b"", 1.0, 0))[1] == 0.0:
            del self.rows[address]
        return super().look(address)


class TestForgetsTombstonesEarly(Planted):
    faulty = ForgetsTombstonesEarly
    fails: ClassVar = {"test_a_deletion_is_remembered_for_its_time"}


class ForgetsTheExpired(AsyncDictStore):
    def look(self, address: str) -> StoreFinding:
        if 0.0 < self.rows.get(address, (b"", 0.0, 0))[1] <= self.now():
            del self.rows[address]
        return super().look(address)


class TestForgetsTheExpired(Planted):
    faulty = ForgetsTheExpired
    fails: ClassVar = {"test_written_and_expired_is_not_the_same_absence"}


class LetsRacersWin(AsyncDictStore):
    async def put_if(self, address: str, blob: bytes, /, *, dead_at: float, token: Token) -> bool:
        with self.lock:
            if token == getattr(self, "last", "none yet"):
                self.write(address, blob, dead_at)
                return True
            won = await super().put_if(address, blob, dead_at=dead_at, token=token)
            self.last = token if won else "none yet"
            return won


class TestLetsRacersWin(Planted):
    faulty = LetsRacersWin
    fails: ClassVar = {
        "test_a_token_serves_one_write",
        "test_one_of_many_racers_creates",
        "test_one_of_many_racers_replaces",
        "test_racers_on_two_objects_are_one_race",
        "test_a_token_of_one_object_serves_the_other",
    }


class KeepsTheLongerLife(AsyncDictStore):
    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        return super().write(address, blob, max(dead_at, self.rows.get(address, (b"", 0.0, 0))[1]) if blob else dead_at)


class TestKeepsTheLongerLife(Planted):
    faulty = KeepsTheLongerLife
    fails: ClassVar = {"test_overwriting_shortens_the_life", "test_a_deadline_in_the_past_is_a_miss"}


class SlidesOnRead(AsyncDictStore):
    async def get(self, address: str, /) -> StoreFinding:
        finding = self.look(address)
        if isinstance(finding, Found):
            blob, dead_at, token = self.rows[address]
            self.rows[address] = (blob, dead_at + 1, token)
        return finding


class TestSlidesOnRead(Planted):
    faulty = SlidesOnRead
    fails: ClassVar = {"test_reading_does_not_lengthen_the_life"}


class SharesOneDeadline(AsyncDictStore):
    async def put_many(self, blobs: Mapping[str, tuple[bytes, float]], /) -> dict[str, str]:
        last = max((dead_at for _, dead_at in blobs.values()), default=0.0)
        return await super().put_many({address: (blob, last) for address, (blob, _) in blobs.items()})


class TestSharesOneDeadline(Planted):
    faulty = SharesOneDeadline
    fails: ClassVar = {"test_each_blob_of_a_bulk_write_has_its_own_deadline"}


class Trims(AsyncDictStore):
    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        return super().write(address, bytes(blob).strip(), dead_at)


class TestTrims(Planted):
    faulty = Trims
    fails: ClassVar = {"test_every_byte_comes_back"}


class CountsTheAbsent(AsyncDictStore):
    async def delete_many(self, addresses: Sequence[str], /) -> int:
        await super().delete_many(addresses)
        return len(addresses)


class TestCountsTheAbsent(Planted):
    faulty = CountsTheAbsent
    fails: ClassVar = {"test_a_bulk_delete_counts_what_was_there"}


class GlobsInScan(AsyncDictStore):
    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        async for address in super().scan(""):
            if fnmatch.fnmatchcase(address, prefix + "*"):
                yield address


class TestGlobsInScan(Planted):
    faulty = GlobsInScan
    fails: ClassVar = {"test_scan_takes_a_prefix_literally"}


class ListsTombstones(AsyncDictStore):
    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        for address, (_, dead_at, _) in list(self.rows.items()):
            if address.startswith(prefix) and (dead_at == 0.0 or self.now() < dead_at):
                yield address


class TestListsTombstones(Planted):
    faulty = ListsTombstones
    fails: ClassVar = {"test_scan_lists_no_tombstones", "sound"}


class ListsTwice(AsyncDictStore):
    async def scan(self, prefix: str, /) -> AsyncIterator[str]:
        async for address in super().scan(prefix):
            yield address
            yield address


class TestListsTwice(Planted):
    faulty = ListsTwice
    fails: ClassVar = {
        "test_scan_lists_what_begins_with_the_prefix",
        "test_scan_leaves_out_what_has_expired",
        "test_scan_lists_no_tombstones",
        "test_scan_takes_a_prefix_literally",
        "test_scan_bears_changes_meanwhile",
        "sound",
    }


class GlobsInClear(AsyncDictStore):
    async def clear(self, prefix: str, /) -> int:
        with self.lock:
            self.floor = next(self.changes)
            return sum([self.write(address, b"", 0.0) for address in fnmatch.filter(self.rows, prefix + "*")])


class TestGlobsInClear(Planted):
    faulty = GlobsInClear
    fails: ClassVar = {"test_clear_takes_a_prefix_literally"}


class ClearsBlobsOnly(AsyncDictStore):
    async def clear(self, prefix: str, /) -> int:
        return sum([self.write(address, b"", 0.0) for address in list(self.rows) if address.startswith(prefix)])


class TestClearsBlobsOnly(Planted):
    faulty = ClearsBlobsOnly
    fails: ClassVar = {"test_clearing_changes_the_token_of_an_absence"}


class ClearsTheLivingOnly(AsyncDictStore):
    async def clear(self, prefix: str, /) -> int:
        self.floor = next(self.changes)
        return sum([self.write(address, b"", 0.0) for address in [a async for a in self.scan(prefix)]])


class TestClearsTheLivingOnly(Planted):
    faulty = ClearsTheLivingOnly
    fails: ClassVar = {"test_clearing_changes_the_token_of_a_tombstone"}


class ClearsEverything(AsyncDictStore):
    async def clear(self, prefix: str, /) -> int:
        return await super().clear("")


class TestClearsEverything(Planted):
    faulty = ClearsEverything
    fails: ClassVar = {"test_clear_removes_what_begins_with_the_prefix", "test_clear_takes_a_prefix_literally"}


class StaysOpen(AsyncDictStore):
    async def aclose(self) -> None:
        """Do nothing."""


class TestStaysOpen(Planted):
    faulty = StaysOpen
    fails: ClassVar = {"test_calls_after_closing_raise", "test_what_was_acknowledged_survives_closing"}


class ClosesOnce(AsyncDictStore):
    async def aclose(self) -> None:
        if self.closed:
            raise StoreUnavailable("closed already")
        self.closed = True


class TestClosesOnce(Planted):
    faulty = ClosesOnce
    fails: ClassVar = {"test_closing_may_be_repeated", "sound"}


class Mapped(AsyncDictStore):
    """Maps addresses to its own alphabet, wrongly."""

    def mapped(self, address: str) -> str:
        raise NotImplementedError

    def look(self, address: str) -> StoreFinding:
        return super().look(self.mapped(address))

    def write(self, address: str, blob: bytes, dead_at: float) -> bool:
        with self.lock:
            there = isinstance(self.look(address), Found)
            self.rows[self.mapped(address)] = (bytes(blob), dead_at, next(self.changes))
            return there


class FoldsCase(Mapped):
    def mapped(self, address: str) -> str:
        return address.lower()


class TestFoldsCase(Planted):
    faulty = FoldsCase
    fails: ClassVar = {
        "test_addresses_that_look_alike_are_kept_apart",
        "test_namespaces_that_look_alike_are_kept_apart",
        "test_deleting_a_lookalike_leaves_the_others",
        "test_long_addresses_are_listed_as_they_are",
    }
    may_fail: ClassVar = {"test_any_two_addresses_are_kept_apart"}  # chance decides whether it meets a pair


class CutsAddresses(Mapped):
    def mapped(self, address: str) -> str:
        return address.encode()[:4_000].decode(errors="ignore")


class TestCutsAddresses(Planted):
    faulty = CutsAddresses
    fails: ClassVar = {"test_long_addresses_are_kept_apart"}
    may_fail: ClassVar = {"test_any_two_addresses_are_kept_apart"}
