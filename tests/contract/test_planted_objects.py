"""A fault in the bucket, or in what the object store makes of it, breaks the laws that name it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from typing import Any

import pytest

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label, Listed
from hexcache.testing.clock import MovedClock
from hexcache.testing.contracts.sync.store import StoreContract
from hexcache.testing.entropy import SeededEntropy
from tests.contract.test_object_store import CAPABILITIES, PLAIN, TOMBSTONE_TTL, clocks
from tests.unit.objects.sync.dict_bucket import DictBucket


class OneWriteId(SeededEntropy):
    """Chance that always falls alike."""

    def randbytes(self, n: int) -> bytes:
        return bytes(n)


class WritesAnyway(DictBucket):
    """A server that knows no conditions and does not say so."""

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        del condition
        return super().write(name, body, label=label)


class KeepsPlaceholders(DictBucket):
    """A delete that takes an absence for nothing."""

    def remove(self, name: str, /) -> None:
        thing = self.contents.things.get(name)
        if thing is not None and len(thing.body) > frame.HEAD_BYTES:
            super().remove(name)

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        for name in names:
            self.remove(name)
        return {}


class FirstPageOnly(DictBucket):
    """A listing that ends with its first page."""

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        yield next(iter(super().pages(prefix)))


class ForgetsRemovals(DictBucket):
    """A batch of removals of which the last is lost."""

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        return super().remove_many(names[:-1])


class Upper(Naming):
    """Names that fold case."""

    def name(self, address: str) -> str:
        return super().name(address.upper())


def store_over(bucket: type[DictBucket], clock: MovedClock, entropy: SeededEntropy | None = None) -> ObjectStore:
    made = bucket(wall=clock.wall, page_size=2, page_names=5)
    return ObjectStore(made, PLAIN, clocks=clocks(clock), entropy=entropy or SeededEntropy(7))


def folding(clock: MovedClock) -> ObjectStore:
    store = store_over(DictBucket, clock)
    for part in (store._reading, store._writing, store._removal):
        part._naming = Upper(PLAIN.prefix)
    return store


Make = Callable[[MovedClock], ObjectStore]
PLANTED: dict[str, tuple[Make, str]] = {
    "one write id": (
        lambda clock: store_over(DictBucket, clock, OneWriteId(1)),
        "test_written_and_deleted_is_not_the_same_absence",
    ),
    "no conditions": (lambda clock: store_over(WritesAnyway, clock), "test_an_absence_token_loses_to_a_write"),
    "no conditions in a race": (lambda clock: store_over(WritesAnyway, clock), "test_one_of_many_racers_creates"),
    "placeholders kept": (
        lambda clock: store_over(KeepsPlaceholders, clock),
        "test_a_delete_of_nothing_changes_the_token",
    ),
    "placeholders kept in bulk": (
        lambda clock: store_over(KeepsPlaceholders, clock),
        "test_a_bulk_delete_of_nothing_changes_the_token",
    ),
    "placeholders not cleared": (
        lambda clock: store_over(KeepsPlaceholders, clock),
        "test_clearing_changes_the_token_of_an_absence",
    ),
    "first page only": (
        lambda clock: store_over(FirstPageOnly, clock),
        "test_clear_removes_what_begins_with_the_prefix",
    ),
    "removals lost": (lambda clock: store_over(ForgetsRemovals, clock), "test_a_bulk_delete_removes_each"),
    "case folded": (folding, "test_addresses_that_look_alike_are_kept_apart"),
}


def judged(store: ObjectStore, clock: MovedClock, law: str) -> None:
    """Hold a store to one law."""
    contract: Any = StoreContract()
    contract.capabilities, contract.tombstone_ttl = CAPABILITIES, TOMBSTONE_TTL
    given = {"store": store, "clock": clock, "second_store": store}
    check = getattr(contract, law)
    check(**{name: given[name] for name in signature(check).parameters})


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_breaks_the_law_that_names_it(fault: str) -> None:
    make, law = PLANTED[fault]
    clock = MovedClock()
    judged(store_over(DictBucket, clock), clock, law)
    with pytest.raises(AssertionError):
        judged(make(clock), clock, law)
