"""The page of the command line names every command and every option that there is, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer.main

from hexcache.adapters.inbound.cli.app import build_app
from hexcache.adapters.inbound.cli.opening import Surroundings
from hexcache.adapters.inbound.cli.output import Exit
from tests.docs.pages import DOCS

PAGE = (DOCS / "reference/command-line.md").read_text("utf-8")


@contextmanager
def opened(_choice: Any, /, **_policy: Any) -> Iterator[Any]:
    """Nothing is opened here."""
    raise AssertionError
    yield


PROGRAM: Any = typer.main.get_command(build_app(Surroundings(opened, ())))


def options(command: Any) -> set[str]:
    """The long options of a command that are shown to people."""
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    return {option for parameter in shown for option in parameter.opts if option.startswith("--")} - {
        "--help",
        "--install-completion",
        "--show-completion",
    }


def test_every_command_is_there_and_no_other() -> None:
    named = set(re.findall(r"^\| `([a-z]+)[^`]*` \|", PAGE, re.MULTILINE)) | set(
        re.findall(r"^`(replay|demo)\b", PAGE, re.MULTILINE)
    )
    assert named == set(PROGRAM.commands)


def test_every_option_is_there_and_no_other() -> None:
    existing = options(PROGRAM).union(*(options(command) for command in PROGRAM.commands.values()))
    assert set(re.findall(r"--[a-z-]+[a-z]", PAGE)) == existing


def test_every_exit_code_is_there_and_no_other() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d) \|", PAGE, re.MULTILINE)} == {int(code) for code in Exit}
