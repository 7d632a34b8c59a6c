"""What the laws of a bucket stand on: fixtures, names of each test's own, and cleaning up after it.

Rule: a vendor's suite overrides fixtures and attributes, no laws. Where an emulator is known to differ from the cloud,
it overrides the one law with a test that states the difference.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final
from uuid import uuid4

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.things import Label
from hexcache.testing.contracts.aio.primitives import MARKS, fixture

DEAD_AT: Final = 2_000_000_000.25
"""The deadline of what has one."""

VALUE: Final = Label("value", DEAD_AT)
ENDLESS: Final = Label("value", float("inf"))
PLACEHOLDER: Final = Label("placeholder", DEAD_AT)


class AsyncBucketGround:
    """Fixtures and hooks.

    Attributes:
        root: what every name of the test begins with; new for each.
    """

    pytestmark = MARKS
    root = ""

    @pytest.fixture
    def bucket(self) -> AsyncBucket:
        """A bucket that exists; override it. Nobody else closes it."""
        raise NotImplementedError("override the fixture `bucket`")

    @fixture(autouse=True)
    async def cleaned(self, bucket: AsyncBucket) -> AsyncIterator[None]:
        """Names of its own for the test; what is left below them is removed."""
        self.root = f"laws/{uuid4().hex}/"
        yield
        left = await self.listed(bucket, self.root)
        for start in range(0, len(left), bucket.page_names):
            assert await bucket.remove_many(left[start : start + bucket.page_names]) == {}
        await bucket.aclose()

    def at(self, name: str) -> str:
        """A name of this test."""
        return self.root + name

    async def body_at(self, bucket: AsyncBucket, name: str) -> bytes | None:
        """What is there, or None."""
        read = await bucket.read(self.at(name))
        return None if read is None else read.body

    async def listed(self, bucket: AsyncBucket, prefix: str) -> list[str]:
        """The names that begin with a prefix."""
        return [line.name async for page in bucket.pages(prefix) for line in page]
