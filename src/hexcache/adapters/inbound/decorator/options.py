"""What ``cached`` may be told."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import TypedDict

from hexcache.adapters.inbound.decorator.keys import KeySource, TagSource
from hexcache.domain.errors import InvalidSetting
from hexcache.domain.lifetime import TtlLike, Unset


class CachedOptions(TypedDict, total=False):
    """Keyword arguments of ``cached``; what is left out is the cache's default.

    ``ttl``, ``stale_ttl``, ``max_age``: as in ``get_or_set``. ``tags``: templates such as ``"user:{user_id}"``, or a
    function of the call's arguments. ``key``: a template, or a function of the call's arguments; left out, it is made
    from the function's name, ``version`` and all arguments but those in ``ignore``. ``name``: instead of module and
    qualified name. ``namespace``: the namespace of the cache in which results are kept.
    """

    ttl: TtlLike | Unset
    stale_ttl: TtlLike | Unset
    max_age: TtlLike | Unset
    tags: TagSource
    key: KeySource
    name: str | None
    version: str
    ignore: Iterable[str]
    namespace: str | None


def check_options(options: CachedOptions) -> None:
    """Refuse what ``cached`` does not know.

    Raises:
        InvalidSetting: names the option and what is accepted.
    """
    for option in options:
        if option not in CachedOptions.__annotations__:
            close = get_close_matches(option, CachedOptions.__annotations__, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            accepted = ", ".join(sorted(CachedOptions.__annotations__))
            raise InvalidSetting(f"{option} is no option of cached{hint}; accepted: {accepted}")
