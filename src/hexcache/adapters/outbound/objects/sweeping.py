"""What a sweep is told, and what it tells.

Rule: plain values; a report can be shown while the sweep goes on.
"""

from __future__ import annotations

from dataclasses import dataclass

from hexcache.domain.errors import InvalidSetting


@dataclass(frozen=True, slots=True)
class SweepRule:
    """What a sweep may do.

    Attributes:
        budget: requests that it may make; None for as many as it needs.
        older_than: objects that were written less than so many seconds ago are passed over, and cost nothing.
        after: names up to this one are passed over: where an earlier sweep stopped.
        dry_run: look, and remove nothing.
    """

    budget: int | None = None
    older_than: float = 0.0
    after: str = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        if self.budget is not None and self.budget < 1:
            raise InvalidSetting(f"budget is {self.budget!r}; accepted: 1 request or more, or None")
        if not self.older_than >= 0:
            raise InvalidSetting(f"older_than is {self.older_than!r}; accepted: seconds, 0 or more")


@dataclass(slots=True)
class SweepReport:
    """What a sweep found and did so far.

    Attributes:
        listed: objects of this tier that a listing showed.
        dead: blobs among them whose deadline has passed.
        abandoned: placeholders that no load needs any more.
        removed: dead and abandoned objects that were removed; in a dry run those that would have been.
        freed: bytes of those.
        requests: requests that were made.
        stopped_at: the name after which the next sweep goes on, where the budget ended this one; None when it is whole.
    """

    listed: int = 0
    dead: int = 0
    abandoned: int = 0
    removed: int = 0
    freed: int = 0
    requests: int = 0
    stopped_at: str | None = None
