"""What the programs of the tests say, and what they write."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from hexcache.domain.errors import CacheError
from hexcache.ports.finding import Found
from tests.integration.disk.making import FILE_SIZE


def say(fact: object) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def blob_of(number: int) -> bytes:
    """Every third blob lies in a file; each tells its number in every part."""
    return f"{number:08}".encode() * (FILE_SIZE if number % 3 == 0 else 5)


def outcome(call: Callable[[], object]) -> str:
    """The answer of a call, or the type of its error, as text."""
    try:
        answer = call()
    except CacheError as exc:
        return type(exc).__name__
    return answer.blob[:20].decode() if isinstance(answer, Found) else repr(answer)[:20].partition("(")[0]
