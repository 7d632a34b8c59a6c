"""Each command makes its call, prints its outcome, and says it by its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hexcache
from tests.unit.cli.conftest import Run


def test_what_was_set_is_got_by_another_command(run: Run) -> None:
    assert run("set", "user:1", '{"name": "Ada", "tags": [1, null]}').exit_code == 0
    got = run("get", "user:1")
    assert got.exit_code == 0
    assert json.loads(got.stdout) == {"name": "Ada", "tags": [1, None]}


def test_a_missing_entry_is_exit_code_1_and_says_so_on_standard_error(run: Run) -> None:
    got = run("get", "nobody")
    assert (got.exit_code, got.stdout) == (1, "")
    assert "nobody" in got.stderr
    assert run("ttl", "nobody").exit_code == 1
    assert run("delete", "nobody").exit_code == 1


def test_a_cached_null_is_a_value(run: Run) -> None:
    run("set", "nothing", "null")
    assert run("get", "nothing").stdout.strip() == "null"


def test_json_holds_one_document(run: Run) -> None:
    written = json.loads(run("--json", "set", "k", "1").stdout)
    assert written == {"complete": True, "found": False, "tiers": {"disk": {"effect": "done", "reason": ""}}}
    assert json.loads(run("--json", "get", "k").stdout) == {"key": "k", "value": 1}
    assert json.loads(run("--json", "scan").stdout) == ["k"]
    assert json.loads(run("--json", "health").stdout)["disk"]["ok"] is True
    assert json.loads(run("--json", "explain", "k").stdout)["tiers"]["disk"]["state"] == "fresh"
    assert "disk" in json.loads(run("--json", "stats").stdout)["tiers"]
    assert 0 < json.loads(run("--json", "ttl", "k").stdout)["ttl"] < 330
    assert json.loads(run("--json", "delete", "k").stdout)["found"] is True


def test_text_and_standard_input_are_taken_as_values(run: Run) -> None:
    run("set", "text", "plain words", "--text")
    assert json.loads(run("get", "text").stdout) == "plain words"
    run("set", "piped", "-", stdin="[1, 2]")
    assert json.loads(run("get", "piped").stdout) == [1, 2]


def test_never_is_a_ttl(run: Run) -> None:
    run("set", "k", "1", "--ttl", "never")
    assert run("ttl", "k").stdout.strip() == "never"
    assert json.loads(run("--json", "ttl", "k").stdout)["ttl"] is None


def test_scan_lists_the_namespace_and_stops_at_the_limit(run: Run) -> None:
    for key in ("a", "b", "c"):
        run("set", key, "1")
        run("--namespace", "other", "set", f"other-{key}", "1")
    assert sorted(run("scan").stdout.split()) == ["a", "b", "c"]
    assert len(run("scan", "--limit", "2").stdout.split()) == 2
    assert sorted(run("--namespace", "other", "scan").stdout.split()) == ["other-a", "other-b", "other-c"]


def test_clear_asks_first_and_keeps_to_its_namespace(run: Run) -> None:
    run("set", "k", "1")
    run("--namespace", "other", "set", "k", "2")
    assert run("clear", stdin="n\n").exit_code == 1
    assert run("get", "k").exit_code == 0
    assert run("--namespace", "other", "clear", "--yes").exit_code == 0
    assert run("--namespace", "other", "get", "k").exit_code == 1
    assert run("get", "k").exit_code == 0


def test_people_get_tables(run: Run) -> None:
    run("set", "k", "1", "--tag", "t")
    for command in (("stats",), ("health",), ("explain", "k")):
        shown = run(*command)
        assert shown.exit_code == 0
        assert "disk" in shown.stdout
    assert run("version").stdout.strip()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("set", "k", "not json"), "not JSON"),
        (("set", "k", "1", "--ttl", "soon"), "soon"),
        (("set", "k", "1", "--ttl", "0"), "ttl"),
        (("set", "", "1"), "empty"),
        (("get", "a\nb"), "control"),
        (("--namespace", "a b", "get", "k"), "namespace"),
        (("set", "k", "1", "--tag", ""), "tag"),
    ],
)
def test_unusable_input_is_exit_code_2_and_named(run: Run, args: tuple[str, ...], told: str) -> None:
    failed = run(*args)
    assert failed.exit_code == 2
    assert told in failed.stderr
    assert "Traceback" not in failed.stderr


@pytest.mark.parametrize("url", ["nonsense:x", "memory:?max_items=many", "memory:?colour=red", "disk:"])
def test_an_unusable_url_is_exit_code_2(run: Run, url: str) -> None:
    failed = run("get", "k", urls=(url,))
    assert failed.exit_code == 2
    assert failed.stderr


def test_a_failing_tier_is_exit_code_3(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way")
    asked = run("health", urls=(f"disk:{blocked}",))
    assert asked.exit_code == 3
    written = run("set", "k", "1", urls=(f"disk:{blocked}",))
    assert written.exit_code == 3


def test_a_tier_that_cannot_be_asked_is_not_a_missing_entry(run: Run, tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way")
    asked = run("get", "k", urls=(f"disk:{blocked}",))
    assert asked.exit_code == 3
    assert "could not be asked" in asked.stderr


def test_values_that_json_lacks_are_shown(run: Run, tmp_path: Path) -> None:
    with hexcache.open_cache(f"disk:{tmp_path / 'disk'}") as cache:
        cache.set("odd", {(1, 2): float("nan"), "bytes": b"x", "set": {2, 1}, "tuple": (1, None)})
    shown = json.loads(run("--json", "get", "odd").stdout)["value"]
    assert shown == {"(1, 2)": "nan", "bytes": "b'x'", "set": [1, 2], "tuple": [1, None]}


def test_json_nested_beyond_reading_is_unusable(run: Run) -> None:
    assert run("set", "deep", "[" * 100_000 + "]" * 100_000).exit_code == 2
