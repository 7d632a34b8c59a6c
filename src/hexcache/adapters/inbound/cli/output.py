"""What commands print: tables for people, JSON for scripts, and exit codes for both.

Rule: results go to standard output, progress and errors to standard error; under ``--json`` standard output holds one
JSON document and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.table import Table

from hexcache.domain.report import WriteReport


class Exit(IntEnum):
    """Exit codes.

    ``OK`` done; ``ABSENT`` no such entry; ``USAGE`` the command, a setting or a value is not usable; ``DEGRADED`` a
    tier failed or did not take the change.
    """

    OK = 0
    ABSENT = 1
    USAGE = 2
    DEGRADED = 3


class Output:
    """Where a command's result goes."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.console = Console(highlight=False, soft_wrap=True)
        self.progress = Console(stderr=True, highlight=False)

    def document(self, data: object) -> None:
        """Print one JSON document."""
        self.console.print(json.dumps(data, default=shown, ensure_ascii=False), markup=False)

    def value(self, value: object) -> None:
        """Print a cached value as JSON text; what JSON lacks is shown by its ``repr``."""
        self.console.print(json.dumps(value, default=shown, ensure_ascii=False), markup=False)

    def table(self, title: str, rows: Mapping[str, Mapping[str, Any]], first: str = "tier") -> None:
        """Print one row for each name; columns are all keys that occur."""
        columns = list(dict.fromkeys(column for row in rows.values() for column in row))
        table = Table(first, *columns, title=title)
        for name, row in rows.items():
            table.add_row(name, *(cell(row.get(column, "")) for column in columns))
        self.console.print(table)

    def sheet(self, title: str, columns: Mapping[str, Mapping[str, Any]]) -> None:
        """Print one column for each name; rows are all keys that occur. For many keys and few names."""
        rows = dict.fromkeys(row for column in columns.values() for row in column)
        table = Table("", *columns, title=title)
        for row in rows:
            table.add_row(row, *(cell(column.get(row, "")) for column in columns.values()))
        self.console.print(table)

    def report(self, report: WriteReport) -> Exit:
        """Print what each tier did; the exit code that follows."""
        rows = {outcome.tier: {"effect": outcome.effect.value, "reason": outcome.reason} for outcome in report.outcomes}
        if self.as_json:
            self.document({"complete": report.complete, "found": report.found, "tiers": rows})
        else:
            self.table("what each tier did", rows)
        return Exit.OK if report.complete else Exit.DEGRADED

    def fail(self, message: str) -> None:
        """Print an error for people."""
        self.progress.print(f"hexcache: {message}", markup=False, style="red")


def cell(value: object) -> str:
    """A value in a table."""
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    return f"{value:,}" if type(value) is int else str(value)


def shown(value: object) -> object:
    """What JSON cannot say, said in text."""
    if isinstance(value, (set, frozenset, tuple)):
        return sorted(value, key=repr) if isinstance(value, (set, frozenset)) else list(value)
    return repr(value)
