"""What other processes do in the tests of the disk tier: ``python -m tests.integration.disk.programs NAME FOLDER ...``.

Each program prints one JSON line for each thing that it has done, as soon as it is done.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hexcache.adapters.outbound.disk.store import DiskStore
from hexcache.domain.errors import CacheError
from hexcache.ports.finding import Found
from tests.integration.disk.making import FILE_SIZE, NEVER, counters_at, opened, table_at

NOBODY = 65_534


def say(fact: object) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def blob_of(number: int) -> bytes:
    """Every third blob lies in a file; each tells its number in every part."""
    return f"{number:08}".encode() * (FILE_SIZE if number % 3 == 0 else 5)


def outcome(call: Callable[[], object]) -> str:
    """The answer of a call, or the type of its error, as text."""
    try:
        answer = call()
    except CacheError as exc:
        return type(exc).__name__
    return answer.blob[:20].decode() if isinstance(answer, Found) else repr(answer)[:20].partition("(")[0]


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


def as_ordinary_user(folder: Path) -> None:
    """Stop being root: root may write whatever the modes say."""
    if os.geteuid() == 0:
        import_everything(folder)
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def import_everything(folder: Path) -> None:
    """Import what is imported late: the interpreter may lie where an ordinary user cannot go."""
    warm = table_at(folder / "warm", time.time)
    warm.put("kit:a", blob_of(3), NEVER)
    warm.close()


def read_only(folder: Path) -> None:
    """Read and write in a directory that may only be read."""
    as_ordinary_user(folder)
    first = table_at(folder, time.time)
    first.put_many({"kit:small": (b"small", NEVER), "kit:large": (blob_of(3), NEVER)})
    counters_at(folder, time.time).incr("kit:n", 7, None, False, None, None)
    while opened:
        opened.pop().close()
    paths = [folder / "cache", *(folder / "cache").rglob("*")]
    for path in paths:
        path.chmod(0o500 if path.is_dir() else 0o400)
    table, counters = table_at(folder, time.time), counters_at(folder, time.time)
    say(
        {
            "small": outcome(lambda: table.get("kit:small")),
            "large": outcome(lambda: table.get("kit:large")),
            "many": sorted(table.get_many(["kit:small", "kit:large", "kit:none"])),
            "page": table.page("", None)[0],
            "absent": outcome(lambda: table.get("kit:none")),
            "ping": outcome(table.ping),
            "put over small": outcome(lambda: table.put("kit:small", b"new", NEVER)),
            "put anew": outcome(lambda: table.put("kit:none", b"new", NEVER)),
            "put large anew": outcome(lambda: table.put("kit:none", blob_of(3), NEVER)),
            "put_if": outcome(lambda: table.put_if("kit:none", b"new", NEVER, 5)),
            "delete": outcome(lambda: table.delete("kit:none")),
            "clear": outcome(lambda: table.begin_clear("")),
            "still": outcome(lambda: table.get("kit:small")),
            "counter": outcome(lambda: counters.read("kit:n")),
            "incr": outcome(lambda: counters.incr("kit:n", 1, None, False, None, None)),
        }
    )
    for path in paths:
        path.chmod(0o700 if path.suffix in {"", ".val"} else 0o600)
    say(
        {
            "put": outcome(lambda: table.put("kit:small", b"writable again", NEVER)),
            "get": outcome(lambda: table.get("kit:small")),
            "incr": outcome(lambda: counters.incr("kit:n", 1, None, False, None, None)),
        }
    )
    while opened:
        opened.pop().close()


def baked(folder: Path) -> None:
    """Read what root made."""
    import_everything(folder)
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)
    table = table_at(folder, time.time)
    say(
        {
            "small": outcome(lambda: table.get("kit:small")),
            "put": outcome(lambda: table.put("kit:none", b"new", NEVER)),
            "delete": outcome(lambda: table.delete("kit:small")),
            "mode": oct((folder / "cache").stat().st_mode & 0o777),
        }
    )


def read_only_and_empty(folder: Path) -> None:
    """Use a directory that is empty and may only be read."""
    as_ordinary_user(folder)
    (folder / "cache").mkdir(mode=0o500)
    (folder / "cache").chmod(0o500)
    table = table_at(folder, time.time)
    say({"get": outcome(lambda: table.get("kit:a")), "put": outcome(lambda: table.put("kit:a", b"", NEVER))})


def full(folder: Path, limit: str) -> None:
    """Write until the disk is full, or until no file may grow beyond a limit; then read, and make room."""
    table = table_at(folder, time.time, size_limit=2**30, max_value_bytes=2**28)
    table.put("kit:first", b"first", NEVER)
    table.put("kit:large", blob_of(3), NEVER)
    if int(limit):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))
    error = large = ""
    for number in range(20_000):
        error = outcome(partial(table.put, f"kit:{number}", b"r" * 3_900, NEVER))
        if error != "None":
            break
    large = outcome(lambda: table.put("kit:large", b"L" * 2**24, NEVER))
    left = sorted(path.stat().st_size for path in (folder / "cache").rglob("*.val"))
    after = {
        "error": error,
        "anew": outcome(lambda: table.put("kit:anew", b"r" * 3_900, NEVER)),
        "large": large,
        "files": left,
        "first": outcome(lambda: table.get("kit:first")),
        "old large": outcome(lambda: table.get("kit:large")),
        "ping": outcome(table.ping),
    }
    if int(limit):
        say({**after, "soft": True})
        return
    table.close()
    again = table_at(folder, time.time, size_limit=2**30)
    after["first for a new process"] = outcome(lambda: again.get("kit:first"))
    (folder / "ballast").unlink()
    after["once there is room"] = outcome(lambda: again.put("kit:anew", b"r" * 3_900, NEVER))
    again.close()
    say(after)


PROGRAMS: tuple[Callable[..., None], ...] = (
    write_forever,
    add_up,
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
