"""A replayed trace is counted exactly, tier by tier."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from hexcache.adapters.inbound.cli.plot import share_plot, spread
from tests.unit.cli.conftest import Run


def test_every_request_is_answered_by_one_tier_or_the_origin(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("\n".join(["a", "b", "a", "c", "a", "b", "", "d"]) + "\n")
    facts = json.loads(
        run("--json", "replay", str(trace), "--origin-ms", "100", urls=("memory:?max_items=100",)).stdout
    )
    assert facts["requests"] == 7
    assert facts["origin_calls"] == 4
    assert facts["hits"] == 3
    assert facts["tiers"] == {"memory": 3}
    assert facts["seconds_saved"] == 0.3
    assert facts["seconds_at_the_origin_without_cache"] == 0.7


def test_a_second_tier_catches_what_the_first_lost(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.gz"
    keys = [f"key-{n}" for n in range(60)]
    trace.write_bytes(gzip.compress("\n".join(keys * 2).encode()))
    urls = ("memory:?max_items=10", f"disk:{tmp_path / 'tier'}")
    facts = json.loads(run("--json", "replay", str(trace), urls=urls).stdout)
    assert facts["requests"] == 120
    assert facts["origin_calls"] == 60
    assert sum(facts["tiers"].values()) == 60
    assert facts["tiers"]["disk"] >= 40


def test_people_get_a_table_and_a_plot(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("a\n" * 50)
    shown = run("replay", str(trace), "--limit", "20", urls=("memory:",))
    assert shown.exit_code == 0
    assert "hit ratio 95.0%" in shown.stdout
    assert "100 %" in shown.stdout


def test_an_empty_trace_is_unusable(run: Run, tmp_path: Path) -> None:
    trace = tmp_path / "trace.txt"
    trace.write_text("\n\n")
    assert run("replay", str(trace)).exit_code == 2
    assert run("replay", str(tmp_path / "absent")).exit_code == 2


def test_the_plot_fills_columns_by_share() -> None:
    lines = list(share_plot([0.0, 0.5, 1.0], rows=4))
    assert lines[0].endswith("│  █")
    assert lines[3].endswith("│ ██")
    assert spread([(1, 2), (1, 2), (2, 2)], 2) == [0.5, 1.0]
    assert spread([], 5) == []
