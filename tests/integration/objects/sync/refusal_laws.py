# Generated from tests/integration/objects/aio/refusal_laws.py by tools/unasync.py. Do not edit.
"""What a bucket refuses, in the kinds that lead to different treatment: subclass it and supply the fixtures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, NoSuchBucket, Unauthenticated
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.integration.objects.sync.bucket_ground import VALUE

Call: TypeAlias = Callable[[Bucket], object]
NAME: Final = "laws/refused/secret-name"


def _list(bucket: Bucket) -> None:
    for _ in bucket.pages(NAME):
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
class RefusalLaws:
    """No call ever takes a refusal for an absence."""

    pytestmark = MARKS

    @pytest.fixture
    def stranger(self) -> Bucket:
        """A bucket asked with wrong credentials; override it."""
        raise NotImplementedError("override the fixture `stranger`")

    @pytest.fixture
    def missing(self) -> Bucket:
        """A bucket that does not exist; override it."""
        raise NotImplementedError("override the fixture `missing`")

    @pytest.fixture
    def unreachable(self) -> Bucket:
        """A bucket where nothing listens; override it."""
        raise NotImplementedError("override the fixture `unreachable`")

    def refused(self, bucket: Bucket, call: str) -> StoreError:
        """The error of a call."""
        try:
            with pytest.raises(StoreError) as refusal:
                CALLS[call](bucket)
        finally:
            bucket.close()
        assert "secret" not in str(refusal.value), "an error shows a name or a body"
        assert refusal.value.__cause__ is not None, "an error says what it was made from"
        return refusal.value

    def test_a_stranger_is_refused(self, stranger: Bucket, call: str) -> None:
        assert isinstance(self.refused(stranger, call), (Unauthenticated, Forbidden))

    def test_a_bucket_that_is_not_there_is_refused(self, missing: Bucket, call: str) -> None:
        assert isinstance(self.refused(missing, call), NoSuchBucket)

    def test_a_bucket_that_cannot_be_reached_is_unavailable(self, unreachable: Bucket, call: str) -> None:
        assert isinstance(self.refused(unreachable, call), (StoreUnavailable, StoreTimeout))
