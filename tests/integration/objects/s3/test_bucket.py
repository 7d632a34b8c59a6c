"""What a bucket of S3 does beyond the laws of every bucket: rights, headers, names, foreign objects, forks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.refusals import Forbidden
from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket
from hexcache.adapters.outbound.objects.s3.client import make_client
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.things import Condition, Label, ObjectFacts
from hexcache.domain.errors import InvalidLifetime, StoreError, StoreRejected
from tests.integration.objects.links import follow
from tests.integration.objects.s3.making import access_of, bucket_on, settings_for
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.s3 import S3Server
from tests.servers.waiting import wait_until

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # threads of other tests

NOW = 1_900_000_000.0
VALUE = Label("value", NOW + 90.5)


@pytest.fixture
def bucket(seaweed: S3Server) -> Iterator[S3Bucket]:
    """On SeaweedFS."""
    with closing(bucket_on(seaweed)) as bucket:
        yield bucket


@pytest.fixture
def reader(seaweed: S3Server) -> Iterator[S3Bucket]:
    """Of somebody who may read and list alone."""
    assert seaweed.reader is not None
    with closing(bucket_on(seaweed, access=access_of(seaweed.reader))) as bucket:
        yield bucket


def head(server: S3Server, name: str) -> dict[str, Any]:
    """What the server says of an object."""
    with closing(server.client()) as client:
        told: dict[str, Any] = client.head_object(Bucket=server.bucket, Key=name)
        return told


def test_a_reader_reads_and_lists(bucket: S3Bucket, reader: S3Bucket, s3_prefix: str) -> None:
    bucket.write(s3_prefix + "a", b"body", label=VALUE)
    read = reader.read(s3_prefix + "a")
    assert read is not None
    assert read.body == b"body"
    assert reader.read(s3_prefix + "b") is None
    assert reader.facts(s3_prefix + "b") is None
    assert [line.name for page in reader.pages(s3_prefix) for line in page] == [s3_prefix + "a"]


@pytest.mark.parametrize(
    ("call", "right"),
    [
        (lambda bucket, name: bucket.write(name, b"secret-body", label=VALUE), "s3:PutObject"),
        (lambda bucket, name: bucket.write(name, b"secret-body", label=VALUE, condition=Condition()), "s3:PutObject"),
        (lambda bucket, name: bucket.remove(name), "s3:DeleteObject"),
    ],
    ids=["write", "conditional write", "remove"],
)
def test_a_missing_right_is_named(
    reader: S3Bucket, s3_prefix: str, call: Callable[[S3Bucket, str], object], right: str
) -> None:
    with pytest.raises(Forbidden, match=right) as refused:
        call(reader, s3_prefix + "secret")
    assert "secret" not in str(refused.value)


def test_a_removal_of_many_tells_which_were_refused(bucket: S3Bucket, reader: S3Bucket, s3_prefix: str) -> None:
    names = [s3_prefix + "a", s3_prefix + "b"]
    for name in names:
        bucket.write(name, b"body", label=VALUE)
    assert reader.remove_many(names) == dict.fromkeys(names, "AccessDenied")
    assert bucket.read(names[0]) is not None


def test_an_object_says_how_long_it_is_of_use(any_s3: S3Server, s3_prefix: str) -> None:
    with closing(S3Bucket(settings_for(any_s3), wall=lambda: NOW)) as bucket:
        bucket.write(s3_prefix + "a", b"body", label=VALUE)
        bucket.write(s3_prefix + "p", b"body", label=Label("placeholder", NOW + 90))
        bucket.write(s3_prefix + "e", b"body", label=Label("value", float("inf")))
    told = head(any_s3, s3_prefix + "a")
    assert told["CacheControl"] == "max-age=90"
    assert told["ExpiresString"] == (datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=90)).strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )
    assert told["ContentType"] == "application/octet-stream"
    assert {name.lower(): text for name, text in told["Metadata"].items()} == {
        "hexcache-kind": "value",
        "hexcache-dead-at": repr(NOW + 90.5),
    }
    assert head(any_s3, s3_prefix + "p")["CacheControl"] == "no-store"
    assert "Expires" not in head(any_s3, s3_prefix + "e")


def test_every_name_that_s3_takes_is_a_name(moto: S3Server, s3_prefix: str) -> None:
    """SeaweedFS refuses these; a store of ours asks for none of them."""
    names = ["a//b", "a/./b", "a/../b", "../b", ".", "..", "/a", "a/", "s" * 1000, "a\\b", "a\tb"]
    names = [s3_prefix + name if len(name) < 1000 else name for name in names]
    with closing(bucket_on(moto)) as bucket:
        for name in names:
            bucket.write(name, name.encode(), label=VALUE)
        for name in names:
            read = bucket.read(name)
            assert read is not None
            assert read.body == name.encode()
        assert {line.name for page in bucket.pages("") for line in page} >= set(names)
        assert bucket.remove_many(names) == {}
        assert bucket.read(names[0]) is None


def test_a_name_that_is_too_long_is_refused(bucket: S3Bucket, s3_prefix: str) -> None:
    with pytest.raises(StoreRejected):
        bucket.write(s3_prefix + "s" * 1025, b"body", label=VALUE)


def test_what_somebody_else_wrote_has_no_label(seaweed: S3Server, bucket: S3Bucket, s3_prefix: str) -> None:
    with closing(seaweed.client()) as client:
        client.put_object(Bucket=seaweed.bucket, Key=s3_prefix + "a", Body=b"theirs", Metadata={"hexcache-kind": "odd"})
    facts = bucket.facts(s3_prefix + "a")
    assert isinstance(facts, ObjectFacts)
    assert facts.label is None
    read = bucket.read(s3_prefix + "a")
    assert read is not None
    assert read.body == b"theirs"


def test_a_link_ends(bucket: S3Bucket, s3_prefix: str) -> None:
    bucket.write(s3_prefix + "a", b"body", label=VALUE)
    link = bucket.sign(s3_prefix + "a", seconds=1, method="GET")
    wait_until(lambda: not follow(link, "GET", None, {}, None).accepted, "the link ends")
    assert follow(bucket.sign(s3_prefix + "a", seconds=600, method="GET"), "GET", None, {}, None).body == b"body"


@pytest.mark.parametrize("seconds", [0, 0.5, -1, 7 * 86_400 + 1, float("inf"), float("nan")])
def test_a_link_is_good_for_what_a_signature_is(bucket: S3Bucket, seconds: float) -> None:
    with pytest.raises(InvalidLifetime, match="604800"):
        bucket.sign("a", seconds=seconds, method="GET")


def test_a_client_that_was_given_is_left_open(seaweed: S3Server, s3_prefix: str) -> None:
    settings = settings_for(seaweed)
    with closing(make_client(settings)) as client:
        bucket = S3Bucket(settings, client=client)
        bucket.write(s3_prefix + "a", b"body", label=VALUE)
        bucket.close()
        assert bucket.read(s3_prefix + "a") is not None


def test_making_a_bucket_connects_to_nothing(s3_proxy: HttpFaultProxy, seaweed: S3Server) -> None:
    with closing(bucket_on(seaweed, endpoint_url=s3_proxy.url)):
        assert s3_proxy.connections == 0


def test_64_threads_wait_for_no_connection_and_throw_none_away(
    s3_proxy: HttpFaultProxy, seaweed: S3Server, s3_prefix: str
) -> None:
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - of this test alone

    settings = settings_for(
        seaweed, endpoint_url=s3_proxy.url, connection=ConnectionSettings(20.0, 30.0, connections=64)
    )
    with closing(S3Bucket(settings)) as bucket, ThreadPoolExecutor(64) as threads:
        bucket.write(s3_prefix + "a", b"body", label=VALUE)
        reads = list(threads.map(bucket.read, [s3_prefix + "a"] * 256))
    assert all(read is not None and read.body == b"body" for read in reads)
    assert s3_proxy.connections <= 64


def test_a_forked_child_uses_connections_of_its_own(
    s3_proxy: HttpFaultProxy, seaweed: S3Server, s3_prefix: str
) -> None:
    with closing(bucket_on(seaweed, endpoint_url=s3_proxy.url)) as bucket:
        bucket.write(s3_prefix + "a", b"body", label=VALUE)
        before = s3_proxy.connections
        child = os.fork()
        if child == 0:  # pragma: no cover - another process
            try:
                read = bucket.read(s3_prefix + "a")
                os._exit(0 if read is not None and read.body == b"body" else 1)
            except StoreError:
                os._exit(2)
            finally:
                os._exit(3)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert s3_proxy.connections == before + 1
        assert bucket.read(s3_prefix + "a") is not None
        assert s3_proxy.connections == before + 1
