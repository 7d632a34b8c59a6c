# Generated from tests/unit/testing/aio/planted_leases.py by tools/unasync.py. Do not edit.
"""Lease keepers with one fault each, and the very tests that the fault must fail.

Not collected by itself: ``test_planted_leases`` runs it and looks at what fails.
"""

from typing import ClassVar

import pytest

from hexcache.adapters.outbound.memory.sync.leases import MemoryLeases
from hexcache.adapters.outbound.memory.lease_table import LeaseTable
from hexcache.domain.lease import LeaseAnswer, LeaseState
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.lease import LeaseContract


class Planted(LeaseContract):
    faulty: ClassVar[type[LeaseTable]] = LeaseTable
    view: ClassVar[type[MemoryLeases]] = MemoryLeases
    fails: ClassVar[set[str]]

    @pytest.fixture
    def table(self, clock: MovedClock) -> LeaseTable:
        return self.faulty(clock.monotonic)

    @pytest.fixture
    def keeper(self, table: LeaseTable) -> MemoryLeases:
        return self.view(table)

    @pytest.fixture
    def second_keeper(self, table: LeaseTable) -> MemoryLeases:
        return self.view(table)


class TestSound(Planted):
    fails: ClassVar = set()


class LetsAnybodyRelease(LeaseTable):
    def release(self, address: str, holder: bytes, rest: float) -> bool:
        lease = self._leases.get(address)
        return super().release(address, lease.holder if lease and lease.holder else holder, rest)


class TestLetsAnybodyRelease(Planted):
    faulty = LetsAnybodyRelease
    fails: ClassVar = {
        "test_only_its_holder_releases_a_lease",
        "test_a_lease_that_ended_is_not_its_holders_any_more",
    }


class LetsAnybodyRenew(LeaseTable):
    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        lease = self._leases.get(address)
        return super().renew(address, lease.holder if lease and lease.holder else holder, ttl)


class TestLetsAnybodyRenew(Planted):
    faulty = LetsAnybodyRenew
    fails: ClassVar = {
        "test_only_its_holder_renews_a_lease",
        "test_a_lease_that_ended_is_not_its_holders_any_more",
    }


class RenewsWhatEnded(LeaseTable):
    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        lease = self._leases.get(address)
        if lease is not None and lease.holder == holder:
            lease.until = self._clock() + ttl
            return True
        return False


class TestRenewsWhatEnded(Planted):
    faulty = RenewsWhatEnded
    fails: ClassVar = {"test_a_lease_that_ended_is_not_its_holders_any_more"}


class RenewsIntoBeing(LeaseTable):
    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        return self.acquire(address, holder, ttl).state is LeaseState.GRANTED


class TestRenewsIntoBeing(Planted):
    faulty = RenewsIntoBeing
    fails: ClassVar = {
        "test_only_its_holder_renews_a_lease",
        "test_a_lease_that_ended_is_not_its_holders_any_more",
    }


class OnlySaysThatItRenews(LeaseTable):
    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        lease = self._alive(address, self._clock())
        return lease is not None and lease.holder == holder


class TestOnlySaysThatItRenews(Planted):
    faulty = OnlySaysThatItRenews
    fails: ClassVar = {"test_a_renewed_lease_lives_on"}


class AddsUpRenewals(LeaseTable):
    def renew(self, address: str, holder: bytes, ttl: float) -> bool:
        lease = self._alive(address, self._clock())
        if lease is None or lease.holder != holder:
            return False
        lease.until += ttl
        return True


class TestAddsUpRenewals(Planted):
    faulty = AddsUpRenewals
    fails: ClassVar = {"test_a_renewed_lease_lives_on"}


class EndsLate(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        answer = super().acquire(address, holder, 1.5 * ttl)
        return LeaseAnswer(answer.state, min(answer.remaining, ttl))


class TestEndsLate(Planted):
    faulty = EndsLate
    fails: ClassVar = {
        "test_a_held_lease_is_nobody_elses",
        "test_a_lease_ends_at_its_ttl",
        "test_a_lease_that_ended_is_not_its_holders_any_more",
        "test_of_those_who_race_for_a_lease_that_ended_one_is_granted_it",
        "test_only_its_holder_renews_a_lease",
    }


class EndsEarly(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        answer = super().acquire(address, holder, ttl - 0.5)
        return LeaseAnswer(answer.state, ttl) if answer.state is LeaseState.GRANTED else answer


class TestEndsEarly(Planted):
    faulty = EndsEarly
    fails: ClassVar = {
        "test_a_lease_ends_at_its_ttl",
        "test_to_its_holder_a_lease_is_granted_again",
    }


class RefusesItsHolder(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        lease = self._alive(address, self._clock())
        if lease is not None and lease.holder == holder:
            return LeaseAnswer(LeaseState.HELD, lease.until - self._clock())
        return super().acquire(address, holder, ttl)


class TestRefusesItsHolder(Planted):
    faulty = RefusesItsHolder
    fails: ClassVar = {
        "test_to_its_holder_a_lease_is_granted_again",
        "test_an_interrupted_request_leaves_the_lease_whole",
    }


class KeepsTheOldEnd(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        lease = self._alive(address, self._clock())
        if lease is not None and lease.holder == holder:
            return LeaseAnswer(LeaseState.GRANTED, ttl)
        return super().acquire(address, holder, ttl)


class TestKeepsTheOldEnd(Planted):
    faulty = KeepsTheOldEnd
    fails: ClassVar = {"test_to_its_holder_a_lease_is_granted_again"}


class ProlongsWhatOthersHold(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        answer = super().acquire(address, holder, ttl)
        self._leases[address].until = self._clock() + ttl
        return answer


class TestProlongsWhatOthersHold(Planted):
    faulty = ProlongsWhatOthersHold
    fails: ClassVar = {
        "test_a_held_lease_is_nobody_elses",
        "test_a_lease_ends_at_its_ttl",
        "test_a_renewed_lease_lives_on",
        "test_a_resting_lease_is_granted_to_nobody_until_its_rest_is_over",
    }


class NeverRests(LeaseTable):
    def release(self, address: str, holder: bytes, rest: float) -> bool:
        return super().release(address, holder, 0.0)


class TestNeverRests(Planted):
    faulty = NeverRests
    fails: ClassVar = {"test_a_resting_lease_is_granted_to_nobody_until_its_rest_is_over"}


class KeepsWhatRests(LeaseTable):
    """It only changes the end: the holder still is one."""

    def release(self, address: str, holder: bytes, rest: float) -> bool:
        return self.renew(address, holder, rest) if rest else super().release(address, holder, rest)


class TestKeepsWhatRests(Planted):
    faulty = KeepsWhatRests
    fails: ClassVar = {"test_a_resting_lease_is_granted_to_nobody_until_its_rest_is_over"}


class RestsWhatIsNobodys(LeaseTable):
    def release(self, address: str, holder: bytes, rest: float) -> bool:
        if rest:
            self.acquire(address, holder, rest)
        return super().release(address, holder, rest)


class TestRestsWhatIsNobodys(Planted):
    faulty = RestsWhatIsNobodys
    fails: ClassVar = {"test_only_its_holder_releases_a_lease"}


class FoldsCase(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        return super().acquire(address.lower(), holder, ttl)


class TestFoldsCase(Planted):
    faulty = FoldsCase
    fails: ClassVar = {"test_leases_are_kept_apart"}


class GrantsToAll(LeaseTable):
    def acquire(self, address: str, holder: bytes, ttl: float) -> LeaseAnswer:
        lease = self._alive(address, self._clock())
        if lease is not None and lease.holder is not None:
            lease.holder = holder
        return super().acquire(address, holder, ttl)


class TestGrantsToAll(Planted):
    faulty = GrantsToAll
    fails: ClassVar = {
        "test_a_held_lease_is_nobody_elses",
        "test_leases_are_kept_apart",
        "test_to_its_holder_a_lease_is_granted_again",
        "test_only_its_holder_releases_a_lease",
        "test_a_lease_ends_at_its_ttl",
        "test_a_renewed_lease_lives_on",
        "test_of_those_who_race_for_a_free_lease_one_is_granted_it",
        "test_of_those_who_race_for_a_lease_that_ended_one_is_granted_it",
        "test_an_interrupted_request_leaves_the_lease_whole",
        "test_calls_after_closing_raise",
    }


class TestAnswersWhenClosed(Planted):
    class NeverCloses(MemoryLeases):
        def close(self) -> None:
            pass

    view = NeverCloses
    fails: ClassVar = {"test_calls_after_closing_raise"}


class TestReleasesOnClosing(Planted):
    class LetsGo(MemoryLeases):
        def close(self) -> None:
            self._table._leases.clear()
            super().close()

    view = LetsGo
    fails: ClassVar = {"test_calls_after_closing_raise"}
