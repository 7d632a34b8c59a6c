"""Work behind that sleeps in another event loop: it keeps nobody from closing the cache."""

from __future__ import annotations

import asyncio
import threading

from hexcache.application.aio.primitives import Crew
from hexcache.testing.held import SAFETY_LIMIT


def test_work_that_slept_in_a_loop_that_was_closed_is_over() -> None:
    crew = Crew()
    loop = asyncio.new_event_loop()
    sleep = loop.create_task(crew.pause(SAFETY_LIMIT))
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(asyncio.sleep(0))
    assert not sleep.done()
    tasks = asyncio.all_tasks(loop)
    loop.close()
    assert asyncio.run(crew.drain(1.0)) == 0
    for task in tasks:  # nobody else looks at them, as their loop is gone
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # of a task of CPython's


def test_work_that_sleeps_in_a_loop_of_another_thread_is_woken() -> None:
    crew = Crew()
    asleep = threading.Event()
    answers: list[bool] = []

    async def sleep() -> None:
        asyncio.get_running_loop().call_soon(asleep.set)
        answers.append(await crew.pause(10 * SAFETY_LIMIT))

    thread = threading.Thread(target=lambda: asyncio.run(sleep()))
    thread.start()
    assert asleep.wait(SAFETY_LIMIT)
    asyncio.run(crew.drain(1.0))
    thread.join(SAFETY_LIMIT)
    assert answers == [False]
