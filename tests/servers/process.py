"""One process of a server.

Rule: it listens on 127.0.0.1 only, keeps nothing that outlives it, and is ready when :meth:`ServerProcess.start`
returns. What is paused, killed or stopped comes back on the same port with the same configuration, and without data.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.servers import wards
from tests.servers.asking import Refused, ask, fields
from tests.servers.binaries import Binary
from tests.servers.ports import HOST
from tests.servers.waiting import PATIENCE, wait_until

STOPPING = 5.0
"""Seconds for an orderly end; then it is killed."""


class ServerProcess:
    """A server that is started, paused, killed, stopped and started again.

    Args:
        binary: the program.
        port: a free port.
        settings: names and values of its configuration.
        lines: more lines of it, for names that occur more than once.
        password: what it asks of its default user; None for nothing.
        sentinel: run as a Sentinel.
    """

    def __init__(
        self,
        binary: Binary,
        port: int,
        settings: Mapping[str, str | int],
        *,
        lines: Sequence[str] = (),
        password: str | None = None,
        sentinel: bool = False,
    ) -> None:
        self.binary = binary
        self.port = port
        self.password = password
        self._sentinel = sentinel
        self._settings: dict[str, str | int] = {"bind": HOST, "port": port, "protected-mode": "no", **settings}
        if not sentinel:
            self._settings = {"save": '""', "appendonly": "no", **self._settings}
        self._lines = list(lines)
        self._folder: Path | None = None
        self._pid: int | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process id.

        Raises:
            RuntimeError: it does not run.
        """
        if self._pid is None:
            raise RuntimeError(f"the server of port {self.port} was not started, or was ended")
        return self._pid

    @property
    def running(self) -> bool:
        """Whether there is a process, paused or not."""
        return self._pid is not None and not wards.has_ended(self._pid)

    @property
    def log(self) -> str:
        """What it has written so far."""
        return "" if self._folder is None else (self._folder / "log").read_text("utf-8", "replace")

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            RuntimeError: it ended at once; the text has the end of its log.
            TimeoutError: it did not answer in time.
        """
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="hexcache-server-"))
            lines = [f"{name} {value}" for name, value in {"dir": self._folder, **self._settings}.items()]
            (self._folder / "server.conf").write_text("\n".join([*lines, *self._lines, ""]), "utf-8")
        command = [str(self.binary.path), str(self._folder / "server.conf"), *(["--sentinel"] * self._sentinel)]
        self._pid = wards.start(command, self._folder)
        try:
            wait_until(self._answers, f"{self.binary.kind} on port {self.port} answers", every=0.005)
        except BaseException:
            self.kill()
            raise

    def pause(self) -> None:
        """Stop it from running: connections are accepted by the kernel, and nothing is answered."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it run on; what was sent meanwhile is answered."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it without a chance to say good-bye. Nothing happens if it does not run."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order. Nothing happens if it does not run."""
        if self.running:
            self.resume()
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Start it anew on its port, empty; kill it first if it runs."""
        self.kill()
        self.start()

    def revive(self) -> bool:
        """Resume it if it runs, else start it; whether it had to be started."""
        if self.running:
            self.resume()
            return False
        self.start()
        return True

    def close(self) -> None:
        """Kill it and remove its folder."""
        self.kill()
        if self._folder is not None:
            wards.remove(self._folder)
            self._folder = None

    def _end(self, sign: signal.Signals) -> None:
        if self._pid is None:
            return
        pid, self._pid = self._pid, None
        if wards.has_ended(pid):
            return
        os.kill(pid, sign)
        try:
            within = PATIENCE if sign == signal.SIGKILL else STOPPING
            wait_until(lambda: wards.has_ended(pid), f"process {pid} ends", within=within, every=0.002)
        except TimeoutError:
            if sign == signal.SIGKILL:
                raise
            self._pid = pid
            self.kill()

    def _answers(self) -> bool:
        if not self.running:
            raise RuntimeError(f"{self.binary.path} ended at once:\n{self.log[-2000:]}")
        if fields(ask(self.port, "INFO", "server", password=self.password))["process_id"] != str(self._pid):
            return False  # somebody else has the port: this one ends soon
        try:
            return ask(self.port, "PING", password=self.password) == b"PONG"
        except Refused as exc:
            if str(exc).startswith("MASTERDOWN"):  # a replica that answers nothing else yet
                return True
            raise
