"""The contract of a bucket: subclass it and supply the fixture ``bucket``, over the vendor's real server.

Rule: the laws are the docstrings of the port, one test each. What a signed link allows and what a bucket refuses stand
in modules beside this one, as they need more fixtures.
"""

from __future__ import annotations

from functools import partial
from time import time

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label
from hexcache.testing.contracts.aio.primitives import together
from tests.integration.objects.aio.bucket_ground import ENDLESS, PLACEHOLDER, VALUE, AsyncBucketGround

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


class AsyncBucketReadLaws(AsyncBucketGround):
    """``read``, ``facts``, ``write``, ``remove``."""

    async def test_nothing_is_none(self, bucket: AsyncBucket) -> None:
        assert await bucket.read(self.at("a")) is None
        assert await bucket.facts(self.at("a")) is None

    @pytest.mark.parametrize("size", [0, 1, 1_000, 3 * 1024 * 1024])
    async def test_a_body_comes_back_as_it_went(self, bucket: AsyncBucket, size: int) -> None:
        body = (bytes(range(256)) * (size // 256 + 1))[:size]
        await bucket.write(self.at("a"), body, label=VALUE)
        assert await self.body_at(bucket, "a") == body

    async def test_a_body_that_is_packed_already_comes_back_packed(self, bucket: AsyncBucket) -> None:
        """Nothing on the way takes a body for something that is to be unpacked."""
        for body in (b"\x1f\x8b\x08\x00" + bytes(60), b"\xef\xbb\xbftext", b'{"json": true}', b"line\r\nline\n"):
            await bucket.write(self.at("a"), body, label=VALUE)
            assert await self.body_at(bucket, "a") == body

    async def test_a_write_tells_the_token_that_a_read_finds(self, bucket: AsyncBucket) -> None:
        written = await bucket.write(self.at("a"), b"body", label=VALUE)
        read, facts = await bucket.read(self.at("a")), await bucket.facts(self.at("a"))
        assert read is not None
        assert facts is not None
        assert written is not None
        assert read.token == facts.token == written

    async def test_another_body_has_another_token(self, bucket: AsyncBucket) -> None:
        tokens = [await bucket.write(self.at("a"), b"body %d" % number, label=VALUE) for number in range(3)]
        assert len(set(tokens)) == 3

    async def test_a_write_replaces_whatever_is_there(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        await bucket.write(self.at("a"), b"new", label=PLACEHOLDER)
        assert await self.body_at(bucket, "a") == b"new"
        facts = await bucket.facts(self.at("a"))
        assert facts is not None
        assert facts.label == PLACEHOLDER

    @pytest.mark.parametrize("label", [VALUE, ENDLESS, PLACEHOLDER], ids=["value", "endless", "placeholder"])
    async def test_facts_tell_what_was_written_beside_the_body(self, bucket: AsyncBucket, label: Label) -> None:
        await bucket.write(self.at("a"), b"four", label=label)
        facts = await bucket.facts(self.at("a"))
        assert facts is not None
        assert facts.label == label
        assert facts.size == 4
        assert abs(facts.changed_at - time()) < DAY

    async def test_a_label_without_end_may_lie_in_any_century(self, bucket: AsyncBucket) -> None:
        """No field of the vendor's for expiry refuses a deadline, however far away or long ago."""
        for dead_at in (0.0, 1.5, 5e9, 1e11, 1e15):
            await bucket.write(self.at("a"), b"body", label=Label("value", dead_at))
            facts = await bucket.facts(self.at("a"))
            assert facts is not None
            assert facts.label == Label("value", dead_at)

    async def test_what_was_removed_is_gone(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"body", label=VALUE)
        await bucket.remove(self.at("a"))
        assert await bucket.read(self.at("a")) is None
        assert await bucket.facts(self.at("a")) is None

    async def test_removing_nothing_is_no_error(self, bucket: AsyncBucket) -> None:
        await bucket.remove(self.at("never"))
        await bucket.remove(self.at("never"))

    async def test_odd_names_are_kept_apart_and_listed_as_they_are(self, bucket: AsyncBucket) -> None:
        bodies = {self.at(name): name.encode() for name in ODD_NAMES}
        for name, body in bodies.items():
            await bucket.write(name, body, label=VALUE)
        for name, body in bodies.items():
            read = await bucket.read(name)
            assert read is not None, f"{name!r} is not there"
            assert read.body == body, f"{name!r} holds what was written elsewhere"
        assert sorted(await self.listed(bucket, self.root)) == sorted(bodies)

    async def test_a_long_name_is_a_name(self, bucket: AsyncBucket) -> None:
        """Names of 1024 bytes, the limit of all three, in steps that a file system takes."""
        long = self.root + "/".join(["s" * 200] * 10)
        for last in "ab":
            await bucket.write(long[:1023] + last, last.encode(), label=VALUE)
        for last in "ab":
            read = await bucket.read(long[:1023] + last)
            assert read is not None
            assert read.body == last.encode()

    async def test_closing_may_be_repeated(self, bucket: AsyncBucket) -> None:
        await bucket.facts(self.at("a"))
        await bucket.aclose()
        await bucket.aclose()


class AsyncBucketConditionLaws(AsyncBucketGround):
    """Writes with a condition. A server without conditions has a suite without these laws."""

    async def write(self, bucket: AsyncBucket, body: bytes, token: BucketToken | None) -> BucketToken | None:
        """Write if the name is in this state."""
        return await bucket.write(self.at("a"), body, label=VALUE, condition=Condition(token))

    async def current(self, bucket: AsyncBucket) -> BucketToken:
        """The token of what is there."""
        read = await bucket.read(self.at("a"))
        assert read is not None
        return read.token

    async def test_nothing_there_is_a_condition(self, bucket: AsyncBucket) -> None:
        written = await self.write(bucket, b"first", None)
        assert written is not None
        assert await self.current(bucket) == written
        assert await self.write(bucket, b"second", None) is None
        assert await self.body_at(bucket, "a") == b"first"

    async def test_nothing_there_holds_again_after_a_removal(self, bucket: AsyncBucket) -> None:
        await self.write(bucket, b"first", None)
        await bucket.remove(self.at("a"))
        assert await self.write(bucket, b"second", None) is not None
        assert await self.body_at(bucket, "a") == b"second"

    async def test_the_state_that_was_read_is_a_condition(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        written = await self.write(bucket, b"new", await self.current(bucket))
        assert written is not None
        assert await self.body_at(bucket, "a") == b"new"
        assert await self.current(bucket) == written

    async def test_the_token_of_a_write_is_a_condition(self, bucket: AsyncBucket) -> None:
        first = await bucket.write(self.at("a"), b"one", label=VALUE)
        second = await self.write(bucket, b"two", first)
        assert second is not None
        assert await self.write(bucket, b"three", second) is not None
        assert await self.body_at(bucket, "a") == b"three"

    async def test_an_older_state_does_not_hold(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        token = await self.current(bucket)
        await bucket.write(self.at("a"), b"new", label=VALUE)
        assert await self.write(bucket, b"late", token) is None
        assert await self.body_at(bucket, "a") == b"new"

    async def test_a_state_that_was_removed_does_not_hold(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        token = await self.current(bucket)
        await bucket.remove(self.at("a"))
        assert await self.write(bucket, b"late", token) is None
        assert await bucket.read(self.at("a")) is None

    async def test_a_state_that_was_removed_and_written_anew_does_not_hold(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        token = await self.current(bucket)
        await bucket.remove(self.at("a"))
        await bucket.write(self.at("a"), b"new", label=VALUE)
        assert await self.write(bucket, b"late", token) is None
        assert await self.body_at(bucket, "a") == b"new"

    async def test_one_of_many_racers_creates(self, bucket: AsyncBucket) -> None:
        await self.race(bucket, None)

    async def test_one_of_many_racers_replaces(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"old", label=VALUE)
        await self.race(bucket, await self.current(bucket))

    async def race(self, bucket: AsyncBucket, token: BucketToken | None) -> None:
        """Sixteen writers with one condition: one writes, and its body is there under its token."""
        bodies = [b"by %d" % number for number in range(RACERS)]
        answers = await together([partial(self.write, bucket, body, token) for body in bodies])
        winners = [(body, answer) for body, answer in zip(bodies, answers, strict=True) if answer is not None]
        assert len(winners) == 1
        read = await bucket.read(self.at("a"))
        assert read is not None
        assert (read.body, read.token) == winners[0]


class AsyncBucketListingLaws(AsyncBucketGround):
    """``pages`` and ``remove_many``.

    Attributes:
        names: how many names fill more than one page of the fixture ``listing_bucket``.
        page_size: names on one of its pages; 0 where it cannot be chosen, and one page has them all.
    """

    names = 25
    page_size = 0

    @pytest.fixture
    def listing_bucket(self, bucket: AsyncBucket) -> AsyncBucket:
        """The same bucket, with pages of ``page_size`` names where that can be chosen; override it."""
        return bucket

    async def filled(self, bucket: AsyncBucket) -> list[str]:
        """Names in two folders."""
        names = [self.at(f"{folder}/n{number:03}") for folder in ("one", "two") for number in range(self.names)]
        await together([partial(bucket.write, name, name.encode(), label=VALUE) for name in names])
        return names

    async def test_pages_list_each_name_once(self, bucket: AsyncBucket, listing_bucket: AsyncBucket) -> None:
        names = await self.filled(bucket)
        pages = [page async for page in listing_bucket.pages(self.root)]
        lines = [line for page in pages for line in page]
        assert sorted(line.name for line in lines) == names
        assert all(line.size == len(line.name.encode()) for line in lines)
        assert all(abs(line.changed_at - time()) < DAY for line in lines)
        if self.page_size:
            assert max(len(page) for page in pages) <= self.page_size
            assert len(pages) >= len(names) / self.page_size

    async def test_what_a_listing_tells_is_right(self, bucket: AsyncBucket) -> None:
        """A listing need not tell tokens and labels; those it tells are the object's."""
        token = await bucket.write(self.at("a"), b"body", label=PLACEHOLDER)
        (line,) = [line async for page in bucket.pages(self.root) for line in page]
        assert line.token in {None, token}
        assert line.label in {None, PLACEHOLDER}

    async def test_a_prefix_is_no_folder(self, bucket: AsyncBucket) -> None:
        names = [self.at(name) for name in ("ab", "abc", "ab-c/d", "b/ab", "Ab", "a")]
        for name in names:
            await bucket.write(name, b"x", label=VALUE)
        assert sorted(await self.listed(bucket, self.at("ab"))) == sorted(names[:3])
        assert await self.listed(bucket, self.at("ab-c/")) == [names[2]]
        assert sorted(await self.listed(bucket, self.root)) == sorted(names)

    async def test_a_prefix_of_nothing_lists_nothing(self, bucket: AsyncBucket) -> None:
        await bucket.write(self.at("a"), b"x", label=VALUE)
        assert await self.listed(bucket, self.at("b")) == []

    async def test_a_removal_of_many_removes_those_and_no_others(self, bucket: AsyncBucket) -> None:
        names = await self.filled(bucket)
        removed = names[::2][: bucket.page_names]
        assert await bucket.remove_many([*removed[:-1], self.at("never"), removed[-1]]) == {}
        assert sorted(await self.listed(bucket, self.root)) == sorted(set(names) - set(removed))

    async def test_a_removal_of_many_takes_odd_names(self, bucket: AsyncBucket) -> None:
        names = [self.at(name) for name in (*ODD_NAMES, "<a>&amp;\"b'")]
        for name in names:
            await bucket.write(name, b"x", label=VALUE)
        assert await bucket.remove_many(names[::2]) == {}
        assert sorted(await self.listed(bucket, self.root)) == sorted(names[1::2])

    async def test_a_removal_of_none_does_nothing(self, bucket: AsyncBucket) -> None:
        assert await bucket.remove_many([]) == {}


class AsyncBucketLaws(AsyncBucketReadLaws, AsyncBucketConditionLaws, AsyncBucketListingLaws):
    """Every law of a bucket that knows conditions."""
