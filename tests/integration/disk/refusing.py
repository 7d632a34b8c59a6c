"""Programs on directories that refuse: read-only ones and full ones."""

from __future__ import annotations

import os
import resource
import time
from functools import partial
from pathlib import Path

from tests.integration.disk.making import NEVER, counters_at, opened, table_at
from tests.integration.disk.saying import blob_of, outcome, say

NOBODY = 65_534


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
