# Generated from tests/integration/objects/aio/bucket_laws.py by tools/unasync.py. Do not edit.
"""The contract of a bucket: subclass it and supply the fixture ``bucket``, over the vendor's real server.

Rule: the laws are the docstrings of the port, one test each. What a signed link allows and what a bucket refuses stand
in modules beside this one, as they need more fixtures.
"""

from __future__ import annotations

from functools import partial
from time import time

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label
from hexcache.testing.contracts.sync.primitives import together
from tests.integration.objects.sync.bucket_ground import ENDLESS, PLACEHOLDER, VALUE, BucketGround

RACERS = 16
DAY = 86_400.0
NOTHING = Condition(None)

ODD_NAMES = (
    "a", "A", "a.b", "d/b", "d/B", "a-b", "a_b", "a b", "a+b", "a%2Fb", "a%20b", "a=b&c", "a?b", "a#b", "a:b", "a;b",
    "a@b", "a,b", "a'b", "a(b)", "a~b", "a!b", "a*b", "a$b", "\u00e9", "e\u0301", "\u65e5\u672c", "\U0001f600", "d/.b",
    "n" * 255, "/".join("s" * 100 for _ in range(9)),
)  # fmt: skip
"""Names that are easily confused, escaped twice, or folded into one; no prefix or address becomes a worse one.

None lies below another: a server that keeps objects in files cannot hold both, and the store's names never do."""


class BucketReadLaws(BucketGround):
    """``read``, ``facts``, ``write``, ``remove``."""

    def test_nothing_is_none(self, bucket: Bucket) -> None:
        assert bucket.read(self.at("a")) is None
        assert bucket.facts(self.at("a")) is None

    @pytest.mark.parametrize("size", [0, 1, 1_000, 3 * 1024 * 1024])
    def test_a_body_comes_back_as_it_went(self, bucket: Bucket, size: int) -> None:
        body = (bytes(range(256)) * (size // 256 + 1))[:size]
        bucket.write(self.at("a"), body, label=VALUE)
        assert self.body_at(bucket, "a") == body

    def test_a_body_that_is_packed_already_comes_back_packed(self, bucket: Bucket) -> None:
        """Nothing on the way takes a body for something that is to be unpacked."""
        for body in (b"\x1f\x8b\x08\x00" + bytes(60), b"\xef\xbb\xbftext", b'{"json": true}', b"line\r\nline\n"):
            bucket.write(self.at("a"), body, label=VALUE)
            assert self.body_at(bucket, "a") == body

    def test_a_write_tells_the_token_that_a_read_finds(self, bucket: Bucket) -> None:
        written = bucket.write(self.at("a"), b"body", label=VALUE)
        read, facts = bucket.read(self.at("a")), bucket.facts(self.at("a"))
        assert read is not None
        assert facts is not None
        assert written is not None
        assert read.token == facts.token == written

    def test_another_body_has_another_token(self, bucket: Bucket) -> None:
        tokens = [bucket.write(self.at("a"), b"body %d" % number, label=VALUE) for number in range(3)]
        assert len(set(tokens)) == 3

    def test_a_write_replaces_whatever_is_there(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        bucket.write(self.at("a"), b"new", label=PLACEHOLDER)
        assert self.body_at(bucket, "a") == b"new"
        facts = bucket.facts(self.at("a"))
        assert facts is not None
        assert facts.label == PLACEHOLDER

    @pytest.mark.parametrize("label", [VALUE, ENDLESS, PLACEHOLDER], ids=["value", "endless", "placeholder"])
    def test_facts_tell_what_was_written_beside_the_body(self, bucket: Bucket, label: Label) -> None:
        bucket.write(self.at("a"), b"four", label=label)
        facts = bucket.facts(self.at("a"))
        assert facts is not None
        assert facts.label == label
        assert facts.size == 4
        assert abs(facts.changed_at - time()) < DAY

    def test_a_label_without_end_may_lie_in_any_century(self, bucket: Bucket) -> None:
        """No field of the vendor's for expiry refuses a deadline, however far away or long ago."""
        for dead_at in (0.0, 1.5, 5e9, 1e11, 1e15):
            bucket.write(self.at("a"), b"body", label=Label("value", dead_at))
            facts = bucket.facts(self.at("a"))
            assert facts is not None
            assert facts.label == Label("value", dead_at)

    def test_what_was_removed_is_gone(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"body", label=VALUE)
        bucket.remove(self.at("a"))
        assert bucket.read(self.at("a")) is None
        assert bucket.facts(self.at("a")) is None

    def test_removing_nothing_is_no_error(self, bucket: Bucket) -> None:
        bucket.remove(self.at("never"))
        bucket.remove(self.at("never"))

    def test_odd_names_are_kept_apart_and_listed_as_they_are(self, bucket: Bucket) -> None:
        bodies = {self.at(name): name.encode() for name in ODD_NAMES}
        for name, body in bodies.items():
            bucket.write(name, body, label=VALUE)
        for name, body in bodies.items():
            read = bucket.read(name)
            assert read is not None, f"{name!r} is not there"
            assert read.body == body, f"{name!r} holds what was written elsewhere"
        assert sorted(self.listed(bucket, self.root)) == sorted(bodies)

    def test_a_long_name_is_a_name(self, bucket: Bucket) -> None:
        """Names of 1024 bytes, the limit of all three, in steps that a file system takes."""
        long = self.root + "/".join(["s" * 200] * 10)
        for last in "ab":
            bucket.write(long[:1023] + last, last.encode(), label=VALUE)
        for last in "ab":
            read = bucket.read(long[:1023] + last)
            assert read is not None
            assert read.body == last.encode()

    def test_closing_may_be_repeated(self, bucket: Bucket) -> None:
        bucket.facts(self.at("a"))
        bucket.close()
        bucket.close()


class BucketConditionLaws(BucketGround):
    """Writes with a condition. A server without conditions has a suite without these laws."""

    def write(self, bucket: Bucket, body: bytes, token: BucketToken | None) -> BucketToken | None:
        """Write if the name is in this state."""
        return bucket.write(self.at("a"), body, label=VALUE, condition=Condition(token))

    def current(self, bucket: Bucket) -> BucketToken:
        """The token of what is there."""
        read = bucket.read(self.at("a"))
        assert read is not None
        return read.token

    def test_nothing_there_is_a_condition(self, bucket: Bucket) -> None:
        written = self.write(bucket, b"first", None)
        assert written is not None
        assert self.current(bucket) == written
        assert self.write(bucket, b"second", None) is None
        assert self.body_at(bucket, "a") == b"first"

    def test_nothing_there_holds_again_after_a_removal(self, bucket: Bucket) -> None:
        self.write(bucket, b"first", None)
        bucket.remove(self.at("a"))
        assert self.write(bucket, b"second", None) is not None
        assert self.body_at(bucket, "a") == b"second"

    def test_the_state_that_was_read_is_a_condition(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        written = self.write(bucket, b"new", self.current(bucket))
        assert written is not None
        assert self.body_at(bucket, "a") == b"new"
        assert self.current(bucket) == written

    def test_the_token_of_a_write_is_a_condition(self, bucket: Bucket) -> None:
        first = bucket.write(self.at("a"), b"one", label=VALUE)
        second = self.write(bucket, b"two", first)
        assert second is not None
        assert self.write(bucket, b"three", second) is not None
        assert self.body_at(bucket, "a") == b"three"

    def test_an_older_state_does_not_hold(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        token = self.current(bucket)
        bucket.write(self.at("a"), b"new", label=VALUE)
        assert self.write(bucket, b"late", token) is None
        assert self.body_at(bucket, "a") == b"new"

    def test_a_state_that_was_removed_does_not_hold(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        token = self.current(bucket)
        bucket.remove(self.at("a"))
        assert self.write(bucket, b"late", token) is None
        assert bucket.read(self.at("a")) is None

    def test_a_state_that_was_removed_and_written_anew_does_not_hold(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        token = self.current(bucket)
        bucket.remove(self.at("a"))
        bucket.write(self.at("a"), b"new", label=VALUE)
        assert self.write(bucket, b"late", token) is None
        assert self.body_at(bucket, "a") == b"new"

    def test_one_of_many_racers_creates(self, bucket: Bucket) -> None:
        self.race(bucket, None)

    def test_one_of_many_racers_replaces(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"old", label=VALUE)
        self.race(bucket, self.current(bucket))

    def race(self, bucket: Bucket, token: BucketToken | None) -> None:
        """Sixteen writers with one condition: one writes, and its body is there under its token."""
        bodies = [b"by %d" % number for number in range(RACERS)]
        answers = together([partial(self.write, bucket, body, token) for body in bodies])
        winners = [(body, answer) for body, answer in zip(bodies, answers, strict=True) if answer is not None]
        assert len(winners) == 1
        read = bucket.read(self.at("a"))
        assert read is not None
        assert (read.body, read.token) == winners[0]


class BucketListingLaws(BucketGround):
    """``pages`` and ``remove_many``.

    Attributes:
        names: how many names fill more than one page of the fixture ``listing_bucket``.
        page_size: names on one of its pages; 0 where it cannot be chosen, and one page has them all.
    """

    names = 25
    page_size = 0

    @pytest.fixture
    def listing_bucket(self, bucket: Bucket) -> Bucket:
        """The same bucket, with pages of ``page_size`` names where that can be chosen; override it."""
        return bucket

    def filled(self, bucket: Bucket) -> list[str]:
        """Names in two folders."""
        names = [self.at(f"{folder}/n{number:03}") for folder in ("one", "two") for number in range(self.names)]
        together([partial(bucket.write, name, name.encode(), label=VALUE) for name in names])
        return names

    def test_pages_list_each_name_once(self, bucket: Bucket, listing_bucket: Bucket) -> None:
        names = self.filled(bucket)
        pages = [page for page in listing_bucket.pages(self.root)]
        lines = [line for page in pages for line in page]
        assert sorted(line.name for line in lines) == names
        assert all(line.size == len(line.name.encode()) for line in lines)
        assert all(abs(line.changed_at - time()) < DAY for line in lines)
        if self.page_size:
            assert max(len(page) for page in pages) <= self.page_size
            assert len(pages) >= len(names) / self.page_size

    def test_what_a_listing_tells_is_right(self, bucket: Bucket) -> None:
        """A listing need not tell tokens and labels; those it tells are the object's."""
        token = bucket.write(self.at("a"), b"body", label=PLACEHOLDER)
        (line,) = [line for page in bucket.pages(self.root) for line in page]
        assert line.token in {None, token}
        assert line.label in {None, PLACEHOLDER}

    def test_a_prefix_is_no_folder(self, bucket: Bucket) -> None:
        names = [self.at(name) for name in ("ab", "abc", "ab-c/d", "b/ab", "Ab", "a")]
        for name in names:
            bucket.write(name, b"x", label=VALUE)
        assert sorted(self.listed(bucket, self.at("ab"))) == sorted(names[:3])
        assert self.listed(bucket, self.at("ab-c/")) == [names[2]]
        assert sorted(self.listed(bucket, self.root)) == sorted(names)

    def test_a_prefix_of_nothing_lists_nothing(self, bucket: Bucket) -> None:
        bucket.write(self.at("a"), b"x", label=VALUE)
        assert self.listed(bucket, self.at("b")) == []

    def test_a_removal_of_many_removes_those_and_no_others(self, bucket: Bucket) -> None:
        names = self.filled(bucket)
        removed = names[::2][: bucket.page_names]
        assert bucket.remove_many([*removed[:-1], self.at("never"), removed[-1]]) == {}
        assert sorted(self.listed(bucket, self.root)) == sorted(set(names) - set(removed))

    def test_a_removal_of_many_takes_odd_names(self, bucket: Bucket) -> None:
        names = [self.at(name) for name in (*ODD_NAMES, "<a>&amp;\"b'")]
        for name in names:
            bucket.write(name, b"x", label=VALUE)
        assert bucket.remove_many(names[::2]) == {}
        assert sorted(self.listed(bucket, self.root)) == sorted(names[1::2])

    def test_a_removal_of_none_does_nothing(self, bucket: Bucket) -> None:
        assert bucket.remove_many([]) == {}


class BucketLaws(BucketReadLaws, BucketConditionLaws, BucketListingLaws):
    """Every law of a bucket that knows conditions."""
