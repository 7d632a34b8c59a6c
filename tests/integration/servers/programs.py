"""Processes that start a server and are killed: ``python -m tests.integration.servers.programs [fork] [end]``.

It prints what it started as one JSON line, then does nothing until it is killed, or ends at once if that is asked.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time

from tests.servers import wards
from tests.servers.binaries import find_any
from tests.servers.ports import free_ports
from tests.servers.process import ServerProcess

AGES = 600.0
"""Seconds: longer than any test."""


def hold() -> None:
    """Start a server, and a second one that is paused."""
    started = [ServerProcess(find_any(), port, {}) for port in free_ports(2)]
    for process in started:
        process.start()
    started[1].pause()
    [warden] = wards._wardens.values()
    folders = [str(process._folder) for process in started]
    child = os.fork() if "fork" in sys.argv else None
    if child == 0:  # holds what its parent had open
        signal.alarm(int(AGES))
        signal.pause()
    told = {"servers": [one.pid for one in started], "warden": warden.pid, "folders": folders, "child": child}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    if "end" not in sys.argv:
        time.sleep(AGES)


if __name__ == "__main__":
    hold()
