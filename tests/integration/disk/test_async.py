"""The awaited store: the loop goes on whatever the disk does, calls end, and threads are its own."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore
from hexcache.adapters.outbound.disk.offload import Offload
from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.domain.errors import StoreTimeout, StoreUnavailable
from hexcache.ports.finding import Absent, Found
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, PATIENT, settings_at, table_at

LARGE = bytes(range(256)) * (8 * 4096)
"""Eight megabytes."""


@asynccontextmanager
async def store_at(folder: Path, clock: MovedClock) -> AsyncIterator[AsyncDiskStore]:
    store = AsyncDiskStore.from_settings(settings_at(folder), wall=clock.wall)
    try:
        yield store
    finally:
        await store.aclose()


def threads() -> list[threading.Thread]:
    """Those of disk tiers; the use cases' own workers, of other tests, rest for a while."""
    return [
        thread
        for thread in threading.enumerate()
        if thread.name.startswith("hexcache") and not thread.name.startswith("hexcache-worker")
    ]


class TestLoop:
    """What the loop's own thread does, and does not."""

    async def test_the_loop_goes_on_while_large_blobs_are_written_and_read(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        """A heartbeat, counted in turns of the loop: a call that ran in the loop would let it turn once at most."""
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                beats += 1
                await asyncio.sleep(0)

        async def during(call: Coroutine[Any, Any, object]) -> tuple[object, int]:
            before = beats
            return await call, beats - before

        async with store_at(tmp_path, moved_clock) as store:
            await store.ping()
            heart = asyncio.ensure_future(beat())
            found: list[int] = []
            for number in range(4):
                _, turns = await during(store.put(f"kit:{number}", LARGE, dead_at=NEVER))
                found.append(turns)
                answer, turns = await during(store.get(f"kit:{number}"))
                assert isinstance(answer, Found)
                assert answer.blob == LARGE
                found.append(turns)
            heart.cancel()
        assert sum(found) > 10 * len(found), f"turns of the loop during each call: {found}"

    async def test_nothing_of_the_disk_runs_in_the_loops_thread(
        self, tmp_path: Path, moved_clock: MovedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        ran_in: set[threading.Thread] = set()
        rows, transaction = table._database.rows, table._database.transaction

        def noted(call: Callable[..., Any]) -> Callable[..., Any]:
            def noting(*args: Any, **options: Any) -> Any:
                ran_in.add(threading.current_thread())
                return call(*args, **options)

            return noting

        monkeypatch.setattr(table, "_rows", noted(rows))
        monkeypatch.setattr(table._database, "transaction", noted(transaction))
        store = AsyncDiskStore(table)
        await store.put("kit:a", b"a", dead_at=NEVER)
        await store.put_many({"kit:b": (b"b", NEVER)})
        found = await store.get("kit:a")
        await store.get_many(["kit:a", "kit:b"])
        await store.put_if("kit:a", b"c", dead_at=NEVER, token=found.token)
        assert [address async for address in store.scan("")] == ["kit:a", "kit:b"]
        await store.delete("kit:a")
        await store.delete_many(["kit:a"])
        await store.clear("")
        await store.ping()
        await store.aclose()
        assert len(ran_in) in {1, 2}
        assert all(thread.name.startswith("hexcache-disk") and thread.daemon for thread in ran_in)

    async def test_the_default_executor_is_left_alone(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        loop = asyncio.get_running_loop()
        async with store_at(tmp_path, moved_clock) as store:
            await store.put("kit:a", b"a", dead_at=NEVER)
            assert getattr(loop, "_default_executor", None) is None

    def test_several_loops_may_use_one_store(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        store = AsyncDiskStore.from_settings(settings_at(tmp_path), wall=moved_clock.wall)

        async def use(number: int) -> list[int]:
            await store.put(f"kit:{number}", str(number).encode(), dead_at=NEVER)
            answers = await asyncio.gather(*[store.get(f"kit:{number}") for _ in range(50)])
            return [int(answer.blob) for answer in answers if isinstance(answer, Found)]

        for number in range(3):
            assert asyncio.run(use(number)) == [number] * 50
        results: dict[int, list[int]] = {}
        workers = [
            threading.Thread(target=lambda n=number: results.update({n: asyncio.run(use(n))})) for number in range(4)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert results == {number: [number] * 50 for number in range(4)}
        assert len(store._offload._watches) <= 1 + 4
        asyncio.run(store.aclose())


class TestEnds:
    """Closing, cancelling, forgetting."""

    async def test_a_cancelled_write_is_done_or_not_and_never_late(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        """Whenever it is cancelled, the old blob or the new one is found, and what is written next stays."""
        async with store_at(tmp_path, moved_clock) as store:
            for turns in range(24):
                before = f"before {turns}".encode()
                await store.put("kit:a", before, dead_at=NEVER)
                task = asyncio.ensure_future(store.put("kit:a", LARGE, dead_at=NEVER))
                for _ in range(turns):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
                found = await store.get("kit:a")
                assert isinstance(found, Found)
                assert found.blob in {before, LARGE}
                await store.put("kit:a", b"after", dead_at=NEVER)
            await store.put("kit:b", b"later", dead_at=NEVER)
        table = table_at(tmp_path, moved_clock.wall)
        assert table.get("kit:a") == Found(b"after", table.get("kit:a").token)
        assert list((tmp_path / "cache").rglob("*.val")) == []

    @pytest.mark.parametrize("ending", ["cancelled", "past its deadline"])
    async def test_a_write_that_was_given_up_never_lands_on_a_later_one(
        self, tmp_path: Path, moved_clock: MovedClock, ending: str
    ) -> None:
        """It is held in its transaction until its caller is gone; then it must not commit."""
        table = table_at(tmp_path, moved_clock.wall)
        offload = Offload("hexcache-late", 1, PATIENT if ending == "cancelled" else 0.05)
        began, release = threading.Event(), threading.Event()

        def slow_put() -> None:
            with table._database.transaction() as change:
                began.set()
                release.wait(PATIENT)
                change.execute("UPDATE HexcacheState SET seq = seq + 1000")

        table.ping()
        before = table._number()
        call = offload.submit(slow_put)
        await asyncio.to_thread(began.wait, PATIENT)
        if ending == "cancelled":
            call.cancel()
            await asyncio.wait([call])
        else:
            with pytest.raises(StoreTimeout):
                await call
        release.set()
        await offload.aclose(None)
        table.put("kit:a", b"after", NEVER)
        assert table._number() == before + 1

    async def test_closing_ends_the_threads_and_refuses_later_calls(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        store = AsyncDiskStore.from_settings(settings_at(tmp_path), wall=moved_clock.wall)
        calls = [asyncio.ensure_future(store.put(f"kit:{n}", b"x", dead_at=NEVER)) for n in range(20)]
        await asyncio.sleep(0)
        mine = threads()
        assert mine
        await store.aclose()
        await store.aclose()
        assert await asyncio.gather(*calls) == [None] * 20
        for thread in mine:
            await asyncio.to_thread(thread.join, PATIENT)
            assert not thread.is_alive()
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.get("kit:0")
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.put("kit:0", b"", dead_at=NEVER)

    async def test_two_worlds_share_a_table_that_neither_closes(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        blocking, awaited = DiskStore(table), AsyncDiskStore(table)
        blocking.put("kit:a", b"blob", dead_at=NEVER)
        assert await awaited.get("kit:a") == blocking.get("kit:a")
        await awaited.aclose()
        blocking.close()
        assert isinstance(table.get("kit:a"), Found)

    async def test_a_store_that_is_forgotten_takes_its_threads_along(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        offload = Offload("hexcache-forgotten", 2, PATIENT)
        assert await offload.submit(int, "7") == 7
        mine = [thread for thread in threads() if thread.name.startswith("hexcache-forgotten")]
        assert len(mine) == 2
        gone = weakref.ref(offload)
        del offload
        gc.collect()
        assert gone() is None
        for thread in mine:
            await asyncio.to_thread(thread.join, PATIENT)
            assert not thread.is_alive()

    def test_a_program_ends_though_nothing_was_closed(self, tmp_path: Path) -> None:
        script = (
            "import asyncio, math, sys\n"
            "from pathlib import Path\n"
            "from hexcache.adapters.outbound.disk.aio_store import AsyncDiskStore\n"
            "from hexcache.adapters.outbound.disk.settings import DiskSettings\n"
            "store = AsyncDiskStore.from_settings(DiskSettings(Path(sys.argv[1])))\n"
            "asyncio.run(store.put('kit:a', b'blob', dead_at=math.inf))\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path / "cache")], timeout=60, check=False, capture_output=True
        )
        assert done.returncode == 0, done.stderr


async def test_absence_and_presence_are_told_apart(tmp_path: Path, moved_clock: MovedClock) -> None:
    async with store_at(tmp_path, moved_clock) as store:
        assert isinstance(await store.get("kit:a"), Absent)
        assert await store.get_many([]) == {}
        assert store.capabilities.bounded_calls
        assert store.stats()["broken"] == 0
