"""What other processes do in the tests of the disk tier: ``python -m tests.integration.disk.programs NAME FOLDER ...``.

Each program prints one JSON line for each thing that it has done, as soon as it is done.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.domain.lease import LeaseState
from hexcache.ports.finding import Found
from tests.integration.disk.making import NEVER, counters_at, leases_at, table_at
from tests.integration.disk.refusing import baked, full, read_only, read_only_and_empty
from tests.integration.disk.saying import blob_of, outcome, say


def write_forever(folder: Path, start: str) -> None:
    """Put, replace and delete until killed; say what was acknowledged."""
    table = table_at(folder, time.time)
    number = int(start)
    while True:
        table.put(f"kit:{number}", blob_of(number), NEVER)
        say({"put": number})
        table.put("kit:last", blob_of(number), NEVER)
        if number % 5 == 0:
            table.delete(f"kit:{number}")
            say({"deleted": number})
        number += 1


def add_up(folder: Path, times: str) -> None:
    """Add one to the number in a blob with conditional writes, and to a counter, so many times."""
    store = DiskStore(table_at(folder, time.time))
    counters = counters_at(folder, time.time)
    done = 0
    while done < int(times):
        found = store.get("kit:sum")
        number = int(found.blob) if isinstance(found, Found) else 0
        if store.put_if("kit:sum", str(number + 1).encode(), dead_at=NEVER, token=found.token):
            counters.incr("kit:n", 1, None, False, None, None)
            done += 1
    counters.add_members("kit:who", [str(os.getpid()), "everybody"], None)
    say({"done": done})


def lease(folder: Path, times: str) -> None:
    """Ask for so many leases, one after another, and say which were granted."""
    table = leases_at(folder, time.time)
    for number in range(int(times)):
        if table.acquire(f"kit:{number}", str(os.getpid()).encode(), 60.0).state is LeaseState.GRANTED:
            say({"granted": number})


def hold(folder: Path) -> None:
    """Hold the right to write until somebody closes the standard input."""
    table = table_at(folder, time.time)
    with table._database.transaction():
        say("held")
        sys.stdin.read()


def in_child(call: Callable[[], object]) -> int:
    """Fork, say in the child what the call answers there, and return how the child ended."""
    child = os.fork()
    if child == 0:
        say(call())
        os._exit(0)
    return os.waitpid(child, 0)[1]


def fork(folder: Path, times: str) -> None:
    """Fork while other threads write and read; use the store in parent and children."""
    table = table_at(folder, time.time)
    table.put("kit:before", b"before", NEVER)
    stop = threading.Event()

    def work(key: str) -> None:
        while not stop.is_set():
            table.put(key, blob_of(3), NEVER)
            table.get_many([key, "kit:before"])

    threads = [threading.Thread(target=work, args=(f"kit:busy{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()

    def use(number: int) -> object:
        was_open = table.is_open
        before = outcome(lambda: table.get("kit:before"))
        put = outcome(lambda: table.put(f"kit:child{number}", b"child", NEVER))
        table.close()
        return [was_open, before, put]

    statuses = [in_child(partial(use, number)) for number in range(int(times))]
    stop.set()
    for thread in threads:
        thread.join()
    found = [outcome(partial(table.get, f"kit:child{number}")) for number in range(int(times))]
    say({"statuses": statuses, "found": found, "put": outcome(lambda: table.put("kit:parent", b"parent", NEVER))})
    table.close()


def fork_in_a_call(folder: Path) -> None:
    """Fork while a call of another thread does not end."""
    table_at(folder, time.time).put("kit:before", b"before", NEVER)
    table = table_at(folder, time.time, deadline=0.2)
    while outcome(table.ping) != "None":  # opening may take a busy machine longer
        pass
    held, release = threading.Event(), threading.Event()

    def write() -> None:
        with table._database.transaction():
            held.set()
            release.wait()

    thread = threading.Thread(target=write)
    thread.start()
    held.wait()
    status = in_child(lambda: outcome(lambda: table.get("kit:before")))
    release.set()
    thread.join()
    say({"status": status, "parent": outcome(lambda: table.get("kit:before"))})


PROGRAMS: tuple[Callable[..., None], ...] = (
    write_forever,
    add_up,
    lease,
    hold,
    fork,
    fork_in_a_call,
    read_only,
    read_only_and_empty,
    baked,
    full,
)

if __name__ == "__main__":
    {program.__name__: program for program in PROGRAMS}[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])
