"""A loader of the other world is refused with a word about what it should be."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hexcache.domain.errors import WrongWorld
from tests.unit.application.aio.assembling import AsyncRig
from tests.unit.application.sync.assembling import Rig


def blocking(*_: object) -> Any:
    return 1


async def awaited(*_: object) -> Any:
    return 1


class Callable:
    def __call__(self, *_: object) -> int:
        return 1


@pytest.mark.parametrize("loader", [blocking, Callable()])
async def test_an_awaited_cache_refuses_a_blocking_loader(loader: Any) -> None:
    async with AsyncRig(1, 0, ttl=10, stale_ttl=100, stale="if_error") as rig:
        for _ in range(2):
            with pytest.raises(WrongWorld, match="awaitable"):
                await rig.cache.get_or_set("k", loader)
            with pytest.raises(ExceptionGroup) as caught:
                await rig.cache.get_or_set_many(["l"], loader)
            assert isinstance(caught.value.exceptions[0], WrongWorld)
            await rig.cache.set_many({"k": "stale", "l": "stale"})
            rig.clock.advance(20)
        assert len(rig.core.flights) == 0


@pytest.mark.parametrize("thread", ["worker", "caller"])
def test_a_blocking_cache_refuses_an_awaited_loader(thread: str) -> None:
    with Rig(1, 0, loader_thread=thread) as rig:
        with pytest.raises(WrongWorld, match="AsyncCache"):
            rig.cache.get_or_set("k", awaited)
        loop = asyncio.new_event_loop()
        with pytest.raises(WrongWorld):
            rig.cache.get_or_set("k", loop.create_future)
        loop.close()
        assert len(rig.core.flights) == 0


def test_a_loader_in_the_callers_thread_sees_its_context_and_is_not_bounded() -> None:
    import threading  # noqa: PLC0415 - of this test alone

    with Rig(1, 0, loader_thread="caller", load_timeout=0.001) as rig:
        assert rig.cache.get_or_set("k", threading.get_ident) == threading.get_ident()
    with Rig(1, 0) as rig:
        assert rig.cache.get_or_set("k", threading.get_ident) != threading.get_ident()
