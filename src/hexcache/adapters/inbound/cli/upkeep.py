"""The commands about object stores: sweep and lifecycle.

Rule: they open no cache; what they may touch is chosen by the same options. A sweep shows how far it is and what it
cost, and a dry run says what it would do.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from hexcache.adapters.inbound.cli.opening import Upkeep
from hexcache.adapters.inbound.cli.output import Exit
from hexcache.adapters.inbound.cli.session import Session
from hexcache.domain.errors import Unsupported

Tier = Annotated[str | None, typer.Option(help="The name of one object tier; left out: each of them.")]


def sweep(
    context: typer.Context,
    tier: Tier = None,
    budget: Annotated[int | None, typer.Option(help="At most so many requests to each tier.", min=1)] = None,
    older_than: Annotated[str, typer.Option(help="Pass over what was written less than so long ago.")] = "0",
    after: Annotated[str, typer.Option(help="Go on after this name, where an earlier sweep stopped.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look, and remove nothing.")] = False,
) -> None:
    """Remove dead entries and old placeholders from the object tiers; exit code 1 if a budget ended a sweep."""
    with Session.of(context) as session:
        columns = (
            TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"), TimeElapsedColumn(),
        )  # fmt: skip
        with Progress(*columns, console=session.out.progress, transient=True) as bars:
            tasks: dict[str, Any] = {}

            def show(name: str, report: Mapping[str, Any]) -> None:
                if name not in tasks:
                    tasks[name] = bars.add_task(name, total=budget, told="")
                told = f"{report['listed']:,} seen, {report['removed']:,} of no use, {report['requests']:,} requests"
                bars.update(tasks[name], completed=report["requests"] if budget else 0, told=told)

            reports = _upkeep(session).sweep(
                session.choice,
                tier=tier,
                budget=budget,
                older_than=older_than,
                after=after,
                dry_run=dry_run,
                progress=show,
            )
        if session.out.as_json:
            session.out.document(reports)
        else:
            session.out.table("would be removed" if dry_run else "swept", reports)
        whole = all(report["stopped_at"] is None for report in reports.values())
        session.end(Exit.OK if whole else Exit.ABSENT)


def lifecycle(
    context: typer.Context,
    tier: Tier = None,
    longest: Annotated[
        str | None, typer.Option(help="How long an entry lives at most, such as 30d; left out: the tier's ttl_cap.")
    ] = None,
) -> None:
    """Print life-cycle rules by which the object stores themselves remove what is of no use."""
    with Session.of(context) as session:
        rules = _upkeep(session).lifecycle(session.choice, tier=tier, longest=longest)
        if session.out.as_json:
            session.out.document(rules)
            return
        for name, one in rules.items():
            session.out.console.print(f"# {name}: {one['note']}\n# {one['apply']}", markup=False)
            session.out.console.print(json.dumps(one["rules"], indent=2), markup=False)


def _upkeep(session: Session) -> Upkeep:
    upkeep = session.surroundings.upkeep
    if upkeep is None:
        raise Unsupported("this program was built without object stores")
    return upkeep
