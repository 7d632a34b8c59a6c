"""Old behaviours of LiteLLM's caches that somebody may depend on, each a switch.

Rule: every switch is off unless ``compat="litellm"`` asks for those that LiteLLM's class of that kind has. What loses
data, serves what has ended, or reaches beyond the namespace is no switch and cannot be asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from hexcache.domain.errors import InvalidSetting

Compat: TypeAlias = Literal["litellm"] | None
"""What ``compat`` of a constructor may be: ``"litellm"`` for the old behaviours, ``None`` for none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How a cache behaves where LiteLLM's differs from this one.

    Attributes:
        keeps_end: a key that is written again while it lives keeps the end that it had.
        parses_text: a text that is JSON comes back as what it says: ``"123"`` as 123.
        absolute_ttl: ``async_get_ttl`` gives the moment of the end, in seconds of the wall clock.
        whole_ttl: a ttl loses its fraction, and one that cannot be read is the default.
        slides: ``async_increment_pipeline`` begins the counter's life anew each time.
        counts_anything: what is no number counts as 0 when it is added to.
        aliases: a key that begins with the namespace and a colon is the key behind it.
        silent: a key or a value that cannot be stored is passed over without an error.
    """

    keeps_end: bool = False
    parses_text: bool = False
    absolute_ttl: bool = False
    whole_ttl: bool = False
    slides: bool = False
    counts_anything: bool = False
    aliases: bool = False
    silent: bool = False


CORRECTED: Final = Behaviour()
"""Nothing of the old."""

_OF_OBJECTS: Final = Behaviour(silent=True)

OLD: Final[dict[str, Behaviour]] = {
    "memory": Behaviour(keeps_end=True, parses_text=True, absolute_ttl=True),
    "redis": Behaviour(whole_ttl=True, slides=True, aliases=True, silent=True),
    "disk": Behaviour(parses_text=True, counts_anything=True),
    "dual": Behaviour(slides=True, silent=True),
    "s3": _OF_OBJECTS,
    "gcs": _OF_OBJECTS,
    "azure": _OF_OBJECTS,
}
"""What ``compat="litellm"`` means to a cache of each kind."""


def behaviour_of(kind: str, compat: object) -> Behaviour:
    """The behaviour that a constructor was asked for.

    Args:
        kind: of the cache: a key of :data:`OLD`.
        compat: what was asked for.

    Raises:
        InvalidSetting: nothing that can be asked for.
    """
    if compat is None:
        return CORRECTED
    if compat == "litellm":
        return OLD[kind]
    raise InvalidSetting(f"compat is {compat!r}; accepted: 'litellm' for the old behaviours, None for none of them")
