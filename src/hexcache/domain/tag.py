"""Tags: many entries invalidated by one name, without a list of them.

Rule: each tag has a state of two random tokens, and an entry carries the tokens that were current *before* its value
was loaded. An entry is valid while they equal the tag's state; an unknown state equals nothing, so a lost state
invalidates (fail closed). Tokens are compared for equality only: no clock, no order, and no token ever comes back.

Changing the *hard* token makes every entry of the tag dead for ever; changing the *soft* one makes it stale, to be
served only where a stale value may be. Random tokens per tag, stored in the item, are Symfony Cache's design; reading
them before the load is ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

from hexcache.domain.errors import InvalidTag

MAX_TAGS: Final = 32
"""Most tags of one entry: each is stored in it and compared on each read."""

MAX_TAG_BYTES: Final = 255
"""Longest tag, in bytes of UTF-8."""

TOKEN_BYTES: Final = 8
"""Length of one random token; two draws are equal with a chance of one in 2**64."""

TagToken: TypeAlias = bytes
"""What an entry keeps of a tag: its hard token and its soft token, 16 bytes."""

_VERSION: Final = b"\x01"
_STATE_BYTES: Final = len(_VERSION) + 2 * TOKEN_BYTES
_CONTROL = re.compile("[\x00-\x1f\x7f]")


class Validity(Enum):
    """What an entry's tags say of it."""

    VALID = "valid"
    """Every token is current."""
    STALE = "stale"
    """Some soft token has moved: the entry is to be treated as past its freshness."""
    DEAD = "dead"
    """Some hard token has moved, or some state is unknown: the entry is never served."""


@dataclass(frozen=True, slots=True)
class TagState:
    """The current tokens of a tag.

    Attributes:
        hard: 8 random bytes; drawn anew to make every entry of the tag dead.
        soft: 8 random bytes; drawn anew to make every entry of the tag stale.

    Raises:
        ValueError: a token of another length.
    """

    hard: bytes
    soft: bytes

    def __post_init__(self) -> None:
        if len(self.hard) != TOKEN_BYTES or len(self.soft) != TOKEN_BYTES:
            raise ValueError(f"a tag's tokens have {TOKEN_BYTES} bytes each, not {len(self.hard)} and {len(self.soft)}")


def check_tag(tag: object) -> str:
    """Return ``tag`` when it is one, and say what is wrong with it when it is not.

    Raises:
        InvalidTag: not a ``str``, empty, too long, holding control characters or lone surrogates.
    """
    if not isinstance(tag, str):
        raise InvalidTag(f"a tag is a str, not {type(tag).__name__}")
    if not tag:
        raise InvalidTag("a tag is not empty")
    if _CONTROL.search(tag):
        raise InvalidTag("a tag holds no control characters (U+0000 to U+001F, U+007F)")
    try:
        size = len(tag.encode())
    except UnicodeEncodeError as exc:
        raise InvalidTag("a tag is valid Unicode; this one holds a lone surrogate") from exc
    if size > MAX_TAG_BYTES:
        raise InvalidTag(f"a tag has at most {MAX_TAG_BYTES} bytes of UTF-8, this one has {size}")
    return tag


def check_tags(tags: object) -> tuple[str, ...]:
    """The distinct tags in order, when each is one.

    Raises:
        InvalidTag: a lone ``str`` (which would be taken for one tag per letter), not an iterable, more than
            :data:`MAX_TAGS`, or something in it that is not a tag.
    """
    if isinstance(tags, (str, bytes)):
        raise InvalidTag("tags are several: write [tag] for a single one")
    if not isinstance(tags, Iterable):
        raise InvalidTag(f"tags are an iterable of str, not {type(tags).__name__}")
    distinct = {check_tag(tag) for tag in tags}
    if len(distinct) > MAX_TAGS:
        raise InvalidTag(f"an entry has at most {MAX_TAGS} tags, not {len(distinct)}")
    return tuple(sorted(distinct))


def token_of(state: TagState) -> TagToken:
    """What an entry that is loaded now keeps of the tag."""
    return state.hard + state.soft


def encode_state(state: TagState) -> bytes:
    """A state as 17 bytes, the first of which names the format."""
    return _VERSION + state.hard + state.soft


def decode_state(data: bytes) -> TagState | None:
    """The state that :func:`encode_state` wrote; None for any other bytes: an unknown state, which nothing equals."""
    if len(data) != _STATE_BYTES or not data.startswith(_VERSION):
        return None
    return TagState(data[1 : 1 + TOKEN_BYTES], data[1 + TOKEN_BYTES :])


def judge(deps: Iterable[tuple[str, TagToken]], states: Mapping[str, TagState | None]) -> Validity:
    """What an entry's tags say of it.

    Args:
        deps: (tag, token) pairs stored in the entry.
        states: the current states; None or absent for a tag whose state is unknown.
    """
    verdict = Validity.VALID
    for tag, token in deps:
        state = states.get(tag)
        if state is None or token[:TOKEN_BYTES] != state.hard:
            return Validity.DEAD
        if token[TOKEN_BYTES:] != state.soft:
            verdict = Validity.STALE
    return verdict
