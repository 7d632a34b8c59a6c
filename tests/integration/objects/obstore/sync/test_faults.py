# Generated from tests/integration/objects/obstore/aio/test_faults.py by tools/unasync.py. Do not edit.
"""What happens on the way to a bucket is told by its kind, and never taken for an absence or a value."""

from __future__ import annotations

from typing import Final

import pytest

from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.adapters.outbound.objects.refusals import Interrupted, Throttled
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.domain.errors import StoreError, StoreTimeout
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.integration.objects.sync.bucket_ground import VALUE
from tests.integration.objects.obstore.dialects import on_s3
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer, BlackHole, Cut, Fault, Reset
from tests.servers.s3 import S3Server

pytestmark = MARKS

SLOW_DOWN: Final = Answer(503, b"<Error><Code>SlowDown</Code><Message>secret-name</Message></Error>")
HASTY: Final = ConnectionSettings(connect_timeout=20.0, read_timeout=1.0)

FAULTS: Final[dict[str, tuple[Fault, type[StoreError]]]] = {
    "asked for patience": (SLOW_DOWN, Throttled),
    "a burst": (Answer(429), Throttled),
    "failed": (Answer(500, b"<Error><Code>InternalError</Code></Error>"), Interrupted),
    "no gateway": (Answer(502), Interrupted),
    "not got whole": (Answer(408), Interrupted),
    "reset before": (Reset(served=False), Interrupted),
    "reset after": (Reset(served=True), Interrupted),
}


@pytest.fixture
def bucket(seaweed: S3Server, s3_proxy: HttpFaultProxy) -> ObstoreBucket:
    """Behind a proxy."""
    return ObstoreBucket(on_s3(seaweed, endpoint_url=s3_proxy.url))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_kind_and_not_tried_again(
    bucket: ObstoreBucket, s3_proxy: HttpFaultProxy, s3_prefix: str, fault: str
) -> None:
    name = s3_prefix + "secret-name"
    bucket.write(name, b"body", label=VALUE)
    happens, kind = FAULTS[fault]
    s3_proxy.plan.add(happens)
    for call in (bucket.read, bucket.facts, bucket.remove):
        before = len(s3_proxy.requests)
        with pytest.raises(kind) as raised:
            call(name)
        assert "secret" not in str(raised.value)
        assert len(s3_proxy.requests) == before + 1
    s3_proxy.heal()
    bucket.close()


def test_a_write_whose_answer_was_lost_is_told_as_interrupted(
    bucket: ObstoreBucket, s3_proxy: HttpFaultProxy, s3_prefix: str
) -> None:
    """Never as one that came too late: the store above asks what is there."""
    s3_proxy.plan.add(Reset(served=True), match="^PUT", times=1)
    with pytest.raises(Interrupted):
        bucket.write(s3_prefix + "a", b"body", label=VALUE, condition=Condition(None))
    assert len(s3_proxy.lines("PUT")) == 1
    read = bucket.read(s3_prefix + "a")
    assert read is not None
    assert read.body == b"body"
    bucket.close()


def test_a_body_that_ends_early_is_no_value(
    bucket: ObstoreBucket, s3_proxy: HttpFaultProxy, s3_prefix: str
) -> None:
    bucket.write(s3_prefix + "a", b"body" * 1000, label=VALUE)
    for keep in (0, 1, 3999):
        s3_proxy.plan.add(Cut(keep), match="^GET", times=1)
        before = len(s3_proxy.requests)
        with pytest.raises(Interrupted):
            bucket.read(s3_prefix + "a")
        assert len(s3_proxy.requests) == before + 1
    bucket.close()


def test_silence_ends_by_the_read_timeout(seaweed: S3Server, s3_proxy: HttpFaultProxy, s3_prefix: str) -> None:
    bucket = ObstoreBucket(on_s3(seaweed, endpoint_url=s3_proxy.url, connection=HASTY))
    s3_proxy.plan.add(BlackHole())
    with pytest.raises(StoreTimeout):
        bucket.read(s3_prefix + "a")
    s3_proxy.heal()
    bucket.close()
