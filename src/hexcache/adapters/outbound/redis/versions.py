"""What a server says it is, and what a server of that kind and version can do.

Rule: Valkey and Redis went different ways: a command is known by the kind of server and the version from which it has
it, never by a version alone. What a server does not say, it cannot do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Feature: TypeAlias = Literal["SET IFEQ", "DELIFEQ", "DELEX", "MSETEX", "HPEXPIRE", "FUNCTION"]
"""Commands, or options of them, that not every server has."""

_SINCE: Final[dict[str, dict[str, tuple[int, ...]]]] = {
    "SET IFEQ": {"valkey": (8, 1), "redis": (8, 4)},
    "DELIFEQ": {"valkey": (9, 0)},
    "DELEX": {"redis": (8, 4)},
    "MSETEX": {"valkey": (9, 1), "redis": (8, 4)},
    "HPEXPIRE": {"valkey": (9, 0), "redis": (7, 4)},
    "FUNCTION": {"valkey": (7, 2), "redis": (7, 0)},
}


@dataclass(frozen=True, slots=True)
class ServerVersion:
    """A server, by its own words.

    Attributes:
        kind: ``valkey`` or ``redis``; another name for another server, empty if it does not say.
        version: such as ``9.1.2``; empty if it does not say.
        mode: ``standalone``, ``sentinel`` or ``cluster``; empty if it does not say.
    """

    kind: str = ""
    version: str = ""
    mode: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The version, to be compared."""
        return tuple(int(part) for part in re.findall(r"\d+", self.version)[:3])

    def has(self, feature: Feature) -> bool:
        """Whether it can do something."""
        since = _SINCE[feature].get(self.kind)
        return since is not None and self.numbers >= since


def told_by_info(reply: Any) -> ServerVersion:
    """From the reply to ``INFO server``: text, or what a client made of it."""
    said = reply if isinstance(reply, dict) else dict(_lines(_text(reply)))
    kind = str(said.get("server_name") or "redis")
    version = said.get(f"{kind}_version") or said.get("redis_version") or ""
    return ServerVersion(kind, str(version), str(said.get("server_mode") or said.get("redis_mode") or ""))


def told_by_hello(reply: Any) -> ServerVersion:
    """From the reply to ``HELLO``."""
    pairs = reply.items() if isinstance(reply, dict) else zip(reply[::2], reply[1::2], strict=False)
    said = {_text(name): value for name, value in pairs}
    return ServerVersion(*(_text(said.get(name, "")) for name in ("server", "version", "mode")))


def all_have(servers: Iterable[ServerVersion], feature: Feature) -> bool:
    """Whether every one of several servers can do something, as while a cluster is being upgraded."""
    return all(server.has(feature) for server in servers)


def _lines(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        name, colon, value = line.partition(":")
        if colon:
            yield name, value.strip()


def _text(value: Any) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
