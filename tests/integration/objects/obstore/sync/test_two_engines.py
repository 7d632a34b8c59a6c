# Generated from tests/integration/objects/obstore/aio/test_two_engines.py by tools/unasync.py. Do not edit.
"""What one engine wrote, the other reads: body and label, in all three vendors' stores."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.integration.objects.sync.bucket_ground import ENDLESS, PLACEHOLDER, VALUE
from tests.integration.objects.obstore.sync.primitives import azure_bucket, gcs_bucket_at, s3_bucket
from tests.integration.objects.obstore.dialects import on_azure, on_gcs, on_s3
from tests.servers.azurite import Azurite
from tests.servers.fake_gcs import FakeGcs
from tests.servers.s3 import S3Server

pytestmark = MARKS


def read_each_others(one: Bucket, other: Bucket, prefix: str) -> None:
    for writer, reader in ((one, other), (other, one)):
        for number, label in enumerate((VALUE, ENDLESS, PLACEHOLDER)):
            name = f"{prefix}/{number}"
            writer.write(name, b"by %d" % number, label=label)
            read, facts = reader.read(name), reader.facts(name)
            assert read is not None
            assert facts is not None
            assert (read.body, facts.label, facts.token) == (b"by %d" % number, label, read.token)
            assert [line.name for page in reader.pages(name) for line in page] == [name]
            reader.remove(name)
            assert writer.read(name) is None
    for bucket in (one, other):
        bucket.close()


@pytest.mark.parametrize("vendor", ["s3", "gcs", "azure"])
def test_the_engines_read_each_others_objects(vendor: str, request: pytest.FixtureRequest) -> None:
    if vendor == "s3":
        server: S3Server = request.getfixturevalue("seaweed")
        read_each_others(
            ObstoreBucket(on_s3(server)), s3_bucket(server), request.getfixturevalue("s3_prefix") + "two"
        )
    elif vendor == "gcs":
        gcs: FakeGcs = request.getfixturevalue("gcs")
        name: str = request.getfixturevalue("gcs_bucket")
        ours = ObstoreBucket(on_gcs(gcs.url, name))
        read_each_others(ours, gcs_bucket_at(gcs.url, name), request.getfixturevalue("gcs_prefix") + "two")
    else:
        account: Azurite = request.getfixturevalue("azure_account")
        container: str = request.getfixturevalue("azure_container")
        ours = ObstoreBucket(on_azure(account, container))
        prefix: str = request.getfixturevalue("azure_prefix")
        read_each_others(ours, azure_bucket(account, container), prefix + "/two")
