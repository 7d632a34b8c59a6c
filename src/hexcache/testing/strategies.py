"""Hypothesis strategies for what goes into a cache: keys, addresses, blobs, values, lifetimes, tags.

Rule: whatever is drawn is valid where the port or the domain says so, and drawn near the edges where adapters break.
"""

from __future__ import annotations

import math
import unicodedata
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import Final
from urllib.parse import quote, unquote
from uuid import UUID

from hypothesis import strategies as st

from hexcache.domain.errors import InvalidKey
from hexcache.domain.key import MAX_KEY_BYTES, check_key
from hexcache.domain.record import Record

SearchStrategy = st.SearchStrategy

LOOKALIKES: Final[tuple[str, ...]] = (
    "a:b", "a/b", "a//b", "a\\b", "a.b", "a_b", "a-b", "a b", "a+b", "a%3Ab", "a%2Fb", "a%2fb", "a%b", "a%25b", "a&b",
    "A:b", "a:B", "A/B", "a:b.", "a:b ", " a:b", "a:b/", "/a:b", "a::b", "a:b:", ":a:b", "a/./b", "a/../b", "./a:b",
    ".", "..", "/", "//", ":", "::", "~", "-", "%", "%00", "*", "?", "[a]", "{a}", "$a", "#a", "a#b", "a?b", "a;b",
    "a=b", "con", "CON", "nul", "aux.txt", ".a", "a.", "a..", "a.json", "a.tmp", "a.lock", "null", "None", "0", "00",
    "1e1", "\u00e9", "e\u0301", "\u00c9", "\u212b", "\u00c5", "ss", "\u00df", "\u1e9e", "\ufb01", "fi", "\u0131", "i",
    "I", "\u0130", "\u65e5\u672c\u8a9e", "\U0001f600", "\u200b", "a\u200bb", "\u2028", "\u00a0", "\ufeffa", "\u202ea",
)  # fmt: skip
"""Keys that some file system, object store or pattern language takes for one another; all are different."""


@cache
def keys(*, max_size: int = 64) -> SearchStrategy[str]:
    """Keys as callers write them: any text without control characters, with a liking for look-alikes."""
    letters = st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(32)), "\x7f"])
    return st.one_of(
        st.sampled_from(LOOKALIKES),
        st.text(st.sampled_from(":/\\.%*?[]aAbB01 _-~\u00e9"), min_size=1, max_size=max_size),
        st.text(letters, min_size=1, max_size=max_size),
    )


@cache
def long_keys() -> SearchStrategy[str]:
    """Keys of the greatest length that is allowed, alike but for their last characters."""
    return st.integers(0, 999).map(lambda number: "k" * (MAX_KEY_BYTES - 3) + f"{number:03}")


@cache
def namespaces() -> SearchStrategy[str]:
    """Namespace paths of one to three parts."""
    part = st.text(st.sampled_from("abzAZ019_.-"), min_size=1, max_size=8)
    return st.lists(part, min_size=1, max_size=3).map("/".join)


@cache
def nasty_addresses(root: str = "kit") -> SearchStrategy[str]:
    """Addresses as a cache makes them, from namespaces and keys that invite collisions."""
    paths = st.one_of(st.just(""), st.sampled_from(["a", "A", "a/b", "a.b", ".", "..", root]), namespaces())
    return st.tuples(paths, st.one_of(keys(), long_keys())).map(
        lambda pair: f"{root}/{pair[0]}:{pair[1]}" if pair[0] else f"{root}:{pair[1]}"
    )


def _confused(address: str) -> list[str]:
    """What a careless mapping takes an address for."""
    root, _, key = address.partition(":")
    spellings = [
        key.swapcase(), key.casefold(), key.replace(":", "/"), key.replace("/", ":"), key.replace("/", "//"),
        key.replace("/", "_"), key.replace("//", "/"), key.replace("%", "%25"), key.replace("\\", "/"), key + ".",
        key + " ", key + "/", key + ":", key.strip(" ./:"), "./" + key, key + "/..", quote(key), unquote(key),
        unicodedata.normalize("NFC", key), unicodedata.normalize("NFD", key), unicodedata.normalize("NFKC", key),
    ]  # fmt: skip
    return [f"{root}:{spelling}" for spelling in spellings if _is_key(spelling)] + [root.upper() + ":" + key]


def _is_key(text: str) -> bool:
    try:
        check_key(text)
    except InvalidKey:
        return False
    return True


@cache
def address_pairs(root: str = "kit") -> SearchStrategy[tuple[str, str]]:
    """Two addresses: any two, or one and what a careless mapping takes it for. They may be equal."""
    anything = nasty_addresses(root)
    alike = anything.flatmap(lambda one: st.tuples(st.just(one), st.sampled_from(_confused(one))))
    return st.one_of(alike, st.tuples(anything, anything))


def blobs(*, min_size: int = 0, max_size: int = 256) -> SearchStrategy[bytes]:
    """Bytes of any kind, some of which look like something else."""
    odd = [blob for blob in (b"", b"\0", b"None", b"0", b"\r\n", b"\x1f\x8b", b"\x80\x04") if len(blob) >= min_size]
    return st.one_of(st.sampled_from([*odd, b"x" * max(min_size, 1)]), st.binary(min_size=min_size, max_size=max_size))


def records(*, max_payload: int = 200) -> SearchStrategy[Record]:
    """Records as a cache makes them, negative results included."""
    moments = st.one_of(st.floats(0, 1e11), st.just(0.0))
    ends = st.one_of(moments, st.just(math.inf))
    tokens = st.lists(st.tuples(tags(), st.binary(min_size=1, max_size=16)), max_size=4).map(tuple)
    return st.builds(
        lambda payload, missing, **rest: Record(b"" if missing else payload, missing=missing, **rest),
        st.binary(max_size=max_payload),
        st.booleans(),
        created=moments,
        fresh_until=ends,
        dead_at=ends,
        cost=st.floats(0, 1e6),
        version=st.binary(max_size=255),
        deps=tokens,
    )


@cache
def ttls() -> SearchStrategy[float | timedelta | str | None]:
    """What a caller may write for a ttl."""
    return st.one_of(
        st.none(),
        st.integers(1, 10**9),
        st.floats(0.001, 1e9),
        st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(days=10_000)),
        st.builds("{}{}".format, st.integers(1, 500), st.sampled_from(["ms", "s", "m", "h", "d"])),
        st.sampled_from(["2h30m", "1d", "90s", "0.5s", "1d2h3m4s5ms"]),
    )


@cache
def bad_ttls() -> SearchStrategy[object]:
    """What a caller may not write for a ttl."""
    return st.one_of(
        st.integers(max_value=0),
        st.floats(max_value=0),
        st.timedeltas(max_value=timedelta(0)),
        st.sampled_from([math.nan, True, False, "", "10", "1w", "-5s", "0s", "1h 2m", "s", b"1s", [], {}, 1j]),
    )


@cache
def tags() -> SearchStrategy[str]:
    """Tags: short text without control characters."""
    return st.text(st.sampled_from("abzAZ019_.-:/"), min_size=1, max_size=16)


@cache
def scalars() -> SearchStrategy[object]:
    """Every kind of single value that the faithful codec keeps."""
    zones = st.one_of(
        st.none(),
        st.just(UTC),
        st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
    return st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.integers(-(2**200), 2**200),
        st.floats(),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        st.binary(max_size=20),
        st.datetimes(timezones=zones),
        st.dates(),
        st.times(),
        st.timedeltas(),
        st.uuids(),
        st.decimals(allow_nan=False),
        st.sampled_from(EDGES),
    )


EDGES: Final[tuple[object, ...]] = (
    0, -0.0, 0.0, 1, 1.0, True, False, None, "", b"", "1", 2**63, 2**64, -(2**63) - 1, math.inf, -math.inf, math.nan,
    5e-324, "\0", "\u2028", Decimal("1.10"), Decimal("1E+5"), Decimal("-0"), Decimal("Infinity"), UUID(int=0),
    date.min, date.max, datetime.min, datetime.max, time.max, timedelta.min, timedelta.max, (), frozenset(),
)  # fmt: skip
"""Values that lose their type or their sign in a careless codec."""


@cache
def hashables() -> SearchStrategy[object]:
    """Immutable values that a set or a key of a dict may hold and that equal themselves."""
    simple = scalars().filter(lambda value: value == value)  # noqa: PLR0124  (nan does not equal itself)
    return st.recursive(simple, lambda inner: st.lists(inner, max_size=3).map(tuple), max_leaves=4)


@cache
def faithful_values(*, max_leaves: int = 12) -> SearchStrategy[object]:
    """Values of every type that the default codec keeps: nested lists, tuples, sets, frozensets, dicts of scalars."""
    simple = scalars().filter(lambda value: value == value)  # noqa: PLR0124  (nan does not equal itself)
    dict_keys = st.one_of(st.text(max_size=8), st.integers(), st.lists(simple, max_size=3).map(tuple))

    def nested(inner: SearchStrategy[object]) -> SearchStrategy[object]:
        return st.one_of(
            st.lists(inner, max_size=4),
            st.lists(inner, max_size=4).map(tuple),
            st.sets(hashables(), max_size=4),
            st.frozensets(hashables(), max_size=4),
            st.dictionaries(dict_keys, inner, max_size=4),
        )

    return st.recursive(scalars(), nested, max_leaves=max_leaves)
