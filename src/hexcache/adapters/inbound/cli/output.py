"""What commands print: tables for people, JSON for scripts, and exit codes for both.

Rule: results go to standard output, progress and errors to standard error; under ``--json`` standard output holds one
JSON document and nothing else.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

from rich.console import Console
from rich.table import Table

from hexcache.domain.errors import UnsupportedValue
from hexcache.domain.report import WriteReport


class Exit(IntEnum):
    """Exit codes.

    ``OK`` done; ``ABSENT`` no such entry, or not all of it was done; ``USAGE`` the command, a setting or a value is not
    usable; ``DEGRADED`` a tier failed or did not take the change.
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
        self.console.print(text_of(data), markup=False)

    def value(self, value: object) -> None:
        """Print a cached value as JSON text; what JSON lacks is shown by its ``repr``."""
        self.console.print(text_of(value), markup=False)

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


def text_of(value: object) -> str:
    """JSON text of a value; what JSON cannot say is given by its ``repr``.

    Raises:
        UnsupportedValue: nested too deeply to be written.
    """
    try:
        return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False)
    except RecursionError as exc:
        raise UnsupportedValue("$", "a value nested too deeply", "values that a person could read") from exc


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, dict):
        return {key if isinstance(key, str) else repr(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, (set, frozenset)):
        return [_plain(part) for part in sorted(value, key=repr)]
    return repr(value)
