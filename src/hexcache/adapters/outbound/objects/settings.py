"""What an object store tier is configured with, whatever the vendor.

Rule: a setting out of bounds is refused when the object is made, by name, value and what is accepted; nothing is
resolved, opened or read. What only one vendor knows stands in that vendor's package.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from hexcache.domain.errors import InvalidSetting

MAX_CONNECTIONS: Final = 10_000
MAX_PREFIX_BYTES: Final = 256
"""Leaves room in a name (1024 bytes) for the part that tells addresses apart."""
MAX_STEP_BYTES: Final = 255
"""What a file system takes for one name; servers keep objects in files."""


@dataclass(frozen=True, slots=True)
class ConnectionSettings:
    """How a vendor's client connects; a part of every vendor's settings.

    Attributes:
        connect_timeout: longest wait for a connection, TLS included, seconds.
        read_timeout: longest wait for the next bytes of an answer, seconds.
        connections: connections that are kept for use again, to one endpoint.
    """

    connect_timeout: float = 1.0
    read_timeout: float = 5.0
    connections: int = 64

    def __post_init__(self) -> None:
        check_seconds("connect_timeout", self.connect_timeout)
        check_seconds("read_timeout", self.read_timeout)
        check_count("connections", self.connections, MAX_CONNECTIONS)


@dataclass(frozen=True, slots=True)
class ObjectStoreSettings:
    """How a store uses a bucket.

    Attributes:
        prefix: what every name begins with: steps with ``/`` between, none before the first and none after the last.
        conditional: write by conditions of the bucket, so that nothing older than a delete comes back. Costs one small
            write a miss; False for servers without conditions.
        deadline: longest call, retries included, seconds.
        tombstone_ttl: seconds for which the token of an absence is good; longer than the longest load.
        side_by_side: requests that one bulk call makes at the same time.
        max_value_bytes: largest blob; None for what the bucket takes.
        absent_for: seconds for which this process remembers an absence and does not ask again; 0 for not at all. What
            others write is noticed that much later. Needs ``conditional``.
    """

    prefix: str = ""
    conditional: bool = True
    deadline: float = 10.0
    tombstone_ttl: float = 600.0
    side_by_side: int = 16
    max_value_bytes: int | None = None
    absent_for: float = 0.0

    def __post_init__(self) -> None:
        check_prefix(self.prefix)
        check_seconds("deadline", self.deadline)
        check_seconds("tombstone_ttl", self.tombstone_ttl)
        check_count("side_by_side", self.side_by_side, MAX_CONNECTIONS)
        if self.max_value_bytes is not None and self.max_value_bytes < 1:
            raise InvalidSetting(f"max_value_bytes is {self.max_value_bytes!r}; accepted: 1 or more, or None")
        if not 0 <= self.absent_for <= self.tombstone_ttl or (self.absent_for and not self.conditional):
            raise InvalidSetting(
                f"absent_for is {self.absent_for!r}; accepted: seconds from 0 to tombstone_ttl, "
                f"{self.tombstone_ttl:g}, and 0 alone without conditional writes"
            )


def check_seconds(name: str, value: float) -> None:
    """Refuse what is not a positive number of seconds.

    Raises:
        InvalidSetting: it is not.
    """
    if not 0 < value < math.inf:
        raise InvalidSetting(f"{name} is {value!r}; accepted: a positive number of seconds")


def check_count(name: str, value: int, most: int) -> None:
    """Refuse what is not a whole number from 1 to ``most``.

    Raises:
        InvalidSetting: it is not.
    """
    if not 1 <= value <= most:
        raise InvalidSetting(f"{name} is {value!r}; accepted: a whole number from 1 to {most}")


def check_prefix(prefix: str) -> str:
    """Refuse a prefix that some store, tool or file system would read as something else.

    Raises:
        InvalidSetting: it has an empty step, ``.`` or ``..`` as one, a control character, or is too long.
    """
    steps = prefix.split("/") if prefix else []
    if len(prefix.encode()) > MAX_PREFIX_BYTES or any(map(_is_odd, steps)):
        raise InvalidSetting(
            f"prefix is {prefix!r}; accepted: steps as in cache/production, {MAX_PREFIX_BYTES} bytes at most; no step "
            f"is empty, '.', '..' or longer than {MAX_STEP_BYTES} bytes, or holds a backslash or a control character"
        )
    return prefix


def _is_odd(step: str) -> bool:
    return step in {"", ".", ".."} or len(step.encode()) > MAX_STEP_BYTES or "\\" in step or not step.isprintable()
