"""Addresses as names of objects: injective, and an address that begins with another one has a name that begins so too.

Rule: a name consists of what every store, tool and file system takes literally, is at most 1024 bytes long, and no name
lies below another one. Whatever is at a name that this module did not make is foreign.

    <prefix>/<body>.o                      the address, escaped
    <prefix>/<beginning of body>.h<hash>   an address too long for a name, with the SHA-256 of the whole

* Letters, digits, ``_`` and ``-`` stand for themselves; every other byte of UTF-8 is a dot and two hexadecimal digits.
  What a character becomes depends on nothing around it, so that listing by a beginning works.
* A slash after at most 180 characters, between two escapes: servers that keep objects in files take 255 bytes a step.
  No step is empty, ``.`` or ``..``, and none ends with a dot.
* What ends a name is no escape, so that a name is never a step of another: ``o`` and ``h`` are no hexadecimal digits.
* Two addresses that share a hashed name cannot be made on purpose, and would not be taken for one another: the whole
  address stands in the frame.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from hexcache.adapters.outbound.objects.settings import check_prefix

STEP: Final = 180
"""Characters between two slashes at most; a hash fits behind them in 255 bytes."""
MAX_BODY: Final = 700
"""Longest body; with the longest prefix a name stays below 1024 bytes."""
KEPT: Final = 600
"""What remains of a longer one, at most, before its hash."""

_UNSAFE = re.compile(r"[^A-Za-z0-9_-]")
_UNIT = re.compile(r"[A-Za-z0-9_-]|\.[0-9a-f]{2}")
_BODY = re.compile(rf"(?:{_UNIT.pattern})+")
_HASHED = re.compile(r"[A-Za-z0-9_./-]+\.h[0-9a-f]{64}")
_WHOLE: Final = ".o"


class Naming:
    """Names below one prefix."""

    def __init__(self, prefix: str = "") -> None:
        """Begin every name with a prefix and a slash; without a prefix, with neither.

        Raises:
            InvalidSetting: the prefix is not usable.
        """
        self._root = f"{check_prefix(prefix)}/" if prefix else ""

    def name(self, address: str) -> str:
        """The name of an address."""
        body = _stepped(_escaped(address))
        if len(body) <= MAX_BODY:
            return f"{self._root}{body}{_WHOLE}"
        return f"{self._root}{_cut(body)}.h{sha256(_bytes(address)).hexdigest()}"

    def listing(self, prefix: str) -> str:
        """What the names of all addresses begin with that begin with ``prefix``.

        The names of others may begin with it as well, unless it :meth:`tells` the prefix.
        """
        return self._root + _cut(_stepped(_escaped(prefix)))

    def tells(self, prefix: str) -> bool:
        """Whether a listing shows addresses that begin with ``prefix`` alone: it is short enough for every name."""
        return len(_stepped(_escaped(prefix))) <= KEPT

    def address(self, name: str) -> str | None:
        """The address of a name that holds it whole; None for any other."""
        body = name.removeprefix(self._root)
        if not name.startswith(self._root) or not body.endswith(_WHOLE):
            return None
        escaped = body.removesuffix(_WHOLE).replace("/", "")
        if not _BODY.fullmatch(escaped):
            return None
        address = _unescaped(escaped)
        return address if address is not None and self.name(address) == name else None

    def is_hashed(self, name: str) -> bool:
        """Whether a name is that of an address which is too long to stand in it."""
        return name.startswith(self._root) and _HASHED.fullmatch(name, len(self._root)) is not None

    def beside(self, word: str) -> str:
        """A name below the prefix that no address has; for probes."""
        return f"{self._root}{word}.p"


def _bytes(address: str) -> bytes:
    return address.encode("utf-8", "surrogatepass")


def _escaped(address: str) -> str:
    return _UNSAFE.sub(lambda found: "".join([f".{byte:02x}" for byte in _bytes(found[0])]), address)


def _unescaped(escaped: str) -> str | None:
    raw = b"".join(
        bytes.fromhex(unit[1:]) if unit.startswith(".") else unit.encode() for unit in _UNIT.findall(escaped)
    )
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def _stepped(escaped: str) -> str:
    """A slash before each escape that would make a step too long."""
    if len(escaped) <= STEP:
        return escaped
    steps, length = [""], 0
    parts: list[str] = []
    for unit in _UNIT.findall(escaped):
        if length + len(unit) > STEP:
            steps[-1] = "".join(parts)
            steps.append("")
            parts, length = [], 0
        parts.append(unit)
        length += len(unit)
    steps[-1] = "".join(parts)
    return "/".join(steps)


def _cut(body: str) -> str:
    """The beginning of a body, up to a whole escape."""
    if len(body) <= KEPT:
        return body
    kept = body[:KEPT]
    dot = kept.rfind(".", KEPT - 2)
    return (kept if dot < 0 else kept[:dot]).rstrip("/")
