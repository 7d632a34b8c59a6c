"""Which server a test gets, when there are several ways to one.

Rule: an explicit URL first, and an error if nothing answers there; then a program on this machine; then a container.
A test is skipped only with the reason of every way, and where ``HEXCACHE_TEST_REQUIRE`` names the kind not even then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

REQUIRE = "HEXCACHE_TEST_REQUIRE"
"""``all``, or kinds with commas between: a missing server of these is an error."""
SOURCES = "HEXCACHE_TEST_SOURCES"
"""Which of ``local`` and ``container`` are tried, in which order; both in this order unless it is set."""

KINDS = (
    "valkey",
    "redis",
    "redis_own",
    "redis_secured",
    "redis_tls",
    "redis_cluster",
    "redis_sentinels",
    "seaweed",
    "moto",
    "gcs",
    "azurite",
    "azurite_tls",
)
"""What a test may ask for."""

Start = Callable[[], AbstractContextManager[T]]
"""Starts a server, which ends when the context is left."""


class Unavailable(Exception):
    """A way to a server that this machine does not have, and why."""


class NoServer(Exception):
    """No way led to a server; the text has the reason of each."""


@dataclass(frozen=True, slots=True)
class Ways(Generic[T]):
    """The ways to one kind of server."""

    kind: str
    at: Callable[[str], AbstractContextManager[T]] | None = None
    """Makes a server of an explicit URL; raises an OSError if nothing answers there."""
    local: Start[T] | None = None
    container: Start[T] | None = None

    @property
    def variable(self) -> str:
        """The variable with the explicit URL."""
        return f"HEXCACHE_TEST_{self.kind.upper()}_URL"


@contextmanager
def chosen(ways: Ways[T], variables: Mapping[str, str] | None = None) -> Iterator[T]:
    """The server of the first way that leads to one, until the context is left.

    Raises:
        NoServer: no way did.
        OSError: nothing answers at the explicit URL.
    """
    variables = os.environ if variables is None else variables
    with ExitStack() as stack:
        if ways.at is not None and (url := variables.get(ways.variable)):
            yield stack.enter_context(ways.at(url))
            return
        reasons = [f"{ways.variable} is not set"] if ways.at is not None else []
        for name in order(variables):
            start = ways.local if name == "local" else ways.container
            if start is None:
                reasons.append(f"{name}: not a way to this kind of server")
                continue
            try:
                server = stack.enter_context(start())
            except Unavailable as exc:
                reasons.append(f"{name}: {exc}")
                continue
            yield server
            return
    raise NoServer(f"no server of kind {ways.kind}: {'; '.join(reasons)}")


def order(variables: Mapping[str, str]) -> list[str]:
    """The sources that are tried.

    Raises:
        ValueError: one is unknown.
    """
    names = _words(variables.get(SOURCES, "local,container"))
    if strange := [name for name in names if name not in {"local", "container"}]:
        raise ValueError(f"{SOURCES} names {strange}; accepted: local, container")
    return names


def required(kind: str, variables: Mapping[str, str] | None = None) -> bool:
    """Whether a run without this kind of server is a failure.

    Raises:
        ValueError: a kind that is named is unknown.
    """
    named = _words((os.environ if variables is None else variables).get(REQUIRE, ""))
    if strange := [name for name in named if name not in {"all", *KINDS}]:
        raise ValueError(f"{REQUIRE} names {strange}; accepted: all, {', '.join(KINDS)}")
    return kind in named or "all" in named


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
