r"""Keys, names and addresses: three spellings of one identity, each injective.

Rule: two different (namespace, key) pairs never share a name or an address.

* A *key* is what a caller writes: a non-empty ``str`` without control characters.
* A *name* identifies an entry inside one cache and is what memory tiers use: the key itself in the root namespace (so
  that a hit builds no string), ``\x1f<path>\x1f<key>`` below it. Keys hold no control character, so the two never meet.
* An *address* is what a store sees: ``<root>:<key>`` or ``<root>/<path>:<key>``. A path holds no colon, so the first
  colon ends the namespace whatever the key holds. Stores map addresses to their own alphabet injectively.
"""

from __future__ import annotations

import re

from hexcache.domain.errors import InvalidKey, InvalidNamespace

MAX_KEY_BYTES = 4096
"""Longest key, in bytes of UTF-8."""

MAX_PATH_LENGTH = 255
"""Longest namespace path, in characters."""

SEPARATOR = "\x1f"
"""What names in namespaces begin with; no key holds it."""

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_PATH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*")


def check_key(key: object) -> str:
    """Return ``key`` when it is one, and say what is wrong with it when it is not.

    Raises:
        InvalidKey: not a ``str``, empty, too long, holding control characters or lone surrogates.
    """
    # Printable ASCII, as most keys are, holds neither control characters nor surrogates: the rest need not be asked.
    if type(key) is str and key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY_BYTES:
        return key
    if not isinstance(key, str):
        raise InvalidKey(f"a key is a str, not {type(key).__name__}; build one from parts with call_key(...)")
    if not key:
        raise InvalidKey("a key is not empty")
    if _CONTROL.search(key):
        raise InvalidKey("a key holds no control characters (U+0000 to U+001F, U+007F)")
    try:
        size = len(key.encode())
    except UnicodeEncodeError as exc:
        raise InvalidKey("a key is valid Unicode; this one holds a lone surrogate") from exc
    if size > MAX_KEY_BYTES:
        raise InvalidKey(f"a key has at most {MAX_KEY_BYTES} bytes of UTF-8, this one has {size}; hash it first")
    return key


def check_path(path: object) -> str:
    """Return ``path`` when it may name a namespace.

    Raises:
        InvalidNamespace: not parts of ``A-Z a-z 0-9 _ . -`` joined by single slashes, or too long.
    """
    if not isinstance(path, str) or not _PATH.fullmatch(path) or len(path) > MAX_PATH_LENGTH:
        raise InvalidNamespace(
            f"namespace {path!r}: accepted are parts of letters, digits, '_', '.', '-' joined by '/', "
            f"at most {MAX_PATH_LENGTH} characters"
        )
    return path


def name_prefix(path: str) -> str:
    """What a namespace puts before its keys to make names; empty in the root namespace (``path == ""``)."""
    return f"{SEPARATOR}{path}{SEPARATOR}" if path else ""


def split_name(name: str) -> tuple[str, str]:
    """The (path, key) that a name stands for; the root namespace has path ``""``."""
    if name.startswith(SEPARATOR):
        path, _, key = name[1:].partition(SEPARATOR)
        return path, key
    return "", name


def address_prefix(root: str, path: str) -> str:
    """What stores see before each key of this namespace; no other namespace's address begins with it."""
    return f"{root}/{path}:" if path else f"{root}:"


def address_of(root: str, name: str) -> str:
    """The address of a name in the cache whose root namespace is ``root``."""
    if not name.startswith(SEPARATOR):
        return f"{root}:{name}"
    path, key = split_name(name)
    return address_prefix(root, path) + key


def name_at(root: str, address: str) -> str | None:
    """The name whose address this is in the cache whose root namespace is ``root``; None if it is no entry's."""
    if not address.startswith(root):
        return None
    path, colon, key = address[len(root) :].partition(":")
    if not colon or (path and not path.startswith("/")):
        return None
    return name_prefix(path[1:]) + key


def prefixes_within(root: str, path: str) -> tuple[str, str]:
    """The address prefixes of a namespace itself and of those below it."""
    own = address_prefix(root, path)
    return own, own[:-1] + "/"


def is_within(name: str, path: str) -> bool:
    """Whether a name belongs to a namespace or to one below it."""
    own, _ = split_name(name)
    return not path or own == path or own.startswith(path + "/")
