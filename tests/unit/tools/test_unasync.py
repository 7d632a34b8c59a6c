"""The generator of blocking twins changes what its table names, everywhere it may stand, and nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tools import unasync


def twin(source: str) -> str:
    """The twin's text without its header."""
    header, _, text = unasync.twin_of(source, "src/x/aio/m.py").partition("\n")
    assert header == "# Generated from src/x/aio/m.py by tools/unasync.py. Do not edit."
    return text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("async def f(): ...\n", "def f(): ...\n"),
        ("x = await g(await h())\n", "x = g(h())\n"),
        ("async with a as b, c: pass\n", "with a as b, c: pass\n"),
        ("async for x in y: pass\n", "for x in y: pass\n"),
        ("z = [x async for x in y]\n", "z = [x for x in y]\n"),
        ("class AsyncStore(Base): ...\n", "class Store(Base): ...\n"),
        ("from hexcache.ports.aio.store import AsyncStore\n", "from hexcache.ports.sync.store import Store\n"),
        ("async def __aenter__(self): await self.aclose()\n", "def __enter__(self): self.close()\n"),
        ("it: AsyncIterator[int] = aiter(o)\n", "it: Iterator[int] = iter(o)\n"),
        ("x: F[P, Coroutine[Any, Any, list[Awaitable[R]]]]\n", "x: F[P, list[R]]\n"),
        ("x: Coroutine[object, None, R]\n", "x: Coroutine[object, None, R]\n"),
    ],
)
def test_code_is_spelled_in_the_blocking_world(source: str, expected: str) -> None:
    assert twin(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "Asynchronous = Async = asyncify = my_await = is_async = 1\n",
        "AsyncioLike = Asyncstore = 1\n",
        "paio = aiohttp = reaclose = 1\n",
        "# await\n",
        "'''an async cache; async as prose'''\n",
        "x = 'a\u2028b\x0cc'  # \u2028 ends no line of Python\ny = 1\n",
        "if True:\n\tx = (1,\n\n\t  2)\n",
        "",
    ],
)
def test_everything_else_is_left_as_it_is(source: str) -> None:
    assert twin(source) == source


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("'AsyncStore.aclose'\n", "'Store.close'\n"),
        (
            '"""See :class:`AsyncCache`; ``aio/`` is the source."""\n',
            '"""See :class:`Cache`; ``sync/`` is the source."""\n',
        ),
        ("b'AsyncStore'\n", "b'Store'\n"),
        ("# AsyncStore waits\n", "# Store waits\n"),
        (
            '"""\n    async with open() as c:\n        await c.get()\n"""\n',
            '"""\n    with open() as c:\n        c.get()\n"""\n',
        ),
    ],
)
def test_strings_and_comments_are_spelled_word_by_word(source: str, expected: str) -> None:
    assert twin(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("f'AsyncStore {x} aclose'\n", "f'Store {x} close'\n"),
        ("f'{{AsyncStore}} {await x!r:>{await w}} {{}}'\n", "f'{{Store}} {x!r:>{w}} {{}}'\n"),
        ("f'{AsyncStore.aclose}{{' 'aclose'\n", "f'{Store.close}{{' 'close'\n"),
        ("rf'''AsyncStore\n{await x}\n'''\nawait y\n", "rf'''Store\n{x}\n'''\ny\n"),
    ],
)
def test_formatted_strings_have_one_twin_on_every_python(source: str, expected: str) -> None:
    """Before 3.12 a formatted string is one token, since then it is many."""
    assert twin(source) == expected


@pytest.mark.parametrize("path", sorted(Path(unasync.ROOT, "src").rglob("aio/**/*.py")), ids=lambda path: path.name)
def test_a_real_twin_is_python_without_a_word_of_the_other_world(path: Path) -> None:
    text = unasync.twin_of(path.read_text("utf-8"), path.name)
    ast.parse(text)
    assert not re.search(r"^\s*(async|await)\b|\bawait |\bAsync[A-Z]", text, re.MULTILINE)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one source that needs every substitution, and nothing else."""
    monkeypatch.setattr(unasync, "ROOT", tmp_path)
    monkeypatch.setattr(unasync, "used", set())
    source = tmp_path / "src/hexcache/ports/aio/store.py"
    source.parent.mkdir(parents=True)
    source.write_text("".join(f"x = {name}\n" for name in unasync.NAMES), "utf-8")
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The tool's exit code."""
    monkeypatch.setattr("sys.argv", ["unasync.py", *arguments])
    return unasync.main()


def test_what_was_written_is_current(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch) == 0
    assert run(monkeypatch, "--check") == 0


@pytest.mark.parametrize("change", ["edit", "remove"])
def test_a_check_reports_a_stale_or_missing_twin_and_changes_nothing(
    change: str, tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    written = tree / "src/hexcache/ports/sync/store.py"
    if change == "edit":
        written.write_text(written.read_text("utf-8") + "extra = 1\n", "utf-8")
    else:
        written.unlink()
    before = written.read_text("utf-8") if written.exists() else None
    capsys.readouterr()
    assert run(monkeypatch, "--check") == 1
    assert "out of date: src/hexcache/ports/sync/store.py" in capsys.readouterr().out
    assert (written.read_text("utf-8") if written.exists() else None) == before


def test_a_twin_without_a_source_is_reported_then_removed(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    orphan = tree / "src/hexcache/ports/sync/gone.py"
    orphan.write_text("x = 1\n", "utf-8")
    assert run(monkeypatch, "--check") == 1
    assert "left over: src/hexcache/ports/sync/gone.py" in capsys.readouterr().out
    assert orphan.exists()
    run(monkeypatch)
    assert not orphan.exists()


def test_hand_written_pairs_are_neither_generated_nor_removed(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for world in ("aio", "sync"):
        path = tree / f"src/hexcache/application/{world}/primitives.py"
        path.parent.mkdir(parents=True)
        path.write_text(f"world = '{world}'\n", "utf-8")
    run(monkeypatch)
    assert (tree / "src/hexcache/application/sync/primitives.py").read_text("utf-8") == "world = 'sync'\n"
    assert run(monkeypatch, "--check") == 0


def test_a_substitution_that_no_source_needs_fails_the_check(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    monkeypatch.setitem(unasync.NAMES, "anobody", "nobody")
    assert run(monkeypatch, "--check") == 1
    assert "substitutions that no source needs: anobody" in capsys.readouterr().out
