"""What a loader's answer means.

Rule: the answer is read here once; after that a result is a result, whatever the loader returned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from hexcache.application.policy import CachePolicy
from hexcache.domain.entry import MISSING
from hexcache.domain.errors import InvalidTag, Unsupported
from hexcache.domain.lifetime import UNSET, Lifetime, TtlLike, Unset, parse_ttl
from hexcache.domain.load import DoNotStore, Loaded, Missing, NotModified
from hexcache.domain.lookup import Candidate
from hexcache.domain.tag import MAX_TAGS, check_tags


@dataclass(frozen=True, slots=True)
class Result:
    """A loader's answer, read.

    Attributes:
        value: the value; what ``unchanged`` holds, when that is set.
        life: its lifetime, before jitter.
        tags: what the loader added, not yet scoped.
        missing: the origin has no such thing.
        stored: whether it is to be kept.
        unchanged: the previous entry whose value is still right.
    """

    value: object
    life: Lifetime
    tags: tuple[str, ...] = ()
    missing: bool = False
    stored: bool = True
    unchanged: Candidate | None = None

    def tag_names(self, called: Iterable[str], scope: str) -> tuple[str, ...]:
        """All tags of the result: of the call, of the loader (in its namespace), of the value that is still right.

        Raises:
            InvalidTag: together they are too many.
        """
        kept = () if self.unchanged is None else (tag for tag, _ in self.unchanged.entry.deps)
        names = tuple(dict.fromkeys((*called, *(scope + tag for tag in self.tags), *kept)))
        if len(names) > MAX_TAGS:
            raise InvalidTag(
                f"an entry has at most {MAX_TAGS} tags, not {len(names)}: those of call and loader together"
            )
        return names


def interpret(answer: object, life: Lifetime, policy: CachePolicy, previous: Candidate | None) -> Result:
    """Read a loader's answer.

    Raises:
        InvalidLifetime: a lifetime in the answer is not usable.
        InvalidTag: a tag in the answer is not usable.
        Unsupported: ``NotModified`` without anything that could be still right.
    """
    if isinstance(answer, Loaded):
        return Result(answer.value, _life(answer.ttl, answer.stale_ttl, life), check_tags(answer.tags))
    if isinstance(answer, Missing):
        ttl = min(life.ttl, policy.missing_ttl) if isinstance(answer.ttl, Unset) else parse_ttl(answer.ttl)
        return Result(None, Lifetime(ttl), missing=True, stored=ttl > 0)
    if isinstance(answer, DoNotStore):
        return Result(answer.value, life, stored=False)
    if isinstance(answer, NotModified):
        if previous is None:
            raise Unsupported("the loader returned NotModified, but there is no earlier value that it could mean")
        if previous.entry.kind & MISSING:
            return replace(interpret(Missing(answer.ttl), life, policy, None), unchanged=previous)
        return Result(None, _life(answer.ttl, UNSET, life), unchanged=previous)
    return Result(answer, life)


def _life(ttl: TtlLike | Unset, stale_ttl: TtlLike | Unset, life: Lifetime) -> Lifetime:
    stale = 0.0 if stale_ttl == 0 else parse_ttl(stale_ttl, "stale_ttl") if not isinstance(stale_ttl, Unset) else None
    return Lifetime(
        life.ttl if isinstance(ttl, Unset) else parse_ttl(ttl),
        life.stale_ttl if stale is None else stale,
    )
