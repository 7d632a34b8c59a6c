"""The settings page says what the settings say of themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from hexcache.composition.quantities import Bytes, EndlessSeconds, OptionalBytes, Seconds
from tools import settings_reference


class Inner(BaseModel):
    """A table."""


class Sample(BaseModel, frozen=True):
    """One field of each kind."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    word: Literal["a", "b"] = "a"
    """A | word."""
    count: int = Field(10_000, ge=1, lt=20_000)
    """A number."""
    life: EndlessSeconds = float("inf")
    """A duration."""
    pause: Seconds | None = None
    """Perhaps a duration."""
    room: Bytes = Field(64 * 1024 * 1024, gt=0)
    """A size."""
    limit: OptionalBytes = None
    """Perhaps a size."""
    table: Inner = Inner()
    """A table."""
    needed: str
    """A text."""
    on: bool = True
    """A switch."""


class Heir(Sample, frozen=True):
    """A section that narrows another's field without a word of its own."""

    word: Literal["b"] = "b"


@pytest.mark.parametrize(
    ("name", "kind", "default"),
    [
        ("word", "`a`, `b`", "`a`"),
        ("count", "whole number from 1 below 20000", "`10000`"),
        ("life", "duration or `never`", "`never`"),
        ("pause", "duration", "-"),
        ("room", "size above 0", "`64MiB`"),
        ("limit", "size", "-"),
        ("table", "table", "-"),
        ("needed", "text", "required"),
        ("on", "yes or no", "`true`"),
    ],
)
def test_a_setting_is_shown_as_a_file_would_write_it(name: str, kind: str, default: str) -> None:
    field = Sample.model_fields[name]
    assert (settings_reference.kind(field), settings_reference.default(field)) == (kind, default)


def test_a_narrowed_setting_keeps_its_meaning() -> None:
    meaning = settings_reference.meaning(Heir, "word")
    assert settings_reference.sentence(meaning) == "A \\| word."


def test_a_setting_without_a_description_is_an_error() -> None:
    with pytest.raises(ValueError, match="description"):
        settings_reference.sentence(None)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A page with nothing between its marks."""
    path = tmp_path / "settings.md"
    path.write_text(f"before\n{settings_reference.BEGIN}\n{settings_reference.END}\nafter\n", "utf-8")
    monkeypatch.setattr(settings_reference, "PAGE", path)
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The tool's exit code."""
    monkeypatch.setattr("sys.argv", ["settings_reference.py", *arguments])
    return settings_reference.main()


def test_a_check_reports_a_difference_and_changes_nothing(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = copy.read_text("utf-8")
    assert run(monkeypatch, "--check") == 1
    assert copy.read_text("utf-8") == before
    assert run(monkeypatch) == 0
    assert run(monkeypatch, "--check") == 0
    written = copy.read_text("utf-8")
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "| `ttl` | duration or `never` | `300` |" in written


def test_a_page_without_marks_is_an_error(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy.write_text("text\n", "utf-8")
    with pytest.raises(ValueError, match="needs the marks"):
        run(monkeypatch)


def test_the_page_is_current(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--check") == 0, capsys.readouterr().out
