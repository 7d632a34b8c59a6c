"""Commands as the bytes that a server reads.

Rule: a batch is one buffer. Words are bytes or numbers; text is for a command's own words, which are ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from hexcache.adapters.outbound.redis.commands import Argument, Command


def plainly_packed(words: Sequence[Argument]) -> bytes:
    """One command, packed without the compiled packer.

    Raises:
        TypeError: a word is neither bytes, text nor a number.
    """
    parts = [b"*%d" % len(words)]
    for word in words:
        text = word if isinstance(word, bytes) else _encoded(word)
        parts += (b"$%d" % len(text), text)
    parts.append(b"")
    return b"\r\n".join(parts)


def _encoded(word: Argument) -> bytes:
    if isinstance(word, str):
        return word.encode()
    if isinstance(word, (int, float)):
        return repr(word).encode()
    raise TypeError(f"a command's word is a {type(word).__name__}; accepted: bytes, text, numbers")


_pack: Callable[[Any], bytes]
try:
    from hiredis import pack_command as _pack
except ImportError:  # pragma: no cover - the extra installs it; without it the client parses in Python as well
    _pack = plainly_packed

ASKING: Final = b"*1\r\n$6\r\nASKING\r\n"
"""Lets the next command in where its slot is still being moved to."""

READONLY: Final = b"*1\r\n$8\r\nREADONLY\r\n"
"""Lets a connection to a cluster's replica read."""


def packed(command: Command) -> bytes:
    """One command.

    Raises:
        TypeError: a word is neither bytes, text nor a number.
    """
    name = command[0]
    if isinstance(name, str) and " " in name:
        return _pack((*name.split(), *command[1:]))
    return _pack(tuple(command))


def packed_all(commands: Iterable[Command]) -> bytes:
    """Several commands, one after the other."""
    return b"".join([packed(command) for command in commands])


def packed_get(key: bytes) -> bytes:
    """``GET key``."""
    return b"*2\r\n$3\r\nGET\r\n$%d\r\n%b\r\n" % (len(key), key)


def packed_mget(keys: Sequence[bytes]) -> bytes:
    """``MGET key...``."""
    return _pack(("MGET", *keys))
