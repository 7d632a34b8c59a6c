# Generated from tests/integration/objects/obstore/aio/test_identity.py by tools/unasync.py. Do not edit.
"""Who asks Azure through obstore: shared access signatures, tokens, ``DefaultAzureCredential``; and what is not there.

Azurite reads a token's claims and never its signature; the cloud checks both.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, Unauthenticated
from hexcache.domain.errors import StoreRejected, StoreUnavailable, Unsupported
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.integration.objects.sync.bucket_ground import VALUE
from tests.integration.objects.azure.sync.primitives import holder
from tests.integration.objects.links import Answer
from tests.integration.objects.obstore.sync.primitives import azure_bucket_of, fetch
from tests.integration.objects.obstore.dialects import on_azure, on_s3
from tests.servers.azurite import Azurite
from tests.servers.identity import ManagedIdentity, unsigned_token
from tests.servers.s3 import S3Server

pytestmark = MARKS
CONTAINER = "obstore-tokens"


@contextmanager
def opened(account: Azurite, container: str, **options: Any) -> Iterator[ObstoreBucket]:
    """A bucket, until the context is left."""
    bucket = ObstoreBucket(on_azure(account, container, **options))
    try:
        yield bucket
    finally:
        bucket.close()


def made(account: Azurite) -> None:
    """Have the container, which obstore cannot make."""
    bucket: Bucket = azure_bucket_of(account, CONTAINER, credential=holder(unsigned_token))
    bucket.write("made", b"", label=VALUE)
    bucket.close()


def test_a_sas_has_its_rights_and_no_others(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    name = f"{azure_prefix}/a"
    every, reading = azure_account.sas(azure_container, "racwdl"), azure_account.sas(azure_container, "r")
    with opened(azure_account, azure_container, sas_token=every) as owner:
        assert owner.write(name, b"body", label=VALUE) is not None
        assert [line.name for page in owner.pages(azure_prefix) for line in page] == [name]
        with pytest.raises(Unsupported, match="account key"):
            owner.sign(name, seconds=60, method="GET")
        with opened(azure_account, azure_container, sas_token=reading) as reader:
            assert reader.read(name) is not None
            for call in (
                partial(reader.remove, name), partial(reader.write, name, b"other", label=VALUE),
                partial(reader.remove_many, [name]),
            ):  # fmt: skip
                with pytest.raises(Forbidden) as refusal:
                    call()
                assert "sig" not in str(refusal.value)
        read = owner.read(name)
        assert read is not None
        assert read.body == b"body"
        owner.remove(name)


def test_a_credential_that_was_given_serves_and_signs(azure_directory: Azurite, azure_prefix: str) -> None:
    made(azure_directory)
    credential = holder(unsigned_token)
    name = f"{azure_prefix}/a"
    with opened(azure_directory, CONTAINER, credential=credential) as bucket:
        assert bucket.write(name, b"body", label=VALUE) is not None
        read = bucket.read(name)
        assert read is not None
        assert read.body == b"body"
        assert credential.asked == 1, "a token is kept while it is good"
        link = bucket.sign(name, seconds=600, method="GET")
        trust = ssl.create_default_context(cafile=azure_directory.authority)
        assert fetch(link, headers={}, trust=trust) == Answer(200, b"body")
        bucket.remove(name)


def test_the_default_credential_finds_this_machines_identity(
    azure_directory: Azurite, managed_identity: ManagedIdentity
) -> None:
    made(azure_directory)
    with opened(azure_directory, CONTAINER, identity=True, client_id="the-second") as bucket:
        assert bucket.read("nothing") is None
    assert "client_id=the-second" in managed_identity.asked[0]


def test_without_a_token_nobody_is_let_in(azure_directory: Azurite, managed_identity: ManagedIdentity) -> None:
    managed_identity.fail_with = 400
    with opened(azure_directory, CONTAINER, identity=True) as bucket:
        with pytest.raises(Unauthenticated, match="no token"):
            bucket.read("a")


def test_a_server_that_nobody_vouches_for_is_not_talked_to(azure_directory: Azurite) -> None:
    made(azure_directory)
    credential = holder(unsigned_token)
    with opened(azure_directory, CONTAINER, credential=credential, ca_file=None) as bucket:
        with pytest.raises(StoreUnavailable) as refusal:
            bucket.read("a")
    assert type(refusal.value) is StoreUnavailable, "nothing was interrupted, as nothing was sent"
    with opened(azure_directory, CONTAINER, credential=credential, ca_file=None, verify=False) as bucket:
        assert bucket.read("nothing") is None


def test_a_listing_that_comes_upon_a_name_that_is_none_to_obstore_is_refused(moto: S3Server) -> None:
    """S3 takes such names from others; the library cannot say them."""
    moto.client().put_object(Bucket=moto.bucket, Key="obstore-odd/../a", Body=b"x")
    bucket = ObstoreBucket(on_s3(moto))
    with pytest.raises(StoreRejected):
        for _ in bucket.pages("obstore-odd/"):
            pass
    bucket.close()
