"""Threads, tasks and processes that use one token at the same time: one of them wins, whatever else goes on."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest
from redis import Redis

from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.store import RedisStore
from hexcache.ports.finding import Found, Token
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.store.cleaning import cleaned
from tests.servers.single import Server

NEVER = float("inf")
RACERS = 8
ROUNDS = 40
SEEDS = count(3_000_000)
LIMIT = 60.0


def opened(client: Redis, prefix: str) -> RedisStore:
    entropy = SeededEntropy(next(SEEDS))
    return RedisStore(ClientLink(client), wall=time.time, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)


@pytest.fixture
def store(any_redis: Server, redis_prefix: str) -> Iterator[RedisStore]:
    with cleaned(any_redis, redis_prefix), Redis.from_url(any_redis.url) as client:
        yield opened(client, redis_prefix)


def test_one_of_many_threads_wins_each_round(any_redis: Server, redis_prefix: str, store: RedisStore) -> None:
    start = Barrier(RACERS, timeout=LIMIT)
    tokens: list[Token] = [None] * ROUNDS
    won: list[list[int]] = [[] for _ in range(ROUNDS)]

    def race(racer: int) -> None:
        with Redis.from_url(any_redis.url) as client:
            mine = opened(client, redis_prefix)
            for number in range(ROUNDS):
                if start.wait() == 0:
                    tokens[number] = store.get("kit:a").token
                start.wait()
                if mine.put_if("kit:a", b"%d" % racer, dead_at=NEVER, token=tokens[number]):
                    won[number].append(racer)

    with ThreadPoolExecutor(RACERS) as threads:
        for future in [threads.submit(race, racer) for racer in range(RACERS)]:
            future.result(LIMIT)
    assert [len(winners) for winners in won] == [1] * ROUNDS
    assert isinstance(found := store.get("kit:a"), Found)
    assert found.blob == b"%d" % won[-1][0]


def test_a_delete_among_racers_is_final(any_redis: Server, redis_prefix: str, store: RedisStore) -> None:
    """Loads that began before a delete never bring back what it removed, whoever is faster."""

    def load(address: str, token: Token, start: Barrier) -> None:
        start.wait()
        store.put_if(address, b"older", dead_at=NEVER, token=token)

    def remove(address: str, start: Barrier) -> None:
        start.wait()
        store.delete(address)

    with ThreadPoolExecutor(3) as threads:
        for number in range(ROUNDS):
            address = f"kit:{number}"
            if number % 2:
                store.put(address, b"oldest", dead_at=NEVER)
            token = store.get(address).token
            start = Barrier(3, timeout=LIMIT)
            futures = [threads.submit(load, address, token, start) for _ in range(2)]
            futures.append(threads.submit(remove, address, start))
            for future in futures:
                future.result(LIMIT)
            assert not isinstance(store.get(address), Found)


def fill_misses(url: str, prefix: str, seed: int) -> list[int]:
    """Fill what is missing, as one process of several that find the same things missing; which of them it filled."""
    with Redis.from_url(url) as client:
        entropy = SeededEntropy(seed)
        store = RedisStore(ClientLink(client), wall=time.time, entropy=entropy, tombstone_ttl=600.0, prefix=prefix)
        tokens = {number: store.get(f"kit:{number}").token for number in range(ROUNDS)}
        return [
            number
            for number, token in tokens.items()
            if store.put_if(f"kit:{number}", b"%d" % seed, dead_at=NEVER, token=token)
        ]


def test_one_of_many_processes_fills_each_miss(valkey: Server, redis_prefix: str) -> None:
    with cleaned(valkey, redis_prefix), Redis.from_url(valkey.url) as client:
        check_fills(valkey.url, redis_prefix, opened(client, redis_prefix))


def check_fills(url: str, prefix: str, store: RedisStore) -> None:
    tokens = [store.get(f"kit:{number}").token for number in range(ROUNDS)]
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as processes:
        futures = [processes.submit(fill_misses, url, prefix, next(SEEDS)) for _ in range(3)]
        filled = [number for future in futures for number in future.result(LIMIT)]
    assert sorted(set(filled)) == list(range(ROUNDS))
    for number, token in enumerate(tokens):
        assert store.put_if(f"kit:{number}", b"late", dead_at=NEVER, token=token) is False
