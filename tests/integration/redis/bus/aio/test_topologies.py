"""A bus by the settings of a link: through TLS, by passwords and access lists, behind Sentinels."""

from __future__ import annotations

from typing import Any

from hexcache.adapters.outbound.redis.settings import Address, RedisSettings, SentinelSettings, TlsSettings
from hexcache.domain.errors import StoreError
from tests.integration.redis.bus.aio.nodes import AsyncNode, node_by
from tests.integration.redis.bus.aio.primitives import pause, until
from tests.integration.redis.settings import settings_at, settings_of
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server
from tests.servers.tls import TLSServer

SOON: dict[str, Any] = {"deadline": 3.0, "connect_deadline": 2.0, "operation_deadline": 1.0}
"""A server that is gone is not waited for as long as a busy one may need."""


async def meet(settings: RedisSettings, prefix: str) -> None:
    """See that two nodes hear each other."""
    async with node_by(settings, prefix) as one, node_by(settings, prefix) as two:
        await one.listen()
        await two.listen()
        await one.say("from one")
        await two.say("from two")
        await until(lambda: (one.subjects, two.subjects) == (["from two"], ["from one"]))
        assert one.counted("errors") == two.counted("errors") == 0


async def test_nodes_meet_at_a_server(any_redis: Server, redis_prefix: str) -> None:
    await meet(settings_of(any_redis), redis_prefix)


async def test_nodes_meet_through_tls(tls_redis: TLSServer, redis_prefix: str) -> None:
    trusting = TlsSettings(ca_file=tls_redis.certificates.authority)
    await meet(settings_at(tls_redis.port, tls=trusting), redis_prefix)


async def test_nodes_meet_as_a_user_who_may_use_keys_and_channels_of_the_prefix(secured_redis: Server) -> None:
    user = secured_redis.user
    assert user is not None
    await meet(settings_at(secured_redis.port, username=user.name, password=user.password), user.prefix)


async def test_nodes_meet_at_the_primary_and_again_after_a_failover(
    redis_sentinels: Sentinels, redis_prefix: str
) -> None:
    settings = RedisSettings(
        mode="sentinel",
        addresses=tuple(Address(host, port) for host, port in redis_sentinels.addresses),
        password=redis_sentinels.password,
        sentinel=SentinelSettings(redis_sentinels.service, password=redis_sentinels.sentinel_password),
        **SOON,
    )
    async with node_by(settings, redis_prefix) as one, node_by(settings, redis_prefix) as two:
        await one.listen()
        await two.listen()
        old = redis_sentinels.master
        try:
            old.process.kill()
            await until(lambda: not one.hears and not two.hears)
            await until(lambda: one.hears and two.hears)
            assert redis_sentinels.master != old
            assert one.epochs >= 1
            await through(one, two)
        finally:
            redis_sentinels.recover()


async def through(one: AsyncNode, two: AsyncNode) -> None:
    """Say something until it is heard: the first connection that is used may be one to the old primary."""
    for _ in range(100):
        try:
            await one.say("after")
            break
        except StoreError:
            await pause(0.1)
    await until(lambda: "after" in two.subjects)
