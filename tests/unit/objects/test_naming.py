"""Addresses as names: two never meet, beginnings stay beginnings, and every store takes every name."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hexcache.adapters.outbound.objects.naming import KEPT, MAX_BODY, STEP, Naming
from hexcache.domain.errors import InvalidSetting
from hexcache.testing.strategies import LOOKALIKES, address_pairs
from tests.unit.objects.examples import MANY

LITERAL = re.compile(r"[A-Za-z0-9_./-]+")
PREFIXES = ("", "cache", "some/where/else", "p" * 255, "a b/\u00e9")
LONGEST = "kit:" + "k" * 4_092
addresses = address_pairs().map(lambda pair: pair[0])
names = st.sampled_from(PREFIXES).map(Naming)


def steps(name: str) -> list[str]:
    return name.split("/")


@MANY
@given(naming=names, address=addresses)
@example(naming=Naming("p" * 255), address="a" * MAX_BODY)
@example(naming=Naming("p" * 255), address="a" * (MAX_BODY + 1))
@example(naming=Naming(""), address="\u00e9" * 2_000)
@example(naming=Naming(""), address=":" * 200)
@example(naming=Naming(""), address=LONGEST)
def test_every_store_takes_every_name(naming: Naming, address: str) -> None:
    name = naming.name(address)
    body = name.removeprefix(naming.listing(""))
    assert LITERAL.fullmatch(body)
    assert len(name.encode()) <= 1_024
    for step in steps(name):
        assert step not in {"", ".", ".."}
        assert not step.endswith(".")
        assert len(step.encode()) <= 255


@MANY
@given(naming=names, pair=address_pairs())
def test_two_addresses_have_two_names(naming: Naming, pair: tuple[str, str]) -> None:
    one, other = map(naming.name, pair)
    assert (one == other) == (pair[0] == pair[1])


@MANY
@given(naming=names, pair=address_pairs())
@example(naming=Naming(""), pair=("a" * STEP, "a" * (STEP + 1)))
@example(naming=Naming(""), pair=("a" * STEP, "a" * STEP + ".o"))
@example(naming=Naming(""), pair=("a" * STEP, "a" * STEP + "/o"))
def test_no_name_lies_below_another(naming: Naming, pair: tuple[str, str]) -> None:
    one, other = map(naming.name, pair)
    assert not other.startswith(f"{one}/")
    assert not one.startswith(f"{other}/")


@MANY
@given(naming=names, address=addresses, size=st.integers(0, 5_000))
@example(naming=Naming("x"), address=LONGEST, size=KEPT + 1)
@example(naming=Naming("x"), address=":" * 1_000, size=201)
def test_what_begins_with_a_prefix_is_listed_under_it(naming: Naming, address: str, size: int) -> None:
    prefix = address[:size]
    assert naming.name(address).startswith(naming.listing(prefix))


@MANY
@given(naming=names, prefix=addresses, address=addresses)
@example(naming=Naming("x"), prefix="k" * KEPT, address=LONGEST)
def test_a_listing_that_tells_shows_nothing_else(naming: Naming, prefix: str, address: str) -> None:
    if naming.tells(prefix) and naming.name(address).startswith(naming.listing(prefix)):
        assert address.startswith(prefix)


def test_a_prefix_is_told_up_to_what_is_kept_of_an_address() -> None:
    naming = Naming("")
    slashes = (KEPT - 1) // STEP
    assert naming.tells("k" * (KEPT - slashes))
    assert not naming.tells("k" * (KEPT - slashes + 1))


@MANY
@given(naming=names, address=addresses)
@example(naming=Naming("x"), address=LONGEST)
def test_a_name_gives_its_address_back_unless_it_is_hashed(naming: Naming, address: str) -> None:
    name = naming.name(address)
    assert naming.address(name) == (None if naming.is_hashed(name) else address)
    if len(address.encode()) * 3 + 10 < MAX_BODY:
        assert not naming.is_hashed(name)


@pytest.mark.parametrize("one", LOOKALIKES)
def test_lookalikes_come_back(one: str) -> None:
    naming = Naming("cache")
    assert naming.address(naming.name(one)) == one


@pytest.mark.parametrize(
    "name",
    [
        "", "cache", "cache/", "cache/a", "cache/a.o/", "cache/.o", "cache/a.zz.o", "cache/a.3A.o", "cache/a:b.o",
        "cache/.ff.o", "cache/a/b.o", "a.o", "cached/a.o", "cache/a.h123", "cache/a.o.o.o", "cache//a.o",
        "cache/a.61.o",
        f"cache/{'a' * (STEP + 1)}.o", "cache/ping.p",
    ],
)  # fmt: skip
def test_what_was_not_made_here_is_foreign(name: str) -> None:
    naming = Naming("cache")
    assert naming.address(name) is None
    assert not naming.is_hashed(name)


def test_a_probes_name_is_no_addresss() -> None:
    naming = Naming("cache")
    assert naming.beside("ping") == "cache/ping.p"


def test_case_is_kept() -> None:
    assert Naming("").name("Kit:A_b-9") == "Kit.3aA_b-9.o"


def test_a_prefix_that_cannot_be_one_is_refused() -> None:
    with pytest.raises(InvalidSetting, match="prefix"):
        Naming("a//b")
