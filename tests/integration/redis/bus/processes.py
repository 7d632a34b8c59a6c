"""Caches in processes of their own, asked line by line."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]


class Remote:
    """A cache elsewhere."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.answer()

    def ask(self, call: str, *arguments: Any) -> Any:
        """Make a call and wait for its answer."""
        self.begin(call, *arguments)
        return self.answer()

    def begin(self, call: str, *arguments: Any) -> None:
        """Make a call."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([call, *arguments]) + "\n")
        self.process.stdin.flush()

    def answer(self) -> Any:
        """The next answer."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            _, errors = self.process.communicate()
            raise AssertionError(errors)
        return json.loads(line)


@contextmanager
def remote(url: str, prefix: str, program: str = "serve", **plan: Any) -> Iterator[Remote]:
    """A process with a cache, until the context is left; it has the time to close it."""
    command = [sys.executable, "-m", "tests.integration.redis.bus.programs", program]
    process = subprocess.Popen(
        [*command, json.dumps({"url": url, "prefix": prefix, **plan})],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield Remote(process)
        process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
