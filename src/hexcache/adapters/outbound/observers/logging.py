"""An observer that writes to the log: for people, not for counting.

Rule: one line when an episode of failure begins and one when it ends, however many calls failed in between; their
number is in the second line. A line holds a tier's name, an operation, counts and durations, and a reason that is cut
short, made one line and stripped of passwords in addresses; never a value, never a key.

An episode of a tier begins with its first failure and ends when it answers again. One that begins within ``quiet``
seconds of the last line about the tier is not announced, so that a tier that fails every other call does not fill the
log: what it failed is added to the next line. Everything else that can happen often (refused and undecodable blobs,
repairs, failed loads) has no end that is told; there a line stands for all that follows within ``quiet`` seconds.
"""

from __future__ import annotations

import logging
import re
import threading
from dataclasses import dataclass
from typing import Any, Final, Protocol

import structlog
import structlog.stdlib

from hexcache.ports.clock import Clock
from hexcache.ports.observer import LoadEvent, TierEvent

NAME: Final = "hexcache"
"""The logger's name."""
QUIET: Final = 60.0
"""Seconds for which one line speaks."""
LONGEST_REASON: Final = 200
"""Characters of a reason that are logged."""

_CREDENTIALS = re.compile(r"(?<=://)\S+(?=@)")  # up to the last @: a password may hold one, and a slash
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_BEGINS = frozenset({"failure", "breaker_opened"})
_ENDS = frozenset({"recovered", "breaker_closed"})
_HARMLESS = frozenset({"repaired", "repair_queued", "stale_served"})


class Logger(Protocol):
    """What of a structlog logger is used."""

    def info(self, event: str, **fields: Any) -> Any:
        """Write a line that asks for nothing."""
        ...

    def warning(self, event: str, **fields: Any) -> Any:
        """Write a line that somebody should look at."""
        ...


@dataclass(slots=True)
class _Episode:
    """What is known of one tier, or of one kind of event.

    Attributes:
        began: when the present episode began, seconds; None when there is none.
        announced: whether its first line was written.
        count: failures since the last recovery was logged; for what has no recovery, events since the last line.
        spoke: when the last line was written, seconds.
    """

    began: float | None = None
    announced: bool = False
    count: int = 0
    spoke: float = float("-inf")


class LoggingObserver:
    """Writes episodes to structlog; an :class:`~hexcache.ports.observer.Observer`. Safe for threads.

    Args:
        clock: monotonic seconds.
        logger: where to; None for structlog's logger named ``hexcache`` where the service has configured structlog, and
            for the standard library's logger of that name where it has not (structlog alone would write to the standard
            output, which is not a library's to fill).
        quiet: seconds for which one line speaks.
    """

    def __init__(self, clock: Clock, logger: Logger | None = None, *, quiet: float = QUIET) -> None:
        self._clock = clock
        self._given = logger
        self._quiet = quiet
        self._lock = threading.Lock()
        self._episodes: dict[tuple[str, str], _Episode] = {}

    def on_tier(self, event: TierEvent, /) -> None:
        """Log the begin or the end of an episode of a tier; count what lies between."""
        if event.kind in _BEGINS:
            self._failed(event)
        elif event.kind in _ENDS:
            self._recovered(event)
        else:
            fields = {"tier": event.tier, "operation": event.operation, "reason": clean(event.reason)}
            self._often((event.tier, event.kind), f"tier {event.kind}", event.kind, event.count, fields)

    def on_load(self, event: LoadEvent, /) -> None:
        """Log the first of a kind, and later what has gathered."""
        fields = {"reason": clean(event.reason), "seconds": round(event.seconds, 3)}
        self._often(("", event.kind), f"load {event.kind}", event.kind, 1, fields)

    @property
    def _logger(self) -> Logger:
        if self._given is not None:
            return self._given
        chosen: Logger = structlog.get_logger(NAME) if structlog.is_configured() else _plain
        return chosen

    def _failed(self, event: TierEvent) -> None:
        now = self._clock()
        with self._lock:
            episode = self._episodes.setdefault((event.tier, "failure"), _Episode())
            episode.count += event.count if event.kind == "failure" else 0
            if episode.began is not None:
                return
            episode.began = now
            episode.announced = now - episode.spoke >= self._quiet
            if not episode.announced:
                return
            episode.spoke = now
            failures = episode.count
        self._logger.warning(
            "tier failing", tier=event.tier, operation=event.operation, reason=clean(event.reason), failures=failures
        )

    def _recovered(self, event: TierEvent) -> None:
        now = self._clock()
        with self._lock:
            episode = self._episodes.get((event.tier, "failure"))
            if episode is None or episode.began is None:
                return
            seconds = now - episode.began
            episode.began = None
            if not episode.announced:
                return
            failures, episode.count, episode.spoke = episode.count, 0, now
        self._logger.info("tier recovered", tier=event.tier, failures=failures, seconds=round(seconds, 3))

    def _often(self, key: tuple[str, str], line: str, kind: str, count: int, fields: dict[str, Any]) -> None:
        now = self._clock()
        with self._lock:
            episode = self._episodes.setdefault(key, _Episode())
            episode.count += count
            if now - episode.spoke < self._quiet:
                return
            events, episode.count, episode.spoke = episode.count, 0, now
        write = self._logger.info if kind in _HARMLESS else self._logger.warning
        write(line, count=events, **fields)


_plain: Final[Logger] = structlog.wrap_logger(
    logging.getLogger(NAME),
    wrapper_class=structlog.stdlib.BoundLogger,
    processors=[structlog.stdlib.filter_by_level, structlog.processors.KeyValueRenderer(key_order=["event"])],
)


def clean(reason: str) -> str:
    """A reason as it may stand in a log: one line, not long, no user and password in an address."""
    return _CONTROL.sub(" ", _CREDENTIALS.sub("***", reason))[:LONGEST_REASON]
