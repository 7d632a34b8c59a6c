"""What a bucket refuses, in the kinds that lead to different treatment: subclass it and supply the fixtures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import pytest

from hexcache.adapters.outbound.objects.aio.bucket import AsyncBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, NoSuchBucket, Unauthenticated
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.aio.primitives import MARKS
from tests.integration.objects.aio.bucket_ground import VALUE

Call: TypeAlias = Callable[[AsyncBucket], Awaitable[object]]
NAME: Final = "laws/refused/secret-name"


async def _list(bucket: AsyncBucket) -> None:
    async for _ in bucket.pages(NAME):
        pass


CALLS: Final[dict[str, Call]] = {
    "read": lambda bucket: bucket.read(NAME),
    "facts": lambda bucket: bucket.facts(NAME),
    "write": lambda bucket: bucket.write(NAME, b"secret-body", label=VALUE),
    "remove": lambda bucket: bucket.remove(NAME),
    "remove_many": lambda bucket: bucket.remove_many([NAME, NAME + "2"]),
    "pages": _list,
}


@pytest.mark.parametrize("call", CALLS)
class AsyncRefusalLaws:
    """No call ever takes a refusal for an absence."""

    pytestmark = MARKS

    @pytest.fixture
    def stranger(self) -> AsyncBucket:
        """A bucket asked with wrong credentials; override it."""
        raise NotImplementedError("override the fixture `stranger`")

    @pytest.fixture
    def missing(self) -> AsyncBucket:
        """A bucket that does not exist; override it."""
        raise NotImplementedError("override the fixture `missing`")

    @pytest.fixture
    def unreachable(self) -> AsyncBucket:
        """A bucket where nothing listens; override it."""
        raise NotImplementedError("override the fixture `unreachable`")

    async def refused(self, bucket: AsyncBucket, call: str) -> StoreError:
        """The error of a call."""
        try:
            with pytest.raises(StoreError) as refusal:
                await CALLS[call](bucket)
        finally:
            await bucket.aclose()
        assert "secret" not in str(refusal.value), "an error shows a name or a body"
        assert refusal.value.__cause__ is not None, "an error says what it was made from"
        return refusal.value

    async def test_a_stranger_is_refused(self, stranger: AsyncBucket, call: str) -> None:
        assert isinstance(await self.refused(stranger, call), (Unauthenticated, Forbidden))

    async def test_a_bucket_that_is_not_there_is_refused(self, missing: AsyncBucket, call: str) -> None:
        assert isinstance(await self.refused(missing, call), NoSuchBucket)

    async def test_a_bucket_that_cannot_be_reached_is_unavailable(self, unreachable: AsyncBucket, call: str) -> None:
        assert isinstance(await self.refused(unreachable, call), (StoreUnavailable, StoreTimeout))
