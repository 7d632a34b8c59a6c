# Generated from tests/integration/objects/azure/aio/test_identity.py by tools/unasync.py. Do not edit.
"""Who may do what on Azure Blob Storage: shared access signatures, tokens, ``DefaultAzureCredential`` unchanged.

Azurite reads a token's claims and never its signature, gives every bearer every right, and calls a wrong signature
``AuthorizationFailure``; the cloud checks all three.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.azure.sync.bucket import AzureBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, Unauthenticated
from hexcache.domain.errors import InvalidLifetime, InvalidSetting, StoreUnavailable, Unsupported
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.integration.objects.sync.bucket_ground import VALUE
from tests.integration.objects.sync.link_laws import LinkLaws
from tests.integration.objects.azure.sync.primitives import holder
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite
from tests.servers.identity import STORAGE, ManagedIdentity, unsigned_token

pytestmark = MARKS
DAYS = 24 * 3600.0


@contextmanager
def opened(account: Azurite, container: str, **options: Any) -> Iterator[AzureBucket]:
    """A bucket, until the context is left."""
    bucket = AzureBucket(settings(account, container, **options))
    try:
        yield bucket
    finally:
        bucket.close()


def test_a_sas_with_every_right_does_everything_but_make_containers(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    token = azure_account.sas(azure_container, "racwdl")
    with opened(azure_account, azure_container, sas_token=token) as bucket:
        name = f"{azure_prefix}/a"
        assert bucket.write(name, b"body", label=VALUE) is not None
        assert bucket.read(name) is not None
        assert [line.name for page in bucket.pages(azure_prefix) for line in page] == [name]
        assert bucket.remove_many([name]) == {}
        assert bucket.facts(name) is None
        with pytest.raises(Unsupported, match="account key"):
            bucket.sign(name, seconds=60, method="GET")


def test_a_sas_without_a_right_is_forbidden_what_needs_it(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    name = f"{azure_prefix}/a"
    with opened(azure_account, azure_container) as owner:
        owner.write(name, b"body", label=VALUE)
    with opened(azure_account, azure_container, sas_token=azure_account.sas(azure_container, "r")) as reader:
        assert reader.read(name) is not None
        with pytest.raises(Forbidden, match="AuthorizationPermissionMismatch"):
            reader.write(name, b"other", label=VALUE)
        with pytest.raises(Forbidden):
            reader.remove(name)
        with pytest.raises(Forbidden):
            next(iter(reader.pages(azure_prefix)))
        refused = reader.remove_many([name])
        assert list(refused) == [name]
        read = reader.read(name)
        assert read is not None
        assert read.body == b"body"


def test_a_sas_for_another_container_opens_nothing_here(
    azure_account: Azurite, azure_container: str, no_container: str
) -> None:
    token = azure_account.sas(no_container, "racwdl")
    with opened(azure_account, azure_container, sas_token=token) as bucket:
        with pytest.raises((Forbidden, Unauthenticated)):
            bucket.read("a")


@pytest.mark.parametrize("wrong", ["expired", "forged", "garbled"])
def test_a_sas_that_is_expired_or_tampered_with_is_refused_and_never_shown(
    azure_account: Azurite, azure_container: str, wrong: str
) -> None:
    good = azure_account.sas(azure_container, "racwdl")
    tokens = {
        "expired": azure_account.sas(azure_container, "racwdl", seconds=-60),
        "forged": azure_account.sas(azure_container, "racwdl", key="d3Jvbmc="),
        "garbled": good.replace("sp=racwdl", "sp=racwdlt"),
    }
    with opened(azure_account, azure_container, sas_token=tokens[wrong]) as bucket:
        for call in (
            partial(bucket.read, "a"), partial(bucket.facts, "a"), partial(bucket.write, "a", b"x", label=VALUE)
        ):  # fmt: skip
            with pytest.raises((Forbidden, Unauthenticated)) as refusal:
                call()
            assert "sig=" not in str(refusal.value)


@pytest.mark.parametrize(
    ("wrong", "claims"),
    [
        ("expired", {"life": -60}),
        ("for another audience", {"audience": "https://vault.azure.net"}),
        ("by nobody we trust", {"iss": "https://example.org/"}),
    ],
)
def test_a_token_that_is_not_good_here_is_a_strangers(
    azure_directory: Azurite, wrong: str, claims: dict[str, Any]
) -> None:
    credential = holder(partial(unsigned_token, **claims))
    with opened(azure_directory, "tokens", credential=credential) as bucket:
        for call in (
            partial(bucket.read, "a"), partial(bucket.facts, "a"), partial(bucket.write, "a", b"x", label=VALUE),
            partial(bucket.remove_many, ["a"]),
        ):  # fmt: skip
            with pytest.raises(Unauthenticated, match="AuthenticationFailed"):
                call()
    assert wrong


def test_a_token_of_a_credential_that_was_given_serves(azure_directory: Azurite, azure_prefix: str) -> None:
    credential = holder(unsigned_token)
    with opened(azure_directory, "tokens", credential=credential) as bucket:
        assert bucket.write(f"{azure_prefix}/a", b"body", label=VALUE) is not None
        read = bucket.read(f"{azure_prefix}/a")
        assert read is not None
        assert read.body == b"body"
    assert credential.asked == 1, "a token is kept while it is good"


def test_the_default_credential_finds_this_machines_identity(
    azure_directory: Azurite, managed_identity: ManagedIdentity, azure_prefix: str
) -> None:
    with opened(azure_directory, "tokens", identity=True) as bucket:
        assert bucket.write(f"{azure_prefix}/a", b"body", label=VALUE) is not None
        read = bucket.read(f"{azure_prefix}/a")
        assert read is not None
        assert read.body == b"body"
    assert len(managed_identity.asked) == 1
    assert STORAGE in managed_identity.asked[0].replace("%3A", ":").replace("%2F", "/")


def test_the_default_credential_asks_for_the_identity_that_was_named(
    azure_directory: Azurite, managed_identity: ManagedIdentity
) -> None:
    with opened(azure_directory, "tokens", identity=True, client_id="the-second") as bucket:
        assert bucket.read("nothing") is None
    assert "client_id=the-second" in managed_identity.asked[0]


@pytest.mark.parametrize("status", [400, 500])
def test_without_a_token_nobody_is_let_in_and_nobody_waits_for_minutes(
    azure_directory: Azurite, managed_identity: ManagedIdentity, status: int
) -> None:
    managed_identity.fail_with = status
    with opened(azure_directory, "tokens", identity=True) as bucket:
        with pytest.raises(Unauthenticated, match="no token"):
            bucket.read("a")
    assert len(managed_identity.asked) <= 4


def test_a_server_that_nobody_vouches_for_is_not_talked_to(azure_directory: Azurite) -> None:
    credential = holder(unsigned_token)
    with opened(azure_directory, "tokens", credential=credential, ca_file=None) as bucket:
        with pytest.raises(StoreUnavailable) as refusal:
            bucket.read("a")
    assert type(refusal.value) is StoreUnavailable, "nothing was interrupted, as nothing was sent"
    with warnings.catch_warnings():  # one of the two clients warns, as it should
        warnings.simplefilter("ignore")
        with opened(azure_directory, "tokens", credential=credential, ca_file=None, verify=False) as bucket:
            assert bucket.read("nothing") is None


def test_a_credential_of_the_other_world_is_refused_at_once(azure_directory: Azurite) -> None:
    class NoCredential:
        """Gives nothing."""

    with pytest.raises(InvalidSetting, match="get_token"):
        AzureBucket(settings(azure_directory, "tokens", credential=NoCredential()))


def test_a_key_that_signs_links_is_fetched_once_and_lives_no_longer_than_a_week(
    azure_directory: Azurite, azure_prefix: str
) -> None:
    credential = holder(unsigned_token)
    with opened(azure_directory, "tokens", credential=credential) as bucket:
        first = bucket.sign(f"{azure_prefix}/a", seconds=60, method="GET")
        second = bucket.sign(f"{azure_prefix}/b", seconds=600, method="GET")
        third = bucket.sign(f"{azure_prefix}/b", seconds=5 * DAYS, method="GET")
        with pytest.raises(InvalidLifetime, match="7 days"):
            bucket.sign(f"{azure_prefix}/b", seconds=8 * DAYS, method="GET")

    def key_end(link: str) -> str:
        return next(part for part in link.split("&") if part.startswith("ske="))

    assert key_end(first) == key_end(second) != key_end(third)


class TestLinksByIdentity(LinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    def bucket(self, azure_directory: Azurite) -> AzureBucket:
        self.trust = ssl.create_default_context(cafile=azure_directory.authority)
        bucket = AzureBucket(settings(azure_directory, "tokens", credential=holder(unsigned_token)))
        bucket.write("made", b"", label=VALUE)
        return bucket
