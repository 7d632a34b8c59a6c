"""What a bucket makes of an overloaded service and of a bad way to it: one request a call, and an error of its kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Final, TypeAlias

import pytest

from hexcache.adapters.outbound.objects.azure.aio.bucket import AsyncAzureBucket
from hexcache.adapters.outbound.objects.refusals import Interrupted, Throttled
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.things import Condition
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.testing.contracts.aio.primitives import MARKS, fixture
from tests.integration.objects.aio.bucket_ground import VALUE
from tests.integration.objects.azure.asking import settings
from tests.servers.azurite import Azurite
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.http_faults import Answer, BlackHole, Cut, Fault, Reset, Slow

pytestmark = MARKS

Call: TypeAlias = Callable[[AsyncAzureBucket, str], Awaitable[object]]
BODY: Final = b"body" * 100
SOON: Final = ConnectionSettings(connect_timeout=20.0, read_timeout=0.5)
"""Gives up soon; only for what never answers."""


async def lines(bucket: AsyncAzureBucket, name: str) -> list[str]:
    """What is listed."""
    return [line.name async for page in bucket.pages(name) for line in page]


CALLS: Final[dict[str, Call]] = {
    "read": lambda bucket, name: bucket.read(name),
    "facts": lambda bucket, name: bucket.facts(name),
    "write": lambda bucket, name: bucket.write(name, BODY, label=VALUE),
    "create": lambda bucket, name: bucket.write(name + "2", BODY, label=VALUE, condition=Condition()),
    "remove": lambda bucket, name: bucket.remove(name),
    "remove_many": lambda bucket, name: bucket.remove_many([name, name + "2"]),
    "pages": lines,
}


def busy(code: str) -> bytes:
    """The body of a refusal."""
    return f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>m</Message></Error>'.encode()


XML = ("Content-Type", "application/xml")
FAULTS: Final[dict[str, tuple[Fault, type[StoreError]]]] = {
    "busy": (Answer(503, busy("ServerBusy"), [XML, ("Retry-After", "3")]), Throttled),
    "too many": (Answer(429, b""), Throttled),
    "internal": (Answer(500, busy("InternalError"), [XML]), Interrupted),
    "timed out there": (Answer(500, busy("OperationTimedOut"), [XML]), Interrupted),
    "bad gateway": (Answer(502, b"<html>", [("Content-Type", "text/html")]), Interrupted),
    "no such page": (Answer(404, b"<html>", [("Content-Type", "text/html")]), StoreRejected),
    "reset": (Reset(served=False), Interrupted),
    "answer lost": (Reset(served=True), Interrupted),
}


@fixture
async def bucket(
    azure_account: Azurite, azure_container: str, azure_proxy: HttpFaultProxy
) -> AsyncIterator[AsyncAzureBucket]:
    """A bucket behind the proxy."""
    bucket = AsyncAzureBucket(settings(azure_account, azure_container, account_url=behind(azure_proxy, azure_account)))
    yield bucket
    azure_proxy.heal()
    await bucket.aclose()


def behind(proxy: HttpFaultProxy, account: Azurite) -> str:
    """The account's address by way of the proxy."""
    return f"{proxy.url}/{account.account}"


@pytest.mark.parametrize("call", CALLS)
async def test_a_fault_is_told_as_its_kind_after_one_request(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str, call: str
) -> None:
    for fault, (happens, kind) in FAULTS.items():
        name = f"{azure_prefix}/{fault}/secret-name"
        azure_proxy.heal()
        await bucket.write(name, BODY, label=VALUE)
        asked = len(azure_proxy.requests)
        azure_proxy.plan.add(happens)
        with pytest.raises(kind) as refusal:
            await CALLS[call](bucket, name)
        assert len(azure_proxy.requests) == asked + 1, f"{fault}: a bucket asks again by itself"
        assert "secret" not in str(refusal.value)
        assert fault != "busy" or getattr(refusal.value, "after", None) == 3.0


@pytest.mark.parametrize("call", ["read", "pages", "remove_many"])
async def test_a_body_that_breaks_off_is_an_interruption_after_one_request(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str, call: str
) -> None:
    await bucket.write(f"{azure_prefix}/a", BODY, label=VALUE)
    asked = len(azure_proxy.requests)
    azure_proxy.plan.add(Cut(37))
    with pytest.raises(Interrupted):
        await CALLS[call](bucket, f"{azure_prefix}/a")
    assert len(azure_proxy.requests) == asked + 1
    azure_proxy.heal()
    assert await bucket.facts(f"{azure_prefix}/b") is None


async def test_a_listing_of_something_else_is_no_empty_listing(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    for body in (b"<html><body>welcome</body></html>", b"welcome", b""):
        azure_proxy.heal()
        azure_proxy.plan.add(Answer(200, body, [XML]))
        with pytest.raises(StoreError):
            await lines(bucket, azure_prefix)


async def test_nothing_that_answers_is_waited_for_only_so_long(
    azure_account: Azurite, azure_container: str, azure_proxy: HttpFaultProxy
) -> None:
    bucket = AsyncAzureBucket(
        settings(azure_account, azure_container, account_url=behind(azure_proxy, azure_account), connection=SOON)
    )
    try:
        azure_proxy.plan.add(BlackHole())
        with pytest.raises(StoreTimeout):
            await bucket.read("a")
        with pytest.raises(StoreTimeout):
            await bucket.write("a", BODY, label=VALUE)
        assert len(azure_proxy.requests) == 2
    finally:
        azure_proxy.heal()
        await bucket.aclose()


async def test_a_late_first_byte_is_no_error(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    azure_proxy.plan.add(Slow(0.2), times=2)
    assert await bucket.write(f"{azure_prefix}/a", BODY, label=VALUE) is not None
    read = await bucket.read(f"{azure_prefix}/a")
    assert read is not None
    assert read.body == BODY


async def test_a_write_whose_answer_was_lost_has_happened(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    azure_proxy.plan.add(Reset(served=True), times=1)
    with pytest.raises(Interrupted):
        await bucket.write(f"{azure_prefix}/a", BODY, label=VALUE, condition=Condition())
    assert await bucket.write(f"{azure_prefix}/a", b"second", label=VALUE, condition=Condition()) is None
    read = await bucket.read(f"{azure_prefix}/a")
    assert read is not None
    assert read.body == BODY


async def test_bodies_of_any_size_go_and_come_in_one_request(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    body = bytes(34 * 2**20)  # more than the client itself would fetch at once
    assert await bucket.write(f"{azure_prefix}/a", body, label=VALUE) is not None
    read = await bucket.read(f"{azure_prefix}/a")
    assert read is not None
    assert read.body == body
    assert [line.split()[0] for line in azure_proxy.lines()] == ["PUT", "GET"]


async def test_connections_are_used_again(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    for number in range(10):
        await bucket.write(f"{azure_prefix}/{number}", BODY, label=VALUE)
        await bucket.read(f"{azure_prefix}/{number}")
        await bucket.read(f"{azure_prefix}/never")
        await bucket.facts(f"{azure_prefix}/{number}")
    assert azure_proxy.connections == 1


async def test_nothing_is_asked_before_the_first_call(
    bucket: AsyncAzureBucket, azure_proxy: HttpFaultProxy, azure_prefix: str
) -> None:
    link = await bucket.sign(f"{azure_prefix}/a", seconds=60, method="GET")
    assert azure_prefix in link
    assert azure_proxy.requests == []
    assert azure_proxy.connections == 0


async def test_a_way_that_is_gone_is_unavailable(azure_account: Azurite, azure_container: str) -> None:
    with HttpFaultProxy((azure_account.host, azure_account.port)) as proxy:
        url = behind(proxy, azure_account)
    bucket = AsyncAzureBucket(settings(azure_account, azure_container, account_url=url))
    for call in (partial(bucket.read, "a"), partial(bucket.write, "a", b"x", label=VALUE)):
        with pytest.raises(StoreUnavailable) as refusal:
            await call()
        assert type(refusal.value) is StoreUnavailable
    await bucket.aclose()
