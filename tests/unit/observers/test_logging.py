"""The log has one line where an episode begins and one where it ends, and never a secret."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from hexcache.adapters.outbound.observers.logging import LONGEST_REASON, QUIET, LoggingObserver, clean
from hexcache.ports.observer import LoadEvent, Observer, TierEvent
from hexcache.testing.clock import MovedClock

Line = dict[str, Any]


class Lines:
    """A logger that keeps its lines."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def info(self, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, "level": "info", **fields})

    def warning(self, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, "level": "warning", **fields})


@pytest.fixture
def log() -> Lines:
    return Lines()


@pytest.fixture
def observer(moved_clock: MovedClock, log: Lines) -> Observer:
    return LoggingObserver(moved_clock.monotonic, log)


def failure(tier: str = "disk", reason: str = "StoreTimeout: slow") -> TierEvent:
    return TierEvent(tier, "failure", "get", reason)


class TestEpisodes:
    """A tier fails, goes on failing, answers again."""

    def test_one_line_when_it_begins_and_one_when_it_ends(
        self, observer: Observer, log: Lines, moved_clock: MovedClock
    ) -> None:
        for _ in range(500):
            observer.on_tier(failure())
            moved_clock.advance(0.5)
        observer.on_tier(TierEvent("disk", "recovered", count=500))
        assert log.lines == [
            {
                "event": "tier failing",
                "level": "warning",
                "tier": "disk",
                "operation": "get",
                "reason": "StoreTimeout: slow",
                "failures": 1,
            },
            {"event": "tier recovered", "level": "info", "tier": "disk", "failures": 500, "seconds": 250.0},
        ]

    def test_the_breaker_is_part_of_the_episode(self, observer: Observer, log: Lines) -> None:
        for kind in (
            "failure",
            "failure",
            "breaker_opened",
            "failure",
            "breaker_opened",
            "breaker_closed",
            "recovered",
        ):
            observer.on_tier(TierEvent("disk", kind))
        assert [(line["event"], line["failures"]) for line in log.lines] == [("tier failing", 1), ("tier recovered", 3)]

    def test_a_breaker_that_opens_first_begins_one(self, observer: Observer, log: Lines) -> None:
        observer.on_tier(TierEvent("disk", "breaker_opened"))
        observer.on_tier(failure())
        assert [line["event"] for line in log.lines] == ["tier failing"]

    def test_tiers_have_episodes_of_their_own(self, observer: Observer, log: Lines) -> None:
        observer.on_tier(failure("disk"))
        observer.on_tier(failure("redis"))
        observer.on_tier(TierEvent("disk", "recovered"))
        assert [(line["tier"], line["event"]) for line in log.lines] == [
            ("disk", "tier failing"),
            ("redis", "tier failing"),
            ("disk", "tier recovered"),
        ]

    def test_a_recovery_of_nothing_is_no_line(self, observer: Observer, log: Lines) -> None:
        observer.on_tier(TierEvent("disk", "recovered"))
        observer.on_tier(TierEvent("disk", "breaker_closed"))
        assert log.lines == []

    def test_a_later_episode_is_told_again(self, observer: Observer, log: Lines, moved_clock: MovedClock) -> None:
        for _ in range(2):
            observer.on_tier(failure())
            observer.on_tier(TierEvent("disk", "recovered"))
            moved_clock.advance(QUIET)
        assert [line["event"] for line in log.lines] == ["tier failing", "tier recovered"] * 2

    def test_a_tier_that_fails_every_other_call_does_not_fill_the_log(
        self, observer: Observer, log: Lines, moved_clock: MovedClock
    ) -> None:
        for _ in range(3_000):
            observer.on_tier(failure())
            observer.on_tier(TierEvent("disk", "recovered"))
            moved_clock.advance(0.1)
        assert len(log.lines) <= 2 * (300 / QUIET + 1)
        moved_clock.advance(QUIET)
        observer.on_tier(failure())
        observer.on_tier(TierEvent("disk", "recovered"))
        told = [line["failures"] for line in log.lines if line["event"] == "tier recovered"]
        assert sum(told) == 3_001, "every failure is in some line"


class TestOftenEvents:
    """What has no end that is told: a line stands for what follows in its quiet time."""

    @pytest.mark.parametrize("kind", ["undecodable", "rejected", "repair_overflow"])
    def test_one_line_stands_for_many(self, observer: Observer, log: Lines, moved_clock: MovedClock, kind: str) -> None:
        for _ in range(100):
            observer.on_tier(TierEvent("disk", kind, "put", "full"))
        moved_clock.advance(QUIET)
        observer.on_tier(TierEvent("disk", kind, "put", "full", count=5))
        assert [(line["event"], line["level"], line["count"]) for line in log.lines] == [
            (f"tier {kind}", "warning", 1),
            (f"tier {kind}", "warning", 104),
        ]

    @pytest.mark.parametrize("kind", ["repaired", "repair_queued"])
    def test_what_asks_for_nothing_is_no_warning(self, observer: Observer, log: Lines, kind: str) -> None:
        observer.on_tier(TierEvent("disk", kind))
        assert [line["level"] for line in log.lines] == ["info"]

    @pytest.mark.parametrize("kind", ["failure", "timeout", "refresh_failure", "abandoned", "stale_served"])
    def test_loads_go_the_same_way(self, observer: Observer, log: Lines, moved_clock: MovedClock, kind: str) -> None:
        for _ in range(50):
            observer.on_load(LoadEvent(kind, "ValueError", 1.23456))
        assert log.lines == [
            {
                "event": f"load {kind}",
                "level": "info" if kind == "stale_served" else "warning",
                "count": 1,
                "reason": "ValueError",
                "seconds": 1.235,
            }
        ]

    def test_kinds_and_tiers_do_not_silence_each_other(self, observer: Observer, log: Lines) -> None:
        observer.on_tier(TierEvent("disk", "rejected"))
        observer.on_tier(TierEvent("redis", "rejected"))
        observer.on_tier(TierEvent("disk", "undecodable"))
        observer.on_load(LoadEvent("failure"))
        observer.on_tier(failure())
        assert len(log.lines) == 5


class TestReasons:
    """What may stand in a line."""

    @pytest.mark.parametrize(
        ("reason", "told"),
        [
            ("redis://user:pass@host:6379/0 refused", "redis://***@host:6379/0 refused"),
            ("redis://:p%40ss@host refused", "redis://***@host refused"),
            ("redis://user:p/a@ss@host refused", "redis://***@host refused"),
            ("https://host/path refused for a@b", "https://host/path refused for a@b"),
            ("first line\nsecond line\r\n\tthird", "first line second line third"),
            ("bell\x07 \x1b[31mred\x85\u2028", "bell   [31mred "),
            ("x" * 1_000, "x" * LONGEST_REASON),
            ("", ""),
        ],
    )
    def test_it_is_one_short_line_without_passwords(self, reason: str, told: str) -> None:
        assert clean(reason) == told

    def test_every_line_is_cleaned(self, observer: Observer, log: Lines) -> None:
        secret = "s3://key:secret@host\nfailed"
        for kind in ("failure", "rejected", "undecodable"):
            observer.on_tier(TierEvent("disk", kind, "get", secret))
        observer.on_load(LoadEvent("failure", secret))
        assert [line["reason"] for line in log.lines] == ["s3://***@host failed"] * 4


class TestWhereTo:
    """structlog as the service has configured it, or the standard library's logger."""

    def test_a_service_that_configured_structlog_gets_its_lines(self, moved_clock: MovedClock) -> None:
        observer = LoggingObserver(moved_clock.monotonic)
        before = structlog.get_config()
        try:
            structlog.configure(processors=[])
            with capture_logs() as lines:
                observer.on_tier(failure())
        finally:
            structlog.reset_defaults()
            assert structlog.get_config().keys() == before.keys()
        assert [(line["event"], line["log_level"], line["tier"]) for line in lines] == [
            ("tier failing", "warning", "disk")
        ]

    def test_without_it_the_standard_logger_does(
        self, moved_clock: MovedClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert not structlog.is_configured()
        observer = LoggingObserver(moved_clock.monotonic)
        with caplog.at_level(logging.INFO, "hexcache"):
            observer.on_tier(failure())
            observer.on_tier(TierEvent("disk", "recovered"))
        assert [(record.name, record.levelname) for record in caplog.records] == [
            ("hexcache", "WARNING"),
            ("hexcache", "INFO"),
        ]
        assert "event='tier failing'" in caplog.records[0].getMessage()
        assert "tier='disk'" in caplog.records[0].getMessage()

    def test_nothing_is_ever_written_to_the_standard_output(self) -> None:
        script = (
            "from hexcache.adapters.outbound.observers.logging import LoggingObserver\n"
            "from hexcache.ports.observer import LoadEvent, TierEvent\n"
            "observer = LoggingObserver(lambda: 0.0)\n"
            "observer.on_tier(TierEvent('disk', 'failure'))\n"
            "observer.on_load(LoadEvent('stale_served'))\n"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
        assert done.stdout == ""
        assert "tier failing" in done.stderr


def test_threads_share_one_episode(moved_clock: MovedClock, log: Lines) -> None:
    """However many threads see a tier fail, the log has one line, and no failure is lost."""
    observer = LoggingObserver(moved_clock.monotonic, log)
    start = threading.Barrier(8)

    def fail() -> None:
        start.wait()
        for _ in range(500):
            observer.on_tier(failure())

    threads = [threading.Thread(target=fail) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    observer.on_tier(TierEvent("disk", "recovered"))
    assert [(line["event"], line["failures"]) for line in log.lines] == [("tier failing", 1), ("tier recovered", 4_000)]
