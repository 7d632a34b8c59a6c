"""``python -m benchmarks [SUITE...]``: measure, then show times, ratios and targets."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import azure_suite, gcs_suite, obstore_suite, redis_suite, s3_suite, suites
from benchmarks.measuring import Contestant, compete
from benchmarks.suites import absent
from benchmarks.targets import TARGETS

console = Console()
SUITES = {
    **suites.SUITES,
    **redis_suite.SUITES,
    **s3_suite.SUITES,
    **gcs_suite.SUITES,
    **azure_suite.SUITES,
    **obstore_suite.SUITES,
}


def measure(name: str, rounds: int) -> list[Contestant]:
    """Run one suite behind a progress bar."""
    with SUITES[name]() as contestants, Progress(console=console, transient=True) as progress:
        task = progress.add_task(f"{name}: {len(contestants)} contestants", total=rounds)
        compete(contestants, rounds, lambda: progress.advance(task))
        return contestants


def show(name: str, contestants: list[Contestant]) -> None:
    """Times of one suite, and each over the first."""
    first = contestants[0]
    table = Table("contestant", "ns an operation", f"over {first.name}", title=name)
    for contestant in contestants:
        table.add_row(contestant.name, f"{contestant.nanoseconds:,.0f}", f"{contestant.over(first):.2f}x")
    console.print(table)


def judge(results: dict[str, list[Contestant]]) -> list[dict[str, object]]:
    """The targets that could be measured."""
    rows: list[dict[str, object]] = []
    for target in TARGETS:
        by_name = {contestant.name: contestant for contestant in results.get(target.suite, [])}
        if target.ours in by_name and target.theirs in by_name:
            floor = None if target.floor is None else by_name[target.floor]
            ratio = by_name[target.ours].over(by_name[target.theirs], floor)
            rows.append({"row": target.row, "ours": target.ours, "theirs": target.theirs, "ratio": round(ratio, 3)})
            rows[-1] |= {"target": target.most, "met": ratio <= target.most}
    return rows


def main() -> None:
    """Measure what was asked for, all suites by default."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"one of: {', '.join(SUITES)}; all by default")
    parser.add_argument("--rounds", type=int, default=15, help="rounds of each suite (default 15)")
    parser.add_argument("--json", type=Path, help="also write the ratios to this file")
    asked = parser.parse_args()
    unknown = set(asked.suites) - set(SUITES)
    if unknown:
        parser.error(f"unknown suite {', '.join(sorted(unknown))}; there are: {', '.join(SUITES)}")
    results = {name: measure(name, asked.rounds) for name in asked.suites or SUITES}
    for name, contestants in results.items():
        show(name, contestants)
    rows = judge(results)
    table = Table("row", "ours", "over", "ratio", "target", "met", title="targets (ratios of CPU time, one run)")
    for row in rows:
        ratio, target = f"{row['ratio']:.3f}", f"{row['target']}"
        table.add_row(
            str(row["row"]), str(row["ours"]), str(row["theirs"]), ratio, target, "yes" if row["met"] else "no"
        )
    console.print(table)
    if absent:
        console.print(f"not installed, so left out: {', '.join(sorted(absent))}")
    if asked.json:
        asked.json.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
