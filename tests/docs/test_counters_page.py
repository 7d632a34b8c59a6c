"""What the page on counters shows runs as it stands, and the bounds that it names are those of the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from hexcache.adapters.outbound.disk.counter_table import OPERATIONS_KEPT as KEPT_ON_DISK
from hexcache.adapters.outbound.memory.cells import MAX_OPERATIONS as KEPT_IN_MEMORY
from hexcache.adapters.outbound.redis.count_records import (
    OPERATION_SECONDS,
    OPERATIONS_KEPT,
    RESEND_SECONDS,
    RESENDS_KEPT,
)
from tests.docs.pages import DOCS, run, save, shown

PAGE = "concepts/counters.md"


@pytest.mark.parametrize("name", shown(PAGE))
def test_a_shown_program_runs(name: str, tmp_path: Path) -> None:
    save(PAGE, tmp_path)
    done = run(tmp_path, name)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_bounds_are_those_of_the_code() -> None:
    text = (DOCS / PAGE).read_text("utf-8")
    assert f"| memory | the latest {spaced(KEPT_IN_MEMORY)} of a counter |" in text
    assert f"| disk | the latest {spaced(KEPT_ON_DISK)} of a counter |" in text
    assert f"| Redis, Valkey | a day, and the latest {spaced(OPERATIONS_KEPT)} of a counter |" in text
    assert OPERATION_SECONDS == 86_400
    assert f"remembered for {RESEND_SECONDS:g} seconds, the latest\n{spaced(RESENDS_KEPT)} of a counter." in text


def spaced(number: int) -> str:
    """A number as a page writes it."""
    return f"{number:,}".replace(",", " ")
