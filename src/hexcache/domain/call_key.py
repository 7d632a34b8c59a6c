"""Keys made from calls: the same call gives the same key, and no two different calls do.

Rule: a key is a digest of the canonical encoding of everything that was passed (:mod:`hexcache.domain.canonical`), so
neither the order of keyword arguments nor the process nor ``PYTHONHASHSEED`` matters, and no text in one argument can
pass for another. The readable part before the digest is for people; it is part of what is digested.

The digest is BLAKE2b with 128 bits: among 2**40 keys the chance that any two meet is below 2**-48.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Final

from hexcache.domain.canonical import canonical

MAX_READABLE: Final = 160
"""Most characters of a function's name that are shown in a key; of a longer one the end is."""

_PERSON: Final = b"hexcache call 1"
"""Says what is digested; the number changes with the encoding, so that keys of two encodings never meet."""


def call_key(*args: object, **kwargs: object) -> str:
    """A key for these arguments, such as ``call:9f86...``.

    Raises:
        InvalidKey: an argument (or a part of one) is of a class that cannot be told from others reliably; the message
            names the path to it and what is accepted.
    """
    return f"call:{_digest(b'C', canonical(args, 'args'), canonical(kwargs, 'kwargs'))}"


def function_key(function: str, version: str, arguments: Mapping[str, object]) -> str:
    """A key for a call of a function, such as ``shop.prices.quote@2:9f86...``.

    Args:
        function: module and qualified name.
        version: the caller's version of the function; empty for none. Another version has other keys.
        arguments: the arguments by parameter name, defaults filled in, so that one call written in two ways has one
            key; variable arguments as a tuple and a dict.

    Raises:
        InvalidKey: as in :func:`call_key`.
    """
    shown = function[-MAX_READABLE:] + (f"@{version[:MAX_READABLE]}" if version else "")
    readable = "".join([letter if letter.isprintable() else "?" for letter in shown])
    return f"{readable}:{_digest(b'F', canonical((function, version)), canonical(dict(arguments), 'arguments'))}"


def _digest(*parts: bytes) -> str:
    digest = blake2b(digest_size=16, person=_PERSON)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
