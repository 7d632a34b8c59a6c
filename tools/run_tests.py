"""Runs the suite with branch coverage and prints the report above pytest's own summary line.

Rule: what the report demands is decided here and only here: the layers in ``COMPLETE`` are covered to the last branch,
and with ``NO_SKIPS=1`` no test is skipped for a reason that ``ALLOWED_SKIPS`` does not know.

    python tools/run_tests.py [pytest arguments]

Arguments select tests, which then run in this process; the demand on coverage falls away, the report stays. Without
arguments the suite is spread over the cores, whole files at a time, as a file's tests may share costly fixtures.
``HEXCACHE_TEST_WORKERS`` says over how many (1: in this process).
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import coverage
import pytest
from coverage.exceptions import NoDataError

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

ROOT = Path(__file__).resolve().parent.parent
DEMANDED = {"application": 97.0}
"""Layers whose demand is below 100 per cent for now, as races decide which of their branches a run meets."""

COMPLETE = ("domain", "application")
"""Layers of which every line and branch is run by the suite."""

ALL = 100.0
"""Per cent."""

MOST_WORKERS = 4
"""More only multiply what each worker sets up for itself."""

ALLOWED_SKIPS = (
    r"only root can give",
    r"root (owns the root directory|may read every file)",
    r"this machine allows no user namespaces",
)
"""Patterns of the reasons for which a machine may leave a test out."""


class Report:
    """Ends the measurement and judges the run, before pytest prints its last line."""

    def __init__(self, measured: coverage.Coverage, *, whole: bool, no_skips: bool) -> None:
        self._measured = measured
        self._whole = whole
        self._no_skips = no_skips
        self.faults: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter: TerminalReporter) -> None:
        """Print coverage, then every demand that was not met."""
        self._measured.stop()
        self._measured.save()
        terminalreporter.section("coverage")
        try:
            self._measured.combine()
            self._measured.report(file=terminalreporter)  # type: ignore[arg-type]  # it has the one method used: write
            if self._whole:
                self.faults += [fault for layer in COMPLETE if (fault := self._shortfall(layer))]
        except NoDataError as exc:
            self.faults.append(f"nothing was measured: {exc}")
        if self._no_skips:
            skipped = terminalreporter.stats.get("skipped", [])
            self.faults += unexpected_skips([str(report.longrepr) for report in skipped])
        for fault in self.faults:
            terminalreporter.write_line(f"FAULT {fault}", red=True)

    def _shortfall(self, layer: str) -> str:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
            total = self._measured.report(include=f"*/hexcache/{layer}/*", file=nowhere)
        demanded = DEMANDED.get(layer, ALL)
        return "" if total >= demanded else f"{layer} is covered to {total:.2f} %, {demanded:.0f} % is the rule"


def unexpected_skips(reasons: list[str]) -> list[str]:
    """Those of the reasons that no pattern of ``ALLOWED_SKIPS`` knows, as sentences."""
    known = re.compile("|".join(ALLOWED_SKIPS))
    return [f"a test was skipped: {reason}" for reason in reasons if not known.search(reason)]


def spread() -> list[str]:
    """Arguments that spread a run over the cores; none where there is one worker to have."""
    workers = int(os.environ.get("HEXCACHE_TEST_WORKERS", min(os.cpu_count() or 1, MOST_WORKERS)))
    return ["-p", "tools.measuring", "-n", str(workers), "--dist", "loadfile"] if workers > 1 else []


def main(arguments: list[str]) -> int:
    """Run; 0 when every test passed and every demand is met, else pytest's code or 1."""
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    measured = coverage.Coverage()
    measured.set_option("run:disable_warnings", ["no-data-collected"])  # workers may have it all
    measured.erase()
    measured.start()
    report = Report(measured, whole=not arguments, no_skips=os.environ.get("NO_SKIPS") == "1")
    code = int(pytest.main(["--durations=10", *(arguments or spread())], plugins=[report]))
    return code or int(bool(report.faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
