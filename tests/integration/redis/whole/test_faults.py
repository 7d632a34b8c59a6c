"""Whole caches, opened as services open them, while Redis or the way to it is broken.

Rule: in every fault of the table each call ends in time, no answer is older than the last change, reads are answered by
memory or the loader, the cache recovers by itself, the log has one line an episode, and the counters show it. Each
fault happens once, to four services at the same time: with and without memory, in both worlds.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final, TypeAlias

import pytest

import hexcache
from hexcache import Cache
from tests.docs.pages import DOCS
from tests.integration.redis.whole.aio.service import AsyncService
from tests.integration.redis.whole.places import OTHER, Ground, Place
from tests.integration.redis.whole.sync.service import Service
from tests.integration.redis.whole.table import FAULTS, PATIENT, TTL, Fault
from tests.servers.fixtures import PASSWORD

ROUNDS: Final = 2
"""While it is broken, of each service."""
PATIENCE: Final = 30.0
"""Seconds for a cache to recover on a busy machine."""
BREAKER: Final = {"breaker.failures": 3, "breaker.open_for": "300ms", "breaker.open_max": "600ms"}
DEADLINES: Final = ("deadline", "connect_deadline", "operation_deadline", "pool_wait")
MEMORY: Final = "memory:?max_items=1000"
LINE: Final = re.compile(r"event='(?P<event>[^']*)'.* tier='(?P<tier>[^']*)'")

AnyService: TypeAlias = AsyncService | Service


def tier(way: str, name: str, deadline: float, options: Mapping[str, object]) -> str:
    """A tier there."""
    said = {"name": name, **dict.fromkeys(DEADLINES, deadline), **BREAKER, **options}
    return "&".join([way, *(f"{option}={value}" for option, value in said.items())])


def settings(*tiers: str, bus: str = "auto") -> dict[str, Any]:
    """Settings of a service that repairs soon; its bus bears a process that is stopped for three seconds."""
    return {
        "namespace": "shop",
        "tiers": list(tiers),
        "bus": {"over": bus, "heartbeat": 0.3, "missed": 10},
        "policy": {"repair_backoff": 0.1, "repair_backoff_max": 0.3},
    }


async def opened(stack: AsyncExitStack, place: Place, fault: Fault) -> list[AnyService]:
    """The services, closed with the stack."""
    services: list[AnyService] = []
    for memory in (True, False):
        before = [MEMORY] if memory else []
        name = "near" if memory else "lone"
        tiers = [*before, tier(place.way, f"{name}_tasks", fault.deadline, fault.options)]
        waiting = await stack.enter_async_context(hexcache.open_async_cache(settings=settings(*tiers)))
        services.append(AsyncService(f"{name}_tasks", waiting, memory, fault))
        tiers = [*before, tier(place.way, f"{name}_threads", fault.deadline, fault.options)]
        blocking = hexcache.open_cache(settings=settings(*tiers))
        stack.push_async_callback(asyncio.to_thread, blocking.close)
        services.append(Service(f"{name}_threads", blocking, memory, fault))
    return services


async def ended(call: Callable[..., Awaitable[Any] | Any], *args: object) -> Any:
    """What a call of either world returns."""
    if asyncio.iscoroutinefunction(call):
        return await call(*args)
    return await asyncio.to_thread(call, *args)


async def all_ended(*calls: Awaitable[Any]) -> None:
    """Wait for all; then raise what the first that failed raised."""
    for end in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(end, BaseException):
            raise end


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_caches_survive(
    fault: Fault, request: pytest.FixtureRequest, redis_prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "hexcache")
    with fault.make(Ground(request, redis_prefix)) as place:
        async with AsyncExitStack() as stack:
            reader = hexcache.open_cache(settings=settings(tier(place.direct, "reader", PATIENT, {}), bus="none"))
            stack.push_async_callback(asyncio.to_thread, reader.close)
            services = await opened(stack, place, fault)
            await begun(services, reader)
            await all_ended(*[ended(one.work, "turning") for one in services], asyncio.to_thread(place.inject))
            for _ in range(ROUNDS):
                await all_ended(*[ended(one.work, "broken") for one in services])
            for service in services:
                service.check_breaker()
            await asyncio.to_thread(place.lift)
            await recovered(services)
            for service in services:
                service.check_counters()
                await asyncio.to_thread(check_values, service, reader)
                await ended(service.check_use)
                await asyncio.to_thread(check_use, service, reader)
    check_log(caplog, services)


async def begun(services: Sequence[AnyService], reader: Cache[Any]) -> None:
    """All is well, and something is stored."""
    for service in services:
        await asyncio.to_thread(reader.set_many, dict.fromkeys(service.keys("cold", "changed", "gone"), 1), ttl=TTL)
    await all_ended(*[ended(one.begin) for one in services])
    await all_ended(*[ended(one.work, "before") for one in services])


async def recovered(services: Sequence[AnyService]) -> None:
    """Work on until all is well; nobody restarts anything."""
    end = time.monotonic() + PATIENCE
    ill = services
    while ill:
        assert time.monotonic() < end, [service.tier for service in ill]
        await all_ended(*[ended(one.work, "mending") for one in services])
        await asyncio.sleep(0.05)
        ill = [service for service in services if not await ended(service.is_well)]


def check_values(service: AnyService, reader: Cache[Any]) -> None:
    """A cache that knows nothing of what was finds nothing older than the last change."""
    for key, values in service.expected().items():
        assert reader.get(key) in values
    assert reader.get_many(service.keys("gone", "absent")) == {}


def check_use(service: AnyService, reader: Cache[Any]) -> None:
    """What a service writes now the others read."""
    assert reader.get_many(service.versions) == service.versions


def check_log(caplog: pytest.LogCaptureFixture, services: Sequence[AnyService]) -> None:
    """One line an episode of each part of each cache, however many calls were made; and no secret in it."""
    text = "\n".join([record.getMessage() for record in caplog.records if record.name == "hexcache"])
    lines = Counter((found["event"], found["tier"]) for found in LINE.finditer(text))
    assert lines.total() == len(text.splitlines()), text
    for (_, part), count in lines.items():
        assert count <= (len(services) if part == "bus" else 1), text
    for service in services:
        fault = service.fault
        assert lines[f"tier {fault.shown}", service.name] == 1, text
        assert lines["tier recovered", service.name] == (fault.shown == "failing"), text
    assert PASSWORD not in text
    assert OTHER not in text


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_every_fault_stands_on_the_page_about_failures(fault: Fault) -> None:
    page = (DOCS / "failures.md").read_text("utf-8")
    assert f"\n| {fault.name} |" in page
