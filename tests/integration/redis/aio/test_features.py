"""What servers say they are, and whether they can do what that means."""

from __future__ import annotations

from typing import get_args

from hexcache.adapters.outbound.redis.aio.client_link import AsyncClientLink
from hexcache.adapters.outbound.redis.aio.features import AsyncFeatures, versions_of
from hexcache.adapters.outbound.redis.aio.opening import open_link
from hexcache.adapters.outbound.redis.versions import Feature
from hexcache.domain.errors import StoreRejected
from tests.integration.redis.settings import settings_of
from tests.integration.redis.store.aio.primitives import client_at
from tests.servers.single import Server

TRIALS: dict[str, tuple[bytes | str, ...]] = {
    "SET IFEQ": ("SET", b"{key}", b"new", "IFEQ", b"old"),
    "DELIFEQ": ("DELIFEQ", b"{key}", b"old"),
    "DELEX": ("DELEX", b"{key}", "IFEQ", b"old"),
    "MSETEX": ("MSETEX", b"1", b"{key}", b"v", "PX", b"1000"),
    "HPEXPIRE": ("HPEXPIRE", b"{key}", b"1000", "FIELDS", b"1", b"f"),
    "FUNCTION": ("FUNCTION", "LIST"),
}
"""A use of each feature, which a server that has it takes."""


async def test_what_is_said_to_be_there_is_there_and_nothing_else(any_redis: Server, redis_prefix: str) -> None:
    link = open_link(settings_of(any_redis))
    features = AsyncFeatures(link)
    assert set(TRIALS) == set(get_args(Feature))
    for feature in get_args(Feature):
        key = f"{redis_prefix}{feature}".replace(" ", "").encode()
        words = [key if word == b"{key}" else word for word in TRIALS[feature]]
        (reply,) = await link.call_all([words])
        assert await features.has(feature) == (not isinstance(reply, StoreRejected)), feature
        await link.call("UNLINK", key)
    await link.aclose()


async def test_a_server_is_asked_once(any_redis: Server) -> None:
    link = open_link(settings_of(any_redis))
    features = AsyncFeatures(link)
    assert await features.has("FUNCTION")
    await link.aclose()
    assert await features.has("FUNCTION")  # a closed link answers nothing
    features.forget()


async def test_kind_and_version_are_the_servers_own(any_redis: Server) -> None:
    link = open_link(settings_of(any_redis))
    (told,) = await versions_of(link)
    assert f"{told.kind} {told.version}" == any_redis.version
    assert told.mode == "standalone"
    await link.aclose()
    async with client_at(any_redis.url) as client:
        assert await versions_of(AsyncClientLink(client)) == [told]  # the client makes a table of the reply
