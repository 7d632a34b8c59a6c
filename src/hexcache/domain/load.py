"""What a loader may say beyond a bare value.

Rule: a loader speaks by what it returns; any object that is not one of these is the value itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from hexcache.domain.lifetime import UNSET, TtlLike, Unset

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[V]):
    """A value with a lifetime and tags of its own.

    Attributes:
        value: the value.
        ttl: freshness, as in ``set``; left out: what the call says.
        stale_ttl: extra life as stale, as in ``set``; left out: what the call says.
        tags: added to the tags of the call. A tag that is first named here is compared with the state after the load;
            to be exact against other processes, name it in the call.
    """

    value: V
    ttl: TtlLike | Unset = UNSET
    stale_ttl: TtlLike | Unset = UNSET
    tags: Iterable[str] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """The origin has no such thing: remembered for a while, so that it is not asked again.

    Attributes:
        ttl: how long; left out: the call's ttl, at most the policy's ``missing_ttl`` (30 s).
    """

    ttl: TtlLike | Unset = UNSET


@dataclass(frozen=True, slots=True)
class NotModified:
    """The stale value that the loader was shown is still right: it becomes fresh again.

    Attributes:
        ttl: freshness from now on; left out: what the call says.
    """

    ttl: TtlLike | Unset = UNSET


@dataclass(frozen=True, slots=True)
class DoNotStore(Generic[V]):
    """A value for the callers that wait now, and for nobody later."""

    value: V


Outcome: TypeAlias = "V | Loaded[V] | Missing | NotModified | DoNotStore[V]"
"""What a loader may return."""
