"""The commands about entries and tiers: get, set, delete, ttl, scan, clear, stats, health, explain.

Rule: a command opens the chosen cache, makes one call, prints its outcome and exits by it; it decides nothing itself.
"""

from __future__ import annotations

import json
import math
import sys
from typing import Annotated, Any

import typer

from hexcache.adapters.inbound.cli.output import Exit
from hexcache.adapters.inbound.cli.session import Session
from hexcache.domain.lifetime import UNSET
from hexcache.domain.lookup import MISS

Key = Annotated[str, typer.Argument(help="The key.", show_default=False)]


def add_commands(app: typer.Typer) -> None:
    """Register them."""
    for command in (get, set_, delete, ttl, scan, clear, stats, health, explain):
        app.command(name=command.__name__.rstrip("_"))(command)


def get(context: typer.Context, key: Key) -> None:
    """Print a value as JSON; exit code 1 if there is none."""
    with Session.of(context) as session:
        value = session.cache.get(key, MISS)
        if value is MISS:
            session.absent(key)
        if session.out.as_json:
            session.out.document({"key": key, "value": value})
        else:
            session.out.value(value)


def set_(
    context: typer.Context,
    key: Key,
    value: Annotated[str, typer.Argument(help="The value as JSON; '-' reads it from standard input.")],
    ttl: Annotated[str | None, typer.Option(help="Freshness, such as 90s, 2h30m, or 'never'.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="A tag; may be given several times.")] = None,
    text: Annotated[bool, typer.Option("--text", help="The value is text, not JSON.")] = False,
) -> None:
    """Store a value in every tier."""
    with Session.of(context) as session:
        content = sys.stdin.read() if value == "-" else value
        life: Any = UNSET if ttl is None else None if ttl == "never" else ttl
        report = session.cache.set(key, content if text else _parsed(content), ttl=life, tags=tag or ())
        session.end(session.out.report(report))


def delete(context: typer.Context, key: Key) -> None:
    """Remove an entry from every tier; exit code 1 if no tier had it."""
    with Session.of(context) as session:
        report = session.cache.delete(key)
        code = session.out.report(report)
        session.end(code if report.found or code else Exit.ABSENT)


def ttl(context: typer.Context, key: Key) -> None:
    """Print the seconds of freshness left; 'never' if they do not end; exit code 1 if there is no entry."""
    with Session.of(context) as session:
        left = session.cache.ttl(key)
        if left is None:
            session.absent(key)
        elif session.out.as_json:
            session.out.document({"key": key, "ttl": None if math.isinf(left) else left})
        else:
            session.out.console.print("never" if math.isinf(left) else f"{left:.3f}")


def scan(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="At most so many keys; 0 for all.", min=0)] = 0,
) -> None:
    """List the keys of the namespace, one a line."""
    with Session.of(context) as session:
        found: list[str] = []
        for key in session.cache.keys():  # noqa: SIM118 - a cache is not a mapping
            if session.out.as_json:
                found.append(key)
            else:
                session.out.console.print(key, markup=False)
            limit -= 1
            if limit == 0:
                break
        if session.out.as_json:
            session.out.document(found)


def clear(
    context: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove every entry of the namespace and those below it from every tier."""
    with Session.of(context) as session:
        if not yes:
            typer.confirm(f"Remove every entry of {session.cache!r}?", abort=True, err=True)
        session.end(session.out.report(session.cache.clear()))


def stats(context: typer.Context) -> None:
    """Show the tiers and their counters since this command opened them."""
    with Session.of(context) as session:
        counted = session.cache.stats()
        if session.out.as_json:
            session.out.document(counted)
        else:
            session.out.sheet("tiers", counted["tiers"])


def health(context: typer.Context) -> None:
    """Make a round trip to every tier; exit code 3 if one does not answer."""
    with Session.of(context) as session:
        report = session.cache.health()
        if session.out.as_json:
            session.out.document(report)
        else:
            session.out.table("health", report)
        session.end(Exit.OK if all(tier["ok"] for tier in report.values()) else Exit.DEGRADED)


def explain(context: typer.Context, key: Key) -> None:
    """Show what each tier holds for a key, and why it would or would not be served."""
    with Session.of(context) as session:
        told = session.cache.explain(key)
        if session.out.as_json:
            session.out.document(told)
            return
        session.out.console.print(f"address {told['address']}", markup=False)
        session.out.sheet(f"what each tier holds for {key}", told["tiers"])


def _parsed(content: str) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as exc:
        raise typer.BadParameter(f"not JSON ({exc}); quote text as '\"text\"', or give --text") from exc
