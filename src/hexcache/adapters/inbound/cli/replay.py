"""``hexcache replay``: what a trace of keys would gain from the chosen tiers.

Rule: each line of the file is one request for one key, in order. The origin's latency is counted, not waited for, so
that a day of traffic is replayed in seconds.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from hexcache.adapters.inbound.cli.opening import OpenedCache
from hexcache.adapters.inbound.cli.output import Exit, Output, cell
from hexcache.adapters.inbound.cli.plot import share_plot, spread
from hexcache.adapters.inbound.cli.session import Session

COLUMNS = 64
PARTS = 640
"""The trace is cut into so many parts, each with its own hit ratio; the plot gathers them into columns."""


@dataclass(slots=True)
class Tally:
    """What a replay has seen.

    Attributes:
        requests: lines replayed.
        loads: of them, asked of the origin.
        parts: (hits, requests) of each part of the trace.
        seconds: real time of the replay.
    """

    requests: int = 0
    loads: int = 0
    parts: list[tuple[int, int]] = field(default_factory=list)
    seconds: float = 0.0


def replay(
    context: typer.Context,
    trace: Annotated[
        Path, typer.Argument(help="A text file, one key a line; may end in .gz.", exists=True, dir_okay=False)
    ],
    origin_ms: Annotated[float, typer.Option(help="What one load takes at the origin, milliseconds.", min=0)] = 50.0,
    value_bytes: Annotated[int, typer.Option(help="Size of each loaded value.", min=0)] = 100,
    limit: Annotated[int, typer.Option(help="At most so many lines; 0 for all.", min=0)] = 0,
) -> None:
    """Replay a trace through the chosen tiers: hits of each tier, hit ratio over time, time saved."""
    with Session.of(context, loader_thread="caller") as session:
        keys = _keys(trace, limit)
        if not keys:
            session.out.fail(f"{trace} holds no keys")
            raise typer.Exit(Exit.USAGE)
        before = _tier_hits(session.cache)
        tally = _run(session.cache, keys, value_bytes, session.out)
        gained = {name: hits - before[name] for name, hits in _tier_hits(session.cache).items()}
        _show(session.out, trace, tally, gained, origin_ms)


def _keys(trace: Path, limit: int) -> list[str]:
    opener = gzip.open if trace.suffix == ".gz" else open
    with opener(trace, "rt", encoding="utf-8", errors="replace") as lines:
        keys = [line.strip() for line in lines if line.strip()]
    return keys[:limit] if limit else keys


def _run(cache: OpenedCache, keys: list[str], value_bytes: int, out: Output) -> Tally:
    tally, value = Tally(), "x" * value_bytes

    def load() -> str:
        tally.loads += 1
        return value

    began = perf_counter()
    with _bar(out) as progress:
        task = progress.add_task("replaying", total=len(keys))
        for part in _cut(keys):
            loads = tally.loads
            for key in part:
                cache.get_or_set(key, load)
            tally.requests += len(part)
            tally.parts.append((len(part) - (tally.loads - loads), len(part)))
            progress.update(task, completed=tally.requests)
    tally.seconds = perf_counter() - began
    return tally


def _cut(keys: list[str]) -> Iterator[list[str]]:
    size = max(1, -(-len(keys) // PARTS))
    for at in range(0, len(keys), size):
        yield keys[at : at + size]


def _bar(out: Output) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=out.progress, transient=True)


def _tier_hits(cache: OpenedCache) -> dict[str, int]:
    return {name: int(tier["hits"]) for name, tier in cache.stats()["tiers"].items()}


def _show(out: Output, trace: Path, tally: Tally, tiers: dict[str, int], origin_ms: float) -> None:
    hits = tally.requests - tally.loads
    ratio = hits / tally.requests
    without = tally.requests * origin_ms / 1000
    saved = hits * origin_ms / 1000
    facts: dict[str, Any] = {
        "trace": trace.name,
        "requests": tally.requests,
        "hits": hits,
        "origin_calls": tally.loads,
        "hit_ratio": round(ratio, 4),
        "origin_ms": origin_ms,
        "seconds_at_the_origin_without_cache": round(without, 3),
        "seconds_saved": round(saved, 3),
        "replayed_in_seconds": round(tally.seconds, 3),
        "tiers": tiers,
    }
    if out.as_json:
        out.document(facts)
        return
    rows = {
        name: {"hits": count, "share of requests": f"{count / tally.requests:.1%}"} for name, count in tiers.items()
    }
    rows["origin"] = {"hits": tally.loads, "share of requests": f"{tally.loads / tally.requests:.1%}"}
    out.table(f"{trace.name}: where {cell(tally.requests)} requests were answered", rows, "answered by")
    out.console.print(
        f"hit ratio {ratio:.1%}; at {cell(origin_ms)} ms a load the origin would have taken {cell(without)} s,"
    )
    out.console.print(f"the cache saved {cell(saved)} s of it; replayed in {cell(tally.seconds)} s\n")
    out.console.print("hit ratio over the trace")
    for line in share_plot(spread(tally.parts, COLUMNS)):
        out.console.print(line)
