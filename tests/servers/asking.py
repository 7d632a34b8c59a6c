"""A question to a server without its client library.

Rule: what starts and heals servers does not depend on the client that the tests test, nor on how a version of it
parses a reply. One connection a question, RESP 2, replies as they come.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import IO, TypeAlias

from tests.servers.ports import HOST

Reply: TypeAlias = "bytes | int | list[Reply] | None"


class Refused(Exception):
    """The server answered with an error."""


def ask(
    port: int,
    *command: str | int | bytes,
    host: str = HOST,
    username: str | None = None,
    password: str | None = None,
    timeout: float = 2.0,
) -> Reply:
    """The reply to one command; ``timeout`` is in seconds and holds for each wait.

    Raises:
        Refused: the reply was an error.
        OSError: there is nobody, or no answer in time.
    """
    with socket.create_connection((host, port), timeout) as connection, connection.makefile("rb") as stream:
        if password is not None:
            connection.sendall(encoded("AUTH", *([username] if username else []), password))
            _reply(stream)
        connection.sendall(encoded(*command))
        return _reply(stream)


def text_of(reply: Reply) -> str:
    """A reply that is a string."""
    assert isinstance(reply, bytes), reply
    return reply.decode()


def fields(reply: Reply) -> dict[str, str]:
    """A reply that is a list of names and values in turn, or lines of ``name:value``."""
    if isinstance(reply, list):
        words = [text_of(word) for word in reply]
        return dict(zip(words[::2], words[1::2], strict=True))
    return dict(line.split(":", 1) for line in text_of(reply).splitlines() if ":" in line)


def encoded(*words: str | int | bytes) -> bytes:
    """A command as it is sent."""
    out = [b"*%d\r\n" % len(words)]
    for word in words:
        data = word if isinstance(word, bytes) else str(word).encode()
        out.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(out)


def _reply(stream: IO[bytes]) -> Reply:
    line = stream.readline()
    if not line.endswith(b"\r\n"):
        raise ConnectionResetError("the server closed the connection")
    kind, rest = line[:1], line[1:-2]
    if kind == b"-":
        raise Refused(rest.decode())
    readers: dict[bytes, Callable[[], Reply]] = {
        b"+": lambda: rest,
        b":": lambda: int(rest),
        b"$": lambda: None if rest == b"-1" else stream.read(int(rest) + 2)[:-2],
        b"*": lambda: None if rest == b"-1" else [_reply(stream) for _ in range(int(rest))],
    }
    return readers[kind]()
