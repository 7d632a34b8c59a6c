"""The threads behind the awaited store: every call ends, and no answer waits for a slow call."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest

from hexcache.adapters.outbound.disk.offload import Offload
from hexcache.domain.errors import StoreTimeout
from tests.integration.disk.making import PATIENT


class TestDeadline:
    """Every awaited call ends."""

    async def test_a_call_that_hangs_ends_at_the_deadline(self) -> None:
        """A thread that hangs in the operating system holds up nobody for longer than the deadline."""
        offload = Offload("hexcache-hanging", 1, 0.05)
        release = threading.Event()
        done: list[str] = []
        hanging = offload.submit(release.wait)
        queued = offload.submit(done.append, "queued")
        for future in (hanging, queued):
            with pytest.raises(StoreTimeout, match=r"0\.05 s"):
                await future
        release.set()
        patient = Offload("hexcache-hanging", 1, PATIENT)
        assert await patient.submit(lambda: "served") == "served"
        await offload.aclose(None)
        await patient.aclose(None)
        assert done == [], "a call that was given up before it began was made"

    async def test_quick_answers_do_not_wait_for_a_slow_call(self) -> None:
        offload = Offload("hexcache-quick", 1, PATIENT)
        began, release = threading.Event(), threading.Event()

        def slow() -> str:
            began.set()
            release.wait(PATIENT)
            return "slow"

        quick = [offload.submit_quick(int, str(number)) for number in range(5)]
        waiting = offload.submit(slow)
        assert await asyncio.gather(*quick) == [0, 1, 2, 3, 4]
        assert not waiting.done()
        release.set()
        assert await waiting == "slow"
        assert began.is_set()
        await offload.aclose(None)

    async def test_many_answers_come_together_and_each_to_its_caller(self) -> None:
        offload = Offload("hexcache-many", 2, PATIENT)
        answers = await asyncio.gather(*[offload.submit_quick(int, str(number)) for number in range(1_000)])
        assert answers == list(range(1_000))
        await offload.aclose(None)

    async def test_an_idle_thread_keeps_nothing_alive(self) -> None:
        class Large:
            def size(self) -> int:
                return 7

        offload = Offload("hexcache-idle", 1, PATIENT)
        large = Large()
        gone = weakref.ref(large)
        assert await offload.submit(large.size) == 7
        await offload.submit(int, "1")
        del large
        gc.collect()
        assert gone() is None
        await offload.aclose(None)

    async def test_an_error_is_the_callers(self) -> None:
        offload = Offload("hexcache-errors", 1, PATIENT)
        with pytest.raises(ZeroDivisionError):
            await offload.submit_quick(divmod, 1, 0)
        with pytest.raises(KeyboardInterrupt):
            await offload.submit(self.interrupt)
        assert await offload.submit(int, "1") == 1
        await offload.aclose(None)

    def interrupt(self) -> None:
        raise KeyboardInterrupt

    def test_a_loop_that_is_gone_is_no_trouble(self) -> None:
        offload = Offload("hexcache-gone", 1, PATIENT)
        release = threading.Event()

        async def leave() -> None:
            offload.submit(release.wait, PATIENT)

        async def stay() -> int:
            return await offload.submit(int, "5")

        asyncio.run(leave())
        release.set()
        assert asyncio.run(stay()) == 5
        asyncio.run(offload.aclose(None))
