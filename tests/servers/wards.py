"""This process's side of its warden.

Rule: a process has one warden, started with its first server. A forked child does not speak through its parent's: it
gets one of its own when it starts a server.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("warden.py")
GRACE = 10.0
"""Seconds that the warden may take to end everything."""

_lock = threading.Lock()
_wardens: dict[int, subprocess.Popen[bytes]] = {}
"""By the process that started it; a forked child inherits its parent's entry and leaves it alone."""


def start(command: Sequence[str], folder: Path) -> int:
    """Start a program in a folder, where its output goes to the file ``log``; its process id.

    Raises:
        OSError: it cannot be run.
    """
    answer = _request({"start": list(command), "folder": str(folder)})
    if "error" in answer:
        raise OSError(answer["error"])
    pid: int = answer["pid"]
    return pid


def has_ended(pid: int) -> bool:
    """Whether a program that was started here is gone."""
    ended: bool = _request({"ended": pid})["ended"]
    return ended


def remove(folder: Path) -> None:
    """Remove a folder that a program was started in."""
    _request({"remove": str(folder)})


def _request(request: dict[str, Any]) -> dict[str, Any]:
    with _lock:
        warden = _wardens.get(os.getpid()) or _hire()
        assert warden.stdin is not None
        assert warden.stdout is not None
        warden.stdin.write(json.dumps(request).encode() + b"\n")
        warden.stdin.flush()
        line = warden.stdout.readline()
    if not line:
        raise ConnectionResetError("the warden is gone, and with it every server")
    answer: dict[str, Any] = json.loads(line)
    return answer


def _hire() -> subprocess.Popen[bytes]:
    warden = subprocess.Popen(
        [sys.executable, "-I", "-S", str(PROGRAM)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    _wardens[os.getpid()] = warden
    atexit.register(_dismiss, os.getpid())
    return warden


def _dismiss(owner: int) -> None:
    if os.getpid() != owner:
        return
    warden = _wardens.pop(owner)
    with contextlib.suppress(BrokenPipeError):  # it was killed
        warden.communicate(b'{"end": true}\n', timeout=GRACE)
