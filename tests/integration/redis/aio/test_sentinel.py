"""A link to a primary that real Sentinels name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from hexcache.adapters.outbound.redis.aio.link import AsyncLink
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.aio.probe import test_connection
from hexcache.adapters.outbound.redis.commands import Script
from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.redis.aio.primitives import pause
from tests.integration.redis.settings import PATIENT
from tests.integration.redis.timing import Within
from tests.servers.binaries import find_any
from tests.servers.sentinel import Sentinels, sentinels

QUICK: dict[str, Any] = {"deadline": 0.75, "connect_deadline": 0.5, "operation_deadline": 0.25, "pool_wait": 0.25}
TWO = Script("redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000) return ARGV[1]")


def settings_of(watched: Sentinels, service: str | None = None, **options: Any) -> RedisSettings:
    """For what these Sentinels watch."""
    said = SentinelSettings(service or watched.service, password=watched.sentinel_password)
    addresses = tuple(Address(host, port) for host, port in watched.addresses)
    ready = {"addresses": addresses, "password": watched.password, "sentinel": said, **options}
    return RedisSettings(mode="sentinel", **{**PATIENT, **ready})


@pytest.fixture
async def link(redis_sentinels: Sentinels) -> AsyncIterator[AsyncLink]:
    link = open_link(settings_of(redis_sentinels))
    yield link
    await link.aclose()


async def until_written(link: AsyncLink, key: bytes, value: bytes) -> list[StoreError]:
    """Write until it is taken; what was raised before that."""
    raised: list[StoreError] = []
    for _ in range(600):
        try:
            with Within(0.75):
                assert await link.call("SET", key, value, "PX", 60_000) == b"OK"
        except StoreError as exc:
            raised.append(exc)
            await pause(0.05)
        else:
            return raised
    raise AssertionError("no primary took the write")


async def test_the_primary_is_found_and_used(link: AsyncLink, redis_sentinels: Sentinels, redis_prefix: str) -> None:
    key = redis_prefix.encode()
    assert await link.call("SET", key, b"v", "PX", 60_000) == b"OK"
    assert await link.get(key) == b"v"
    assert await link.get_many([key, b"absent"]) == [b"v", None]
    assert await link.run(TWO, [key], [b"w"]) == b"w"
    assert redis_sentinels.master.ask("GET", redis_prefix) == b"w"
    (told,) = await link.call_everywhere("INFO", "replication")
    assert b"role:master" in told
    assert not link.sharded
    report = await test_connection(settings_of(redis_sentinels))
    assert (report.status, report.mode) == ("ok", "sentinel")


async def test_servers_and_sentinels_have_passwords_of_their_own(redis_prefix: str) -> None:
    with sentinels(find_any(), count=1, password="s3cret", sentinel_password="other") as watched:
        link = open_link(settings_of(watched))
        assert await link.call("SET", redis_prefix.encode(), b"v") == b"OK"
        await link.aclose()
        mistakes: tuple[dict[str, Any], ...] = (
            {"password": "hidden"},
            {"sentinel": SentinelSettings(watched.service, password="hidden")},
            {"sentinel": SentinelSettings(watched.service)},
        )
        for wrong in mistakes:
            link = open_link(settings_of(watched, **QUICK, **wrong))
            with pytest.raises(StoreError) as caught:
                await link.get(b"k")
            assert isinstance(caught.value, (StoreRejected, StoreUnavailable))
            assert "hidden" not in str(caught.value)
            await link.aclose()


async def test_a_service_that_nobody_knows_is_unavailable(redis_sentinels: Sentinels) -> None:
    link = open_link(settings_of(redis_sentinels, service="nobody", **QUICK))
    with Within(0.75), pytest.raises(StoreUnavailable):
        await link.get(b"k")
    await link.aclose()


async def test_sentinels_that_are_silent_or_gone_are_passed_over(redis_sentinels: Sentinels, redis_prefix: str) -> None:
    silent, gone, _ = redis_sentinels.sentinels
    gone.process.kill()
    silent.process.pause()
    try:
        link = open_link(settings_of(redis_sentinels, **{**QUICK, "connect_deadline": 2.0, "deadline": 2.25}))
        with Within(2.25):
            assert await link.call("SET", redis_prefix.encode(), b"v", "PX", 60_000) == b"OK"
        await link.aclose()
    finally:
        silent.process.resume()
        redis_sentinels.recover()


async def test_sentinels_that_are_all_silent_end_in_time(redis_sentinels: Sentinels) -> None:
    for sentinel in redis_sentinels.sentinels:
        sentinel.process.pause()
    try:
        link = open_link(settings_of(redis_sentinels, **QUICK))
        with Within(0.75), pytest.raises((StoreTimeout, StoreUnavailable)):
            await link.get(b"k")
        await link.aclose()
    finally:
        redis_sentinels.recover()


async def test_a_primary_that_is_killed_is_replaced(redis_sentinels: Sentinels, redis_prefix: str) -> None:
    link = open_link(settings_of(redis_sentinels, **QUICK))
    key = redis_prefix.encode()
    await link.call("SET", key, b"old", "PX", 60_000)
    redis_sentinels.master.process.kill()
    try:
        raised = await until_written(link, key, b"new")
        assert {type(error) for error in raised} <= {StoreUnavailable, StoreTimeout}
        assert await link.get(key) == b"new"
        assert redis_sentinels.master.ask("GET", redis_prefix) == b"new"
    finally:
        redis_sentinels.recover()
    await link.aclose()


async def test_a_primary_that_steps_down_is_left(redis_sentinels: Sentinels, redis_prefix: str) -> None:
    """It answers on, as a replica: what it refuses to write goes to the new one, and reads leave it too."""
    link = open_link(settings_of(redis_sentinels, **QUICK))
    key, former = redis_prefix.encode(), redis_sentinels.master
    await link.call_all([("SET", key, b"old", "PX", 60_000)] * 3)
    redis_sentinels.sentinels[0].ask("SENTINEL", "FAILOVER", redis_sentinels.service)
    for number in range(400):
        raised = await until_written(link, key, str(number).encode())
        assert not any(isinstance(error, StoreRejected) for error in raised)
        if redis_sentinels.master is not former:
            break
        await pause(0.02)
    assert redis_sentinels.master is not former
    primary = redis_sentinels.master
    former.ask("REPLICAOF", primary.host, primary.port)  # a Sentinel would say so after eight seconds
    redis_sentinels.wait_until_watched()
    await until_written(link, key, b"new")
    assert await link.get(key) == b"new"
    assert redis_sentinels.master.ask("GET", redis_prefix) == b"new"
    await link.aclose()


async def test_replicas_may_answer_reads(redis_sentinels: Sentinels, redis_prefix: str) -> None:
    link = open_link(settings_of(redis_sentinels, replica_reads=True))
    key = redis_prefix.encode()
    await link.call("SET", key, b"v", "PX", 60_000)
    (replica,) = redis_sentinels.replicas
    replica.ask("CONFIG", "RESETSTAT")
    for _ in range(200):
        if await link.get(key) == b"v":
            break
        await pause(0.02)  # it lags behind
    assert await link.get_many([key]) == [b"v"]
    assert int(replica.info("stats")["keyspace_hits"]) >= 2
    replica.process.kill()
    try:
        assert await link.get(key) == b"v"
    finally:
        redis_sentinels.recover()
    await link.aclose()
