"""One process of a program that serves HTTP.

Rule: it listens on 127.0.0.1 only, keeps nothing that outlives it, and is ready when the context is entered.
"""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.servers import wards
from tests.servers.waiting import wait_until


@contextmanager
def program(
    command: Callable[[Path], Sequence[str]],
    ready: Callable[[], object],
    what: str,
    *,
    files: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Run it until the context is left; then it is killed, as its data is of no use to anybody.

    Args:
        command: program and arguments, told the folder that it runs in.
        ready: whether it answers; an ``OSError`` is a no.
        what: its name, for messages.
        files: names and texts of files that it finds in its folder.

    Raises:
        RuntimeError: it ended at once; the text has the end of its log.
        TimeoutError: it did not answer in time.
    """
    folder = Path(tempfile.mkdtemp(prefix="hexcache-server-"))
    for name, text in (files or {}).items():
        (folder / name).write_text(text, "utf-8")
    pid = wards.start(command(folder), folder)

    def answers() -> bool:
        if wards.has_ended(pid):
            raise RuntimeError(f"{what} ended at once:\n{(folder / 'log').read_text('utf-8', 'replace')[-2000:]}")
        return bool(ready())

    try:
        wait_until(answers, f"{what} answers")
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # a launcher must not leave its child behind
        wait_until(lambda: wards.has_ended(pid), f"{what} ends")
        wards.remove(folder)
