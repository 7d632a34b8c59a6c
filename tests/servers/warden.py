"""The program that starts servers and lets none of them outlive the process that asked for it.

Rule: when the process at the other end of its standard input ends, however it ends, every server is killed and every
folder removed. When this program itself is killed, Linux kills its servers. It has one thread, which makes both safe:
a server dies with the *thread* that started it, and code between fork and exec needs a process without other threads.

Requests and answers are lines of JSON: ``{"start": [program, ...], "folder": path}`` is answered by ``{"pid": n}`` or
``{"error": text}``, ``{"ended": pid}`` by ``{"ended": bool}``, ``{"remove": path}`` by ``{}``, and ``{"end": true}`` by
the end of everything. It runs by itself, ``python -I -S warden.py``, and so imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
"""See prctl(2)."""
GLANCE = 0.5
"""Seconds between looks at who the parent is: a child that the parent forked may hold the pipe open."""


class Warden:
    """Servers by process id, and folders to remove."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._servers: dict[int, subprocess.Popen[bytes]] = {}
        self._folders: set[str] = set()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Do what one request asks."""
        if "start" in request:
            return self._start(request["start"], request["folder"])
        if "ended" in request:
            return {"ended": self._ended(request["ended"])}
        self._folders.discard(request["remove"])
        shutil.rmtree(request["remove"], ignore_errors=True)
        return {}

    def _start(self, command: list[str], folder: str) -> dict[str, Any]:
        self._folders.add(folder)
        try:
            with (Path(folder) / "log").open("ab") as log:
                server = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # keeps ^C in the terminal away from it
                    preexec_fn=self._die_with_parent,  # noqa: PLW1509  (one thread)
                )
        except OSError as exc:
            return {"error": str(exc)}
        self._servers[server.pid] = server
        return {"pid": server.pid}

    def _die_with_parent(self) -> None:
        if self._libc is not None:
            self._libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)

    def _ended(self, pid: int) -> bool:
        server = self._servers.get(pid)
        if server is not None and server.poll() is not None:
            del self._servers[pid]
            server = None
        return server is None

    def end(self) -> None:
        """Kill and remove everything."""
        for server in self._servers.values():
            server.kill()
        for server in self._servers.values():
            server.wait()
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)


def serve(warden: Warden) -> None:
    """Answer until the other end is gone."""
    parent = os.getppid()
    pending = b""
    while os.getppid() == parent:
        if not select.select([0], [], [], GLANCE)[0]:
            continue
        data = os.read(0, 65536)
        if not data:
            return
        *lines, pending = (pending + data).split(b"\n")
        for request in map(json.loads, lines):
            if "end" in request:
                return
            os.write(1, json.dumps(warden.answer(request)).encode() + b"\n")


def main() -> None:
    """Serve, then clean up whatever happened."""
    warden = Warden()
    try:
        with contextlib.suppress(BrokenPipeError):
            serve(warden)
    finally:
        warden.end()


if __name__ == "__main__":
    main()
