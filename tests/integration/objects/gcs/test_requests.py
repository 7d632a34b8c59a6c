"""What the bucket asks of Google Cloud Storage, and what stands there afterwards."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

import pytest
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from hexcache.adapters.outbound.objects.gcs.bucket import BATCH, GcsBucket
from hexcache.adapters.outbound.objects.refusals import NoSuchBucket
from hexcache.adapters.outbound.objects.things import Condition, Label
from hexcache.domain.errors import Unsupported
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.gcs_shim import GcsShim

LABEL = Label("value", 4_000_000_000.25)
FOREVER = Label("placeholder", math.inf)


@pytest.fixture
def bucket(gcs_shim: GcsShim, gcs_bucket: str) -> Iterator[GcsBucket]:
    bucket = GcsBucket(settings_at(gcs_shim.url, gcs_bucket))
    yield bucket
    bucket.close()


@pytest.fixture
def peer(gcs_shim: GcsShim, gcs_bucket: str) -> Iterator[Any]:
    """The same bucket by a client that is configured as anybody's."""
    client = storage.Client(
        project="p", credentials=AnonymousCredentials(), client_options={"api_endpoint": gcs_shim.url}
    )
    client._bucket_metadata_cache = None  # pyright: ignore[reportAttributeAccessIssue]  # asks by itself
    yield client.bucket(gcs_bucket)
    client.close()


def test_each_call_is_one_request(bucket: GcsBucket, gcs_shim: GcsShim, gcs_prefix: str) -> None:
    name = gcs_prefix + "a"
    for call in (
        lambda: bucket.read(name),
        lambda: bucket.write(name, b"x", label=LABEL, condition=Condition()),
        lambda: bucket.write(name, b"y", label=LABEL, condition=Condition()),
        lambda: bucket.read(name),
        lambda: bucket.facts(name),
        lambda: list(bucket.pages(gcs_prefix)),
        lambda: bucket.remove_many([name, gcs_prefix + "b"]),
        lambda: bucket.remove(name),
    ):
        before = len(gcs_shim.requests)
        call()
        assert len(gcs_shim.lines()) == before + 1


def test_a_token_is_the_generation_that_was_read(bucket: GcsBucket, peer: Any, gcs_prefix: str) -> None:
    name = gcs_prefix + "a"
    token = bucket.write(name, b"x", label=LABEL)
    read, facts = bucket.read(name), bucket.facts(name)
    assert read is not None
    assert facts is not None
    assert token == read.token == facts.token == peer.get_blob(name).generation
    assert read.body == b"x"
    assert facts.size == 1
    assert abs(facts.changed_at - time.time()) < 3600


def test_an_object_says_when_it_is_dead_and_that_copies_are_to_be_checked(
    bucket: GcsBucket, peer: Any, gcs_prefix: str
) -> None:
    bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    bucket.write(gcs_prefix + "b", b"", label=FOREVER)
    mortal, endless = peer.get_blob(gcs_prefix + "a"), peer.get_blob(gcs_prefix + "b")
    assert mortal.custom_time.timestamp() == LABEL.dead_at
    assert endless.custom_time is None
    assert mortal.cache_control == "private, no-cache, no-transform"
    assert mortal.content_type == "application/octet-stream"
    assert [listed.label for page in bucket.pages(gcs_prefix) for listed in page] == [LABEL, FOREVER]


def test_objects_of_others_have_no_label(bucket: GcsBucket, peer: Any, gcs_prefix: str) -> None:
    odd: list[dict[str, str]] = [
        {}, {"hexcache-kind": "value"}, {"hexcache-kind": "x", "hexcache-dead-at": "1"},
        {"hexcache-kind": "value", "hexcache-dead-at": "soon"}, {"hexcache-kind": "value", "hexcache-dead-at": "nan"},
    ]  # fmt: skip
    for number, metadata in enumerate(odd):
        blob = peer.blob(f"{gcs_prefix}{number}")
        blob.metadata = metadata
        blob.upload_from_string(b"theirs")
        facts = bucket.facts(f"{gcs_prefix}{number}")
        assert facts is not None
        assert facts.label is None


@pytest.mark.parametrize("size", [0, 1, (8 << 20) + 1])
def test_bodies_come_back_whole_whatever_their_size(bucket: GcsBucket, gcs_prefix: str, size: int) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    token = bucket.write(gcs_prefix + "a", body, label=LABEL, condition=Condition())
    read = bucket.read(gcs_prefix + "a")
    assert read is not None
    assert (read.body == body, read.token) == (True, token)
    assert bucket.write(gcs_prefix + "a", body, label=LABEL, condition=Condition()) is None


def test_what_compressed_by_itself_is_not_unpacked(bucket: GcsBucket, peer: Any, gcs_prefix: str) -> None:
    blob = peer.blob(gcs_prefix + "a")
    blob.content_encoding = "gzip"
    blob.upload_from_string(b"no gzip at all")
    read = bucket.read(gcs_prefix + "a")
    assert read is not None
    assert read.body == b"no gzip at all"


def test_a_missing_bucket_is_told_by_every_call(gcs_shim: GcsShim, gcs_prefix: str) -> None:
    bucket = GcsBucket(settings_at(gcs_shim.url, "nobodys-bucket"))
    misleading = "The specified bucket does not exist"
    for name in (gcs_prefix + "a", misleading):
        for call in (
            lambda name=name: bucket.read(name),
            lambda name=name: bucket.facts(name),
            lambda name=name: bucket.write(name, b"", label=LABEL),
            lambda name=name: bucket.write(name, b"", label=LABEL, condition=Condition(7)),
            lambda name=name: bucket.remove(name),
            lambda name=name: bucket.remove_many([name]),
            lambda name=name: list(bucket.pages(name)),
        ):
            with pytest.raises(NoSuchBucket):
                call()
    bucket.close()


def test_an_object_named_like_a_missing_bucket_is_an_object(bucket: GcsBucket) -> None:
    name = "The specified bucket does not exist"
    assert bucket.read(name) is None
    assert bucket.facts(name) is None
    assert bucket.remove_many([name]) == {}


def test_a_batch_takes_as_many_as_it_says(bucket: GcsBucket, gcs_shim: GcsShim, gcs_prefix: str) -> None:
    names = [f"{gcs_prefix}{number}" for number in range(BATCH)]
    for name in names[:3]:
        bucket.write(name, b"", label=LABEL)
    before = len(gcs_shim.requests)
    assert bucket.remove_many(names) == {}
    assert len(gcs_shim.requests) == before + 1
    assert bucket.remove_many([]) == {}
    assert all(bucket.read(name) is None for name in names[:3])


def test_a_bucket_that_was_closed_connects_anew(bucket: GcsBucket, gcs_shim: GcsShim, gcs_prefix: str) -> None:
    bucket.read(gcs_prefix + "a")
    bucket.close()
    bucket.close()
    bucket.read(gcs_prefix + "a")
    assert gcs_shim.connections == 2


def test_a_client_that_is_handed_in_is_used_and_stays_open(
    gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str, peer: Any
) -> None:
    bucket = GcsBucket(settings_at(gcs_shim.url, gcs_bucket), client=peer.client)
    bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    bucket.close()
    assert peer.blob(gcs_prefix + "a").download_as_bytes() == b"x"
    with pytest.raises(Unsupported, match="key of a service account"):
        bucket.sign("a", seconds=60, method="GET")


def test_a_requester_who_pays_is_named(gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str) -> None:
    bucket = GcsBucket(settings_at(gcs_shim.url, gcs_bucket, project="payer"))
    bucket.read(gcs_prefix + "a")
    list(bucket.pages(gcs_prefix))
    assert all("userProject=payer" in line for line in gcs_shim.lines())
    bucket.close()
