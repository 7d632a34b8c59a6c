"""What the strategies draw is what the domain accepts, or refuses, and ``same`` tells values apart."""

import math
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import find, given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidLifetime
from hexcache.domain.key import check_key, check_path
from hexcache.domain.lifetime import parse_ttl
from hexcache.domain.record import Record
from hexcache.testing import strategies
from hexcache.testing.sameness import same


@given(key=st.one_of(strategies.keys(), strategies.long_keys(), st.sampled_from(strategies.LOOKALIKES)))
def test_keys_are_keys(key: str) -> None:
    assert check_key(key) == key


@given(path=strategies.namespaces())
def test_namespaces_are_paths(path: str) -> None:
    assert check_path(path) == path


@given(pair=strategies.address_pairs("root"))
def test_addresses_are_what_a_cache_makes(pair: tuple[str, str]) -> None:
    for address in pair:
        head, colon, key = address.partition(":")
        assert colon
        assert head.lower().partition("/")[0] == "root"
        check_key(key)


def test_lookalikes_are_all_different() -> None:
    assert len(set(strategies.LOOKALIKES)) == len(strategies.LOOKALIKES)


def test_pairs_meet_what_mappings_confuse() -> None:
    pair = find(strategies.address_pairs(), lambda pair: pair[0] != pair[1] and pair[0].lower() == pair[1].lower())
    assert pair[0] != pair[1]


@given(ttl=strategies.ttls())
def test_ttls_are_accepted(ttl: object) -> None:
    assert parse_ttl(ttl) > 0


@given(ttl=strategies.bad_ttls())
def test_bad_ttls_are_refused(ttl: object) -> None:
    with pytest.raises(InvalidLifetime):
        parse_ttl(ttl)


@given(record=strategies.records())
def test_records_are_those_of_a_cache(record: Record) -> None:
    assert not (record.missing and record.payload)
    assert not any(map(math.isnan, (record.created, record.fresh_until, record.dead_at, record.cost)))


@given(blob=strategies.blobs(min_size=1))
def test_blobs_keep_their_least_size(blob: bytes) -> None:
    assert blob


@given(value=strategies.faithful_values())
def test_a_value_is_the_same_as_itself(value: object) -> None:
    assert same(value, value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True), (1, 1.0), (0.0, -0.0), ("1", 1), (b"1", "1"), ([1], (1,)), ([1], [True]), ({1}, frozenset({1})),
        ({"a": 1}, {"a": 1.0}), ({1: "a"}, {True: "a"}), ((), []), (None, False), (Decimal("1.0"), Decimal("1.00")),
        ([math.nan], [0.0]), (Decimal(0), Decimal("-0")), ({(1,): 1}, {(True,): 1}),
        (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, 1, tzinfo=timezone(timedelta(hours=1)))),
        (datetime(2020, 1, 1), datetime(2020, 1, 1, fold=1)),
    ],
)  # fmt: skip
def test_what_equals_in_part_is_not_the_same(one: object, other: object) -> None:
    assert not same(one, other)


def test_nan_is_the_same_as_nan() -> None:
    assert same([math.nan, {"a": math.nan}], [float("nan"), {"a": float("nan")}])
