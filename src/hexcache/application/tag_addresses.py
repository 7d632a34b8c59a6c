"""Where tags' states are stored, and under which names changes of them are owed.

Rule: a tag never meets an entry: ``#`` is in no namespace, so that a tag's address begins like no entry's and survives
``clear``; a tag's name begins with a control character that no entry's name begins with.
"""

from __future__ import annotations

from hexcache.domain.key import address_of, split_name

_TAG = "\x1e"


def tag_name(tag: str) -> str:
    """The name under which a change of a (scoped) tag is owed."""
    return _TAG + tag


def is_tag(name: str) -> bool:
    """Whether a name is a tag's."""
    return name.startswith(_TAG)


def tag_prefix(root: str) -> str:
    """What the addresses of all tags' states begin with."""
    return f"{root}#tag/"


def tag_address(root: str, tag: str) -> str:
    """Where the state of a (scoped) tag is stored."""
    path, plain = split_name(tag)
    return f"{tag_prefix(root)}{path}:{plain}"


def stored_at(root: str, name: str) -> str:
    """The address of an entry's or a tag's name."""
    return tag_address(root, name[1:]) if is_tag(name) else address_of(root, name)
