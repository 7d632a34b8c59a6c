"""``hexcache sweep`` and ``hexcache lifecycle``: one object tier or all of them, what they did, and how they end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import pytest
from typer.testing import CliRunner, Result

from hexcache.adapters.inbound.cli.app import build_app
from hexcache.adapters.inbound.cli.opening import Opener, Surroundings
from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.refusals import Forbidden
from hexcache.adapters.outbound.objects.things import Label
from hexcache.composition.command_line import opened
from hexcache.composition.object_buckets import Buckets
from hexcache.composition.object_upkeep import ObjectUpkeep
from hexcache.composition.object_vendors import VENDORS
from tests.unit.objects.contents import Contents
from tests.unit.objects.faults import Fault
from tests.unit.objects.sync.planned_bucket import PlannedBucket

NEVER = float("inf")
Run = Callable[..., Result]
URL = "s3://bucket/cache"


def said(done: Result) -> str:
    """What it told people, whatever the width of their screen."""
    return " ".join(done.stderr.split())


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> PlannedBucket:
    """A bucket in memory in the place of S3: three dead blobs and two live ones."""
    bucket = PlannedBucket(Contents())
    names = Naming("cache")
    for key, dead_at in {"a": 1.0, "b": NEVER, "c": 2.0, "d": NEVER, "e": 3.0}.items():
        body = frame.value(bytes(16), dead_at, f"hexcache:{key}", b"blob")
        bucket.contents.write(names.name(f"hexcache:{key}"), body, Label("value", dead_at), None, 0.0)
    offered = replace(VENDORS["s3"], buckets=lambda _: Buckets(blocking=lambda: bucket))
    monkeypatch.setitem(cast("dict[str, Any]", VENDORS), "s3", offered)
    return bucket


@pytest.fixture
def run() -> Run:
    app = build_app(Surroundings(cast(Opener, opened), (sys.executable,), ObjectUpkeep()))

    def call(*args: str, urls: tuple[str, ...] = ("memory:", URL)) -> Result:
        chosen = [part for url in urls for part in ("--url", url)]
        return CliRunner().invoke(app, [*chosen, *args])

    return call


def test_a_sweep_removes_what_is_dead_and_says_so(run: Run, bucket: PlannedBucket) -> None:
    done = run("--json", "sweep")
    assert done.exit_code == 0
    assert json.loads(done.stdout) == {
        "s3": {
            "listed": 5, "dead": 3, "abandoned": 0, "removed": 3, "freed": 3 * (frame.HEAD_BYTES + 14),
            "requests": 7, "stopped_at": None,
        }
    }  # fmt: skip
    assert len(bucket.contents.things) == 2
    assert bucket.closed == 1


def test_a_dry_run_removes_nothing(run: Run, bucket: PlannedBucket) -> None:
    done = run("sweep", "--dry-run")
    assert done.exit_code == 0
    assert "would be removed" in done.stdout
    assert len(bucket.contents.things) == 5


def test_a_budget_that_ends_a_sweep_is_told_and_another_goes_on(run: Run, bucket: PlannedBucket) -> None:
    done = run("--json", "sweep", "--budget", "5")
    assert done.exit_code == 1
    told = json.loads(done.stdout)["s3"]
    assert told["requests"] <= 5
    again = run("--json", "sweep", "--after", told["stopped_at"])
    assert again.exit_code == 0
    assert told["removed"] + json.loads(again.stdout)["s3"]["removed"] == 3


def test_a_tier_that_fails_is_told(run: Run, bucket: PlannedBucket) -> None:
    bucket.plan("facts", Fault(Forbidden("lacks s3:GetObject")))
    done = run("sweep")
    assert done.exit_code == 3
    assert "lacks s3:GetObject" in said(done)
    assert bucket.closed == 1


@pytest.mark.parametrize("command", ["sweep", "lifecycle"])
def test_a_tier_that_is_none_is_told(run: Run, command: str) -> None:
    done = run(command, "--tier", "memory")
    assert done.exit_code == 2
    assert "accepted: a tier of this cache on an object store: s3" in said(done)
    assert "there is none" in said(run(command, urls=("memory:",)))


@pytest.mark.parametrize(("option", "value"), [("--older-than", "soon"), ("--longest", "soon")])
def test_a_duration_that_is_none_is_told(run: Run, option: str, value: str) -> None:
    command = "sweep" if option == "--older-than" else "lifecycle"
    done = run(command, option, value)
    assert done.exit_code == 2
    assert f"{option.removeprefix('--')} is 'soon'" in said(done)


def test_rules_are_printed_for_each_tier(run: Run) -> None:
    urls = ("memory:", URL, "gs://bucket/cache?ttl_cap=7d", "azure://account/container")
    done = run("lifecycle", urls=urls)
    assert done.exit_code == 0
    assert [line for line in done.stdout.splitlines() if line.startswith(("# s3:", "# gs:", "# azure:"))]
    told = json.loads(run("--json", "lifecycle", "--tier", "s3", urls=urls).stdout)
    assert list(told) == ["s3"]


def test_a_program_without_object_stores_says_so() -> None:
    app = build_app(Surroundings(cast(Opener, opened), ()))
    done = CliRunner().invoke(app, ["lifecycle"])
    assert done.exit_code == 2
    assert "without object stores" in said(done)
