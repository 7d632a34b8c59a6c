"""``hexcache demo``: the main job on real work, without any server.

Rule: nothing is staged: what the table says was measured while it ran, on files that every Python has.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.progress import track

from hexcache.adapters.inbound.cli.analysis import measure, standard_library
from hexcache.adapters.inbound.cli.opening import Choice, OpenedCache
from hexcache.adapters.inbound.cli.output import Exit, Output, cell
from hexcache.adapters.inbound.cli.scenes import failing_origin, stampede
from hexcache.adapters.inbound.cli.session import Session


def demo(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Option(help="Where the disk tier is; left out: a temporary one.")] = None,
    only_pass: Annotated[bool, typer.Option("--only-pass", hidden=True)] = False,
) -> None:
    """Analyse the standard library through a cache: cold, warm, from disk; then a stampede and a failing origin."""
    with Session.of(context) as session, tempfile.TemporaryDirectory(prefix="hexcache-demo-") as own:
        place = directory or Path(own)
        if only_pass:
            with _open(session, place) as cache:
                session.out.document(_pass(cache, session.out, "from disk"))
            return
        _whole(session, place)


def _whole(session: Session, place: Path) -> None:
    out = session.out
    rows: dict[str, dict[str, Any]] = {}
    with _open(session, place) as cache:
        rows["cold"] = _pass(cache, out, "cold")
        rows["warm"] = _pass(cache, out, "warm")
    rows["new process"] = _in_new_process(session, place)
    with _open(session, place) as cache:
        crowd = stampede(cache, out)
    with _open(session, place, stale="if_error", jitter=0.0) as cache:
        covered = failing_origin(cache)
    facts = {"modules": rows["cold"]["modules"], "passes": rows, "stampede": crowd, "failing_origin": covered}
    good = rows["warm"]["origin calls"] == rows["new process"]["origin calls"] == 0
    good = good and crowd["origin calls"] == 1 and covered["served"] == covered["before"]
    if out.as_json:
        out.document(facts | {"as_expected": good})
    else:
        _show(out, rows, crowd, covered)
    session.end(Exit.OK if good else Exit.DEGRADED)


def _open(session: Session, place: Path, **policy: Any) -> Any:
    urls = ("memory:?max_items=5000", f"disk:{place}")
    return session.surroundings.open(Choice(urls), **({"ttl": "1h"} | policy))


def _pass(cache: OpenedCache, out: Output, title: str) -> dict[str, Any]:
    """Analyse every module once; what the whole library amounts to, and who answered."""
    analyse = cache.cached(key="module:{path}:{changed}")(_analyse)
    modules = [(str(path), path.stat().st_mtime_ns) for path in standard_library()]
    total: Counter[str] = Counter()
    began = perf_counter()
    for path, changed in track(modules, f"{title:12}", console=out.progress, transient=True):
        total.update(analyse(path, changed))
    seconds = perf_counter() - began
    tiers = {name: int(tier["hits"]) for name, tier in cache.stats()["tiers"].items()}
    calls = analyse.cache_info().loads
    return {"modules": len(modules), "seconds": round(seconds, 3), "origin calls": calls, "tiers": tiers, **total}


def _analyse(path: str, changed: int) -> dict[str, int]:
    return measure(path)


def _in_new_process(session: Session, place: Path) -> dict[str, Any]:
    command = [*session.surroundings.program, "--json", "demo", "--directory", str(place), "--only-pass"]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=sys.stderr, check=False, timeout=300)  # noqa: S603 - our own program
    if done.returncode:
        session.out.fail(f"the new process ended with code {done.returncode}")
        raise typer.Exit(Exit.DEGRADED)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _show(out: Output, rows: dict[str, dict[str, Any]], crowd: dict[str, Any], covered: dict[str, Any]) -> None:
    cold = rows["cold"]
    out.console.print(
        f"The standard library: {cell(cold['modules'])} modules, {cell(cold['lines'])} lines, "
        f"{cell(cold['functions'])} functions, {cell(cold['classes'])} classes, {cell(cold['branches'])} branches.\n"
    )
    seen = Counter[str]()
    table: dict[str, dict[str, Any]] = {}
    for name, row in rows.items():
        hits = row["tiers"] if name == "new process" else {tier: n - seen[tier] for tier, n in row["tiers"].items()}
        seen = Counter(row["tiers"])
        table[name] = {
            "seconds": row["seconds"],
            "times faster": "1" if name == "cold" else cell(round(cold["seconds"] / max(row["seconds"], 1e-9), 1)),
            "origin calls": row["origin calls"],
            **{f"from {tier}": n for tier, n in hits.items()},
        }
    out.table("every module, parsed and measured through @cached over memory and disk", table, "pass")
    out.console.print(
        f"\nStampede: {crowd['threads']} threads asked for one cold key at once: {crowd['origin calls']} origin call, "
        f"{crowd['answers']} answers in {crowd['seconds']} s (one load alone takes {crowd['load seconds']} s)."
    )
    out.console.print(
        f"Failing origin: after {covered['failures']} failed load(s) the stale value {covered['served']!r} was served; "
        f"when the origin was back: {covered['after']!r}.\n"
    )
