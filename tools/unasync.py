"""Writes the blocking twin of every ``aio/`` module, so that both worlds have one source.

Rule: a twin differs from its source by the substitutions below and by nothing else; a substitution that no source needs
is an error, so that the table cannot rot.

    python tools/unasync.py            write the twins
    python tools/unasync.py --check    fail if a twin is missing, out of date or left over
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("src/hexcache", "tests")
BY_HAND = frozenset({"mapping.py", "primitives.py"})
"""Modules of which each world has its own, hand-written."""

DROPPED = frozenset({"async", "await"})
NAMES = {
    "AsyncIterator": "Iterator",
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "aclose": "close",
    "aio": "sync",
    "aiter": "iter",
    "anext": "next",
    "asynccontextmanager": "contextmanager",
    "open_async_cache": "open_cache",
}
SPOKEN = re.compile(r"\bawait |\basync (?=with |for |def )")
"""The dropped words where a string or a comment holds code; prose keeps its "async"."""
UNWRAPPED = {"Awaitable": "[", "Coroutine": "[Any, Any, "}
"""``Awaitable[X]`` and ``Coroutine[Any, Any, X]`` become ``X``."""
BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
PREFIX = "Async"
"""``AsyncStore`` becomes ``Store``: any class name of ours that begins with it."""

used: set[str] = set()


def twin_name(name: str) -> str:
    """The blocking world's word for an identifier."""
    if name in NAMES:
        used.add(name)
        return NAMES[name]
    if name.startswith(PREFIX) and name[len(PREFIX) : len(PREFIX) + 1].isupper():
        return name[len(PREFIX) :]
    return name


def twin_text(text: str) -> str:
    """The same inside strings and comments, word by word."""
    out: list[str] = []
    word = ""
    for char in text + "\0":
        if char.isidentifier() or (word and char.isalnum()):
            word += char
            continue
        out.append(twin_name(word) if word else "")
        word = ""
        out.append(char)
    return SPOKEN.sub("", "".join(out)[:-1])


def twin_of(source: str, origin: str) -> str:
    """The whole module in the blocking world, below a header that names its source."""
    starts = [0]
    for line in io.StringIO(source):
        starts.append(starts[-1] + len(line))
    out: list[str] = []
    done = depth = 0
    opened: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        begin = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        if begin < done or end > len(source):
            continue
        out.append(source[done:begin])
        lead = UNWRAPPED.get(token.string) if token.type == tokenize.NAME else None
        if lead is not None and source.startswith(lead, end):
            opened.append(depth)
            depth += 1
            done = end + len(lead)
            continue
        if token.type == tokenize.OP and token.string in BRACKETS:
            depth += BRACKETS[token.string]
            if opened and depth == opened[-1]:
                opened.pop()
                done = end
                continue
        dropped = token.type == tokenize.NAME and token.string in DROPPED
        out.append("" if dropped else _spelled(token.type, source[begin:end]))
        done = end + (1 if dropped else 0)
    out.append(source[done:])
    return f"# Generated from {origin} by tools/unasync.py. Do not edit.\n{''.join(out)}"


def _spelled(kind: int, text: str) -> str:
    if kind == tokenize.NAME:
        return twin_name(text)
    if kind in {tokenize.STRING, tokenize.COMMENT} or tokenize.tok_name[kind] == "FSTRING_MIDDLE":
        return twin_text(text)
    return text


def wanted() -> dict[Path, str]:
    """Path and text of every twin."""
    twins: dict[Path, str] = {}
    for top in SOURCES:
        for folder in sorted((ROOT / top).rglob("aio")):
            for path in sorted(folder.rglob("*.py")):
                if path.name not in BY_HAND:
                    twin = folder.parent / "sync" / path.relative_to(folder)
                    twins[twin] = twin_of(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    return twins


def leftovers(twins: dict[Path, str]) -> list[Path]:
    """Files in ``sync/`` folders that no source asks for."""
    return [
        path
        for top in SOURCES
        for folder in sorted((ROOT / top).rglob("sync"))
        for path in sorted(folder.rglob("*.py"))
        if path not in twins and path.name not in BY_HAND
    ]


def main() -> int:
    """Write or check; 0 when all is as it should be."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="change nothing, fail on any difference")
    check: bool = parser.parse_args().check
    twins = wanted()
    wrong = 0
    for path, text in twins.items():
        if path.exists() and path.read_text("utf-8") == text:
            continue
        wrong += 1
        print(f"{'out of date' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
    for path in leftovers(twins):
        wrong += 1
        print(f"{'left over' if check else 'removed'}: {path.relative_to(ROOT)}")
        if not check:
            path.unlink()
    unused = sorted(set(NAMES) - used)
    if unused and check:
        print(f"substitutions that no source needs: {', '.join(unused)}")
    return 1 if check and (wrong or unused) else 0


if __name__ == "__main__":
    sys.exit(main())
