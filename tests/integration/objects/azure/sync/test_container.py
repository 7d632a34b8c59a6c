# Generated from tests/integration/objects/azure/aio/test_container.py by tools/unasync.py. Do not edit.
"""A container that is made by the first write into it, and what others left in one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, NoSuchBucket, Unauthenticated
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.testing.contracts.sync.primitives import MARKS, fixture, together
from tests.integration.objects.sync.bucket_ground import PLACEHOLDER, VALUE
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite

pytestmark = MARKS


@fixture
def bucket(azure_account: Azurite, no_container: str) -> Iterator[AzureBucket]:
    """A bucket whose container nobody has made."""
    bucket = AzureBucket(settings(azure_account, no_container))
    yield bucket
    bucket.close()


def test_a_container_that_is_yet_to_be_made_is_empty(bucket: AzureBucket) -> None:
    assert bucket.read("a") is None
    assert bucket.facts("a") is None
    bucket.remove("a")
    assert bucket.remove_many(["a", "b"]) == {}
    assert [page for page in bucket.pages("")] == []
    assert bucket.write("a", b"x", label=VALUE, condition=Condition('"0x8D"')) is None


def test_looking_makes_no_container_and_writing_does(
    bucket: AzureBucket, azure_account: Azurite, no_container: str
) -> None:
    with azure_account.service() as service:
        container = service.get_container_client(no_container)
        bucket.read("a")
        assert not container.exists()
        assert bucket.write("a", b"x", label=VALUE, condition=Condition()) is not None
        assert container.exists()
    read = bucket.read("a")
    assert read is not None
    assert read.body == b"x"


def test_many_may_be_the_first(bucket: AzureBucket) -> None:
    written = together([partial(bucket.write, f"a{number}", b"x", label=VALUE) for number in range(16)])
    assert None not in written
    assert len([line for page in bucket.pages("a") for line in page]) == 16


def test_a_container_that_may_not_be_made_is_missing(azure_account: Azurite, no_container: str) -> None:
    bucket = AzureBucket(settings(azure_account, no_container, create_container=False))
    with pytest.raises(NoSuchBucket, match="ContainerNotFound"):
        bucket.write("a", b"x", label=VALUE)
    with pytest.raises(NoSuchBucket):
        bucket.read("a")
    bucket.close()


def test_who_has_no_right_to_make_containers_is_told_so(azure_account: Azurite, no_container: str) -> None:
    token = azure_account.sas(no_container, "racwdl")
    bucket = AzureBucket(settings(azure_account, no_container, sas_token=token))
    with pytest.raises((Forbidden, Unauthenticated)):
        bucket.write("a", b"x", label=VALUE)
    bucket.close()


def test_what_others_wrote_has_no_label_of_ours(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    foreign = (
        None,
        {"kind": "value"},
        {"hexcache_kind": "other", "hexcache_dead_at": "1.0"},
        {"hexcache_kind": "value"},
    )
    with azure_account.service() as service:
        container = service.get_container_client(azure_container)
        for number, metadata in enumerate(foreign):
            container.upload_blob(f"{azure_prefix}/{number}", b"x", metadata=metadata)
        container.upload_blob(
            f"{azure_prefix}/ours", b"x", metadata={"Hexcache_Kind": "placeholder", "HEXCACHE_DEAD_AT": "2000000000.25"}
        )
    bucket = AzureBucket(settings(azure_account, azure_container))
    for number in range(len(foreign)):
        facts = bucket.facts(f"{azure_prefix}/{number}")
        assert facts is not None
        assert facts.label is None
    labels = {line.name: line.label for page in bucket.pages(azure_prefix) for line in page}
    assert labels.pop(f"{azure_prefix}/ours") == PLACEHOLDER
    assert set(labels.values()) == {None}
    bucket.close()


def test_what_has_snapshots_is_removed_with_them(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    bucket = AzureBucket(settings(azure_account, azure_container))
    names = [f"{azure_prefix}/{number}" for number in range(2)]
    with azure_account.service() as service:
        container = service.get_container_client(azure_container)
        for name in names:
            container.upload_blob(name, b"x")
            container.get_blob_client(name).create_snapshot()
    bucket.remove(names[0])
    assert bucket.remove_many(names[1:]) == {}
    assert [line for page in bucket.pages(azure_prefix) for line in page] == []
    bucket.close()


def test_a_listing_goes_on_over_pages(azure_account: Azurite, azure_container: str, azure_prefix: str) -> None:
    bucket = AzureBucket(settings(azure_account, azure_container), page_size=3)
    names = [f"{azure_prefix}/{number}" for number in range(8)]
    for name in names:
        bucket.write(name, b"x", label=VALUE)
    pages = [[line.name for line in page] for page in bucket.pages(azure_prefix)]
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [name for page in pages for name in page] == names
    bucket.close()
