"""A whole cache over Redis, by a URL, by variables and in a container, on every topology."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from dependency_injector import containers, providers

import hexcache
from hexcache import CacheContainer
from hexcache.composition.redis_check import async_test_connection, test_connection
from hexcache.domain.errors import InvalidSetting
from tests.integration.redis.timing import Within
from tests.servers.cluster import Cluster
from tests.servers.sentinel import Sentinels
from tests.servers.single import Server
from tests.servers.tls import TLSServer


@pytest.fixture(params=["valkey", "secured_redis", "tls_redis", "redis_sentinels", "redis_cluster"])
def url(request: pytest.FixtureRequest, redis_prefix: str) -> str:
    """The URL of a tier on each topology."""
    server: Any = request.getfixturevalue(request.param)
    return f"{location_of(server)}&prefix={redis_prefix}&deadline=20s&connect_deadline=10s&operation_deadline=10s"


def location_of(server: Server | TLSServer | Sentinels | Cluster) -> str:
    """How the servers of the tests are said in a URL."""
    if isinstance(server, TLSServer):
        return f"rediss://{server.host}:{server.port}/0?ca_file={server.certificates.authority}"
    if isinstance(server, Sentinels):
        hosts = ",".join([f"{host}:{port}" for host, port in server.addresses])
        return f"redis+sentinel://{hosts}/{server.service}?name=redis"
    if isinstance(server, Cluster):
        hosts = ",".join([f"{node.host}:{node.port}" for node in server.nodes[:2]])
        return f"redis+cluster://{hosts}?name=redis"
    login = "" if server.password is None else f":{server.password}@"
    return f"redis://{login}{server.host}:{server.port}/0?name=redis"


def test_a_cache_for_threads_does_all_of_it(url: str) -> None:
    with hexcache.open_cache(url) as cache, hexcache.open_cache("memory:", url) as other:
        values = {f"k{number}": {"n": number, "raw": bytes([number])} for number in range(40)}
        cache.set_many(values, ttl=60)
        assert other.get_many(list(values)) == values
        assert other.get_or_set("loaded", lambda: 7, ttl=60, tags=("t",)) == 7
        assert cache.get("loaded") == 7
        cache.invalidate_tags("t")
        assert cache.get("loaded") is None
        assert [cache.incr("n", ttl=60), other.incr("n")] == [1, 2]
        assert cache.delete("k1").found
        assert cache.get("k1") is None
        assert cache.health()["redis"]["ok"]
        cache.clear()
        assert cache.get_many(list(values)) == {}


async def test_a_cache_for_tasks_does_all_of_it(url: str) -> None:
    async with hexcache.open_async_cache(url) as cache, hexcache.open_async_cache("memory:", url) as other:
        values = {f"k{number}": {"n": number, "raw": bytes([number])} for number in range(40)}
        await cache.set_many(values, ttl=60)
        assert await other.get_many(list(values)) == values

        async def load() -> int:
            return 7

        assert await other.get_or_set("loaded", load, ttl=60, tags=("t",)) == 7
        assert await cache.get("loaded") == 7
        await cache.invalidate_tags("t")
        assert await cache.get("loaded") is None
        assert [await cache.incr("n", ttl=60), await other.incr("n")] == [1, 2]
        assert (await cache.delete("k1")).found
        assert await cache.get("k1") is None
        assert (await cache.health())["redis"]["ok"]
        await cache.clear()
        assert await cache.get_many(list(values)) == {}


async def test_both_worlds_share_what_is_stored(url: str) -> None:
    with hexcache.open_cache(url) as cache:
        cache.set("a", [1, "two"], ttl=60)
        async with hexcache.open_async_cache(url) as waiting:
            assert await waiting.get("a") == [1, "two"]
            await waiting.delete("a")
        assert cache.get("a") is None


async def test_connections_can_be_tried(url: str) -> None:
    for report in (test_connection(url), await async_test_connection(url)):
        assert report.ok
        assert report.server in {"redis", "valkey"}
        assert report.latency is not None
    with pytest.raises(InvalidSetting, match="no connection"):
        test_connection("memory:")


def test_variables_say_where(secured_redis: Server, redis_prefix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_HOST", secured_redis.host)
    monkeypatch.setenv("REDIS_PORT", str(secured_redis.port))
    monkeypatch.setenv("REDIS_PASSWORD", secured_redis.password or "")
    assert test_connection().ok
    with hexcache.open_cache(f"redis:?prefix={redis_prefix}") as cache:
        cache.set("a", 1, ttl=60)
        assert cache.get("a") == 1
    monkeypatch.setenv("REDIS_PASSWORD", "wrong")
    assert not test_connection({"scheme": "redis"}).ok
    monkeypatch.setenv("CACHE_PASSWORD", secured_redis.password or "")
    assert test_connection({"scheme": "redis", "password": "os.environ/CACHE_PASSWORD"}).ok


class Service(containers.DeclarativeContainer):
    """A service with a cache inside."""

    config = providers.Configuration()
    caching = providers.Container(CacheContainer, config=config.cache)


@pytest.fixture
def service(valkey: Server, redis_prefix: str) -> Iterator[Any]:
    """The service, over memory and Redis."""
    service = Service()
    tier = {"url": location_of(valkey), "prefix": redis_prefix}
    service.config.from_dict({"cache": {"tiers": ["memory:", tier], "observers": []}})
    yield service
    service.shutdown_resources()


def test_a_service_gets_its_cache_from_the_container(service: Any) -> None:
    service.init_resources()
    cache = service.caching.cache()
    cache.set("a", 1, ttl=60)
    assert cache.explain("a")["tiers"]["redis"]["state"] == "fresh"


def test_its_tests_swap_redis_for_memory(service: Any, valkey: Server, redis_prefix: str) -> None:
    with service.caching.redis.override("memory-store:"):
        service.init_resources()
        cache = service.caching.cache()
        cache.set("a", 1, ttl=60)
        assert cache.explain("a")["tiers"]["redis"]["state"] == "fresh"
        assert valkey.ask("KEYS", f"{redis_prefix}*") == []


def test_or_for_another_server(service: Any, own_redis: Server) -> None:
    with service.caching.redis.override(location_of(own_redis)):
        service.init_resources()
        service.caching.cache().set("a", 1, ttl=60)
    assert own_redis.ask("DBSIZE") == 1


def test_a_server_that_freezes_costs_each_call_its_deadline_and_then_nothing(own_redis: Server) -> None:
    url = f"{location_of(own_redis)}&breaker.failures=2"
    with hexcache.open_cache(settings={"tiers": [url], "bus": "none", "observers": []}) as cache:
        cache.set("a", 1, ttl=600)
        own_redis.process.pause()
        try:
            with Within(0.75):
                assert cache.get("a") is None
            with Within(0.75):
                assert cache.get_or_set("b", lambda: 2) == 2
            with Within(0.1):
                assert cache.get("a") is None  # the breaker is open
        finally:
            own_redis.process.resume()
