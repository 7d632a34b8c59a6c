"""Who may do what on Azure Blob Storage: shared access signatures, tokens, ``DefaultAzureCredential`` unchanged.

Azurite reads a token's claims and never its signature, gives every bearer every right, and calls a wrong signature
``AuthorizationFailure``; the cloud checks all three.
"""

from __future__ import annotations

import ssl
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.refusals import Forbidden, Unauthenticated
from hexcache.domain.errors import InvalidLifetime, InvalidSetting, StoreUnavailable, Unsupported
from hexcache.testing.contracts.aio.primitives import MARKS
from tests.integration.objects.aio.bucket_ground import VALUE
from tests.integration.objects.aio.link_laws import AsyncLinkLaws
from tests.integration.objects.azure.aio.primitives import holder
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite
from tests.servers.identity import STORAGE, ManagedIdentity, unsigned_token

pytestmark = MARKS
DAYS = 24 * 3600.0


@asynccontextmanager
async def opened(account: Azurite, container: str, **options: Any) -> AsyncIterator[AsyncAzureBucket]:
    """A bucket, until the context is left."""
    bucket = AsyncAzureBucket(settings(account, container, **options))
    try:
        yield bucket
    finally:
        await bucket.aclose()


async def test_a_sas_with_every_right_does_everything_but_make_containers(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    token = azure_account.sas(azure_container, "racwdl")
    async with opened(azure_account, azure_container, sas_token=token) as bucket:
        name = f"{azure_prefix}/a"
        assert await bucket.write(name, b"body", label=VALUE) is not None
        assert await bucket.read(name) is not None
        assert [line.name async for page in bucket.pages(azure_prefix) for line in page] == [name]
        assert await bucket.remove_many([name]) == {}
        assert await bucket.facts(name) is None
        with pytest.raises(Unsupported, match="account key"):
            await bucket.sign(name, seconds=60, method="GET")


async def test_a_sas_without_a_right_is_forbidden_what_needs_it(
    azure_account: Azurite, azure_container: str, azure_prefix: str
) -> None:
    name = f"{azure_prefix}/a"
    async with opened(azure_account, azure_container) as owner:
        await owner.write(name, b"body", label=VALUE)
    async with opened(azure_account, azure_container, sas_token=azure_account.sas(azure_container, "r")) as reader:
        assert await reader.read(name) is not None
        with pytest.raises(Forbidden, match="AuthorizationPermissionMismatch"):
            await reader.write(name, b"other", label=VALUE)
        with pytest.raises(Forbidden):
            await reader.remove(name)
        with pytest.raises(Forbidden):
            await anext(aiter(reader.pages(azure_prefix)))
        refused = await reader.remove_many([name])
        assert list(refused) == [name]
        read = await reader.read(name)
        assert read is not None
        assert read.body == b"body"


async def test_a_sas_for_another_container_opens_nothing_here(
    azure_account: Azurite, azure_container: str, no_container: str
) -> None:
    token = azure_account.sas(no_container, "racwdl")
    async with opened(azure_account, azure_container, sas_token=token) as bucket:
        with pytest.raises((Forbidden, Unauthenticated)):
            await bucket.read("a")


@pytest.mark.parametrize("wrong", ["expired", "forged", "garbled"])
async def test_a_sas_that_is_expired_or_tampered_with_is_refused_and_never_shown(
    azure_account: Azurite, azure_container: str, wrong: str
) -> None:
    good = azure_account.sas(azure_container, "racwdl")
    tokens = {
        "expired": azure_account.sas(azure_container, "racwdl", seconds=-60),
        "forged": azure_account.sas(azure_container, "racwdl", key="d3Jvbmc="),
        "garbled": good.replace("sp=racwdl", "sp=racwdlt"),
    }
    async with opened(azure_account, azure_container, sas_token=tokens[wrong]) as bucket:
        for call in (
            partial(bucket.read, "a"), partial(bucket.facts, "a"), partial(bucket.write, "a", b"x", label=VALUE)
        ):  # fmt: skip
            with pytest.raises((Forbidden, Unauthenticated)) as refusal:
                await call()
            assert "sig=" not in str(refusal.value)


@pytest.mark.parametrize(
    ("wrong", "claims"),
    [
        ("expired", {"life": -60}),
        ("for another audience", {"audience": "https://vault.azure.net"}),
        ("by nobody we trust", {"iss": "https://example.org/"}),
    ],
)
async def test_a_token_that_is_not_good_here_is_a_strangers(
    azure_directory: Azurite, wrong: str, claims: dict[str, Any]
) -> None:
    credential = holder(partial(unsigned_token, **claims))
    async with opened(azure_directory, "tokens", credential=credential) as bucket:
        for call in (
            partial(bucket.read, "a"), partial(bucket.facts, "a"), partial(bucket.write, "a", b"x", label=VALUE),
            partial(bucket.remove_many, ["a"]),
        ):  # fmt: skip
            with pytest.raises(Unauthenticated, match="AuthenticationFailed"):
                await call()
    assert wrong


async def test_a_token_of_a_credential_that_was_given_serves(azure_directory: Azurite, azure_prefix: str) -> None:
    credential = holder(unsigned_token)
    async with opened(azure_directory, "tokens", credential=credential) as bucket:
        assert await bucket.write(f"{azure_prefix}/a", b"body", label=VALUE) is not None
        read = await bucket.read(f"{azure_prefix}/a")
        assert read is not None
        assert read.body == b"body"
    assert credential.asked == 1, "a token is kept while it is good"


async def test_the_default_credential_finds_this_machines_identity(
    azure_directory: Azurite, managed_identity: ManagedIdentity, azure_prefix: str
) -> None:
    async with opened(azure_directory, "tokens", identity=True) as bucket:
        assert await bucket.write(f"{azure_prefix}/a", b"body", label=VALUE) is not None
        read = await bucket.read(f"{azure_prefix}/a")
        assert read is not None
        assert read.body == b"body"
    assert len(managed_identity.asked) == 1
    assert STORAGE in managed_identity.asked[0].replace("%3A", ":").replace("%2F", "/")


async def test_the_default_credential_asks_for_the_identity_that_was_named(
    azure_directory: Azurite, managed_identity: ManagedIdentity
) -> None:
    async with opened(azure_directory, "tokens", identity=True, client_id="the-second") as bucket:
        assert await bucket.read("nothing") is None
    assert "client_id=the-second" in managed_identity.asked[0]


@pytest.mark.parametrize("status", [400, 500])
async def test_without_a_token_nobody_is_let_in_and_nobody_waits_for_minutes(
    azure_directory: Azurite, managed_identity: ManagedIdentity, status: int
) -> None:
    managed_identity.fail_with = status
    async with opened(azure_directory, "tokens", identity=True) as bucket:
        with pytest.raises(Unauthenticated, match="no token"):
            await bucket.read("a")
    assert len(managed_identity.asked) <= 4


async def test_a_server_that_nobody_vouches_for_is_not_talked_to(azure_directory: Azurite) -> None:
    credential = holder(unsigned_token)
    async with opened(azure_directory, "tokens", credential=credential, ca_file=None) as bucket:
        with pytest.raises(StoreUnavailable) as refusal:
            await bucket.read("a")
    assert type(refusal.value) is StoreUnavailable, "nothing was interrupted, as nothing was sent"
    with warnings.catch_warnings():  # one of the two clients warns, as it should
        warnings.simplefilter("ignore")
        async with opened(azure_directory, "tokens", credential=credential, ca_file=None, verify=False) as bucket:
            assert await bucket.read("nothing") is None


async def test_a_credential_of_the_other_world_is_refused_at_once(azure_directory: Azurite) -> None:
    class NoCredential:
        """Gives nothing."""

    with pytest.raises(InvalidSetting, match="get_token"):
        AsyncAzureBucket(settings(azure_directory, "tokens", credential=NoCredential()))


async def test_a_key_that_signs_links_is_fetched_once_and_lives_no_longer_than_a_week(
    azure_directory: Azurite, azure_prefix: str
) -> None:
    credential = holder(unsigned_token)
    async with opened(azure_directory, "tokens", credential=credential) as bucket:
        first = await bucket.sign(f"{azure_prefix}/a", seconds=60, method="GET")
        second = await bucket.sign(f"{azure_prefix}/b", seconds=600, method="GET")
        third = await bucket.sign(f"{azure_prefix}/b", seconds=5 * DAYS, method="GET")
        with pytest.raises(InvalidLifetime, match="7 days"):
            await bucket.sign(f"{azure_prefix}/b", seconds=8 * DAYS, method="GET")

    def key_end(link: str) -> str:
        return next(part for part in link.split("&") if part.startswith("ske="))

    assert key_end(first) == key_end(second) != key_end(third)


class TestLinksByIdentity(AsyncLinkLaws):
    put_headers = {"x-ms-blob-type": "BlockBlob"}  # noqa: RUF012 - read alone

    @pytest.fixture
    async def bucket(self, azure_directory: Azurite) -> AsyncAzureBucket:
        self.trust = ssl.create_default_context(cafile=azure_directory.authority)
        bucket = AsyncAzureBucket(settings(azure_directory, "tokens", credential=holder(unsigned_token)))
        await bucket.write("made", b"", label=VALUE)
        return bucket
