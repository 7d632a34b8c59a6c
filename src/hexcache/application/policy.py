"""The policy: every default that a cache keeps alive by, in one frozen value.

Rule: what is not said in a call comes from here, and nowhere else; all durations are seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, Literal, get_args

from hexcache.domain.errors import InvalidSetting
from hexcache.domain.fill import ReadRule, StaleMode
from hexcache.domain.lease import LeaseRule
from hexcache.domain.lifetime import NEVER, UNSET, Lifetime, TtlLike, Unset, parse_ttl

LoaderThread = Literal["worker", "caller"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CachePolicy:
    """How a cache behaves where a call does not say.

    Attributes:
        ttl: freshness of what is stored.
        stale_ttl: extra life as stale, after ``ttl``.
        stale: when a stale value is served (see :data:`~hexcache.domain.fill.StaleMode`).
        max_age: oldest value that ``get_or_set`` accepts.
        jitter: relative change of each ttl, either way.
        beta: eagerness of early refresh (XFetch); 0 switches it off.
        missing_ttl: longest life of a negative result.
        load_timeout: hard end of a load.
        loader_thread: where a blocking loader runs: in a worker (its callers are freed at the deadline) or in the
            calling thread (for loaders bound to their thread; the caller that runs it is not freed).
        refresh_backoff: first pause after a failed refresh; doubles up to ``refresh_backoff_max``.
        refresh_backoff_max: longest such pause.
        max_refreshes: refreshes behind callers' backs at one time; further ones wait for the next request.
        lease_ttl: after which the lease of a load that another process runs ends, if it is not renewed: so long a
            killed process keeps the others from loading its key.
        lease_wait: longest wait for another process's load, at most ``load_timeout``; 0 loads without a lease.
        lease_poll: first pause between two looks while waiting; doubles up to ``lease_poll_max``.
        lease_poll_max: longest such pause.
        degraded_ttl: life in memory of a value that a store did not take.
        tag_max_age: how long a tag's state that was read from a store is believed.
        repair_backoff: first pause before a failed write is repaired; doubles up to ``repair_backoff_max``.
        repair_backoff_max: longest such pause.
        max_repairs: changes owed to one tier before it is distrusted as a whole.
        turn_timeout: how long a write waits for an earlier write of the same key.
        close_timeout: how long ``close`` waits for work behind.
        strict: raise a tier's failure instead of degrading.
    """

    ttl: float = 300.0
    stale_ttl: float = 0.0
    stale: StaleMode = "revalidate"
    max_age: float = NEVER
    jitter: float = 0.05
    beta: float = 1.0
    missing_ttl: float = 30.0
    load_timeout: float = 300.0
    loader_thread: LoaderThread = "worker"
    refresh_backoff: float = 1.0
    refresh_backoff_max: float = 60.0
    max_refreshes: int = 64
    lease_ttl: float = 10.0
    lease_wait: float = 300.0
    lease_poll: float = 0.05
    lease_poll_max: float = 1.0
    degraded_ttl: float = 30.0
    tag_max_age: float = 1.0
    repair_backoff: float = 1.0
    repair_backoff_max: float = 60.0
    max_repairs: int = 10_000
    turn_timeout: float = 15.0
    close_timeout: float = 5.0
    strict: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be kept."""
        if self.stale not in get_args(StaleMode):
            raise InvalidSetting(f"stale is {self.stale!r}; accepted: {', '.join(get_args(StaleMode))}")
        if self.loader_thread not in get_args(LoaderThread):
            raise InvalidSetting(f"loader_thread is {self.loader_thread!r}; accepted: worker, caller")
        if not isinstance(self.jitter, (int, float)) or not 0 <= self.jitter < 1:
            raise InvalidSetting(f"jitter is {self.jitter!r}; accepted: 0 up to, not including, 1")
        for name in (*_DURATIONS, *_POSITIVE):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0:
                raise InvalidSetting(f"{name} is {value!r}; accepted: seconds, 0 or more")
        for name in _POSITIVE:
            if getattr(self, name) <= 0:
                raise InvalidSetting(f"{name} is {getattr(self, name)!r}; accepted: more than 0")

    def changed(self, **values: Any) -> CachePolicy:
        """This policy with other values, durations in any form that a ttl may take.

        Raises:
            InvalidSetting: not a value of a policy.
        """
        known = {field.name for field in fields(self)}
        for name in values:
            if name not in known:
                raise InvalidSetting(f"{name!r} is not a policy value; accepted: {', '.join(sorted(known))}")
        return replace(self, **{name: _seconds(name, value) for name, value in values.items()})

    def for_namespace(self, **values: Any) -> CachePolicy:
        """The policy of a namespace that says some things of its own.

        Raises:
            InvalidSetting: not a value of a policy, or one that the whole cache has.
        """
        shared = sorted(values.keys() - _PER_NAMESPACE & {field.name for field in fields(self)})
        if shared:
            raise InvalidSetting(
                f"{', '.join(shared)}: one for the whole cache; a namespace may set {', '.join(sorted(_PER_NAMESPACE))}"
            )
        return self.changed(**values)

    def lifetime(self, ttl: TtlLike | Unset, stale_ttl: TtlLike | Unset) -> Lifetime:
        """The lifetime that a call asks for.

        Raises:
            InvalidLifetime: one of them is not usable.
        """
        return Lifetime(
            self.ttl if ttl is UNSET else parse_ttl(ttl),
            self.stale_ttl if stale_ttl is UNSET else _or_zero(stale_ttl, "stale_ttl"),
        )

    def read_rule(self, max_age: TtlLike | Unset = UNSET) -> ReadRule:
        """What a read accepts; ``max_age`` may be 0: nothing that is stored."""
        oldest = self.max_age if isinstance(max_age, Unset) else _or_zero(max_age, "max_age")
        return ReadRule(self.stale, oldest, self.beta)

    def lease_rule(self) -> LeaseRule:
        """How leases are asked for; nobody waits for longer than a load may take."""
        wait = min(self.lease_wait, self.load_timeout)
        return LeaseRule(self.lease_ttl, wait, self.lease_poll, self.lease_poll_max)


_DURATIONS = (
    "beta", "stale_ttl", "missing_ttl", "max_refreshes", "lease_wait", "degraded_ttl", "tag_max_age", "repair_backoff",
    "repair_backoff_max", "max_repairs", "turn_timeout", "close_timeout",
)  # fmt: skip
_POSITIVE = (
    "ttl", "load_timeout", "max_age", "refresh_backoff", "refresh_backoff_max", "lease_ttl", "lease_poll",
    "lease_poll_max",
)  # fmt: skip
_PER_NAMESPACE = frozenset({
    "ttl", "stale_ttl", "stale", "max_age", "jitter", "beta", "missing_ttl", "load_timeout", "loader_thread",
    "max_refreshes", "lease_ttl", "lease_wait", "lease_poll", "lease_poll_max",
})  # fmt: skip
_ZERO_ALLOWED = frozenset(_DURATIONS) - {"beta", "max_refreshes", "max_repairs"}


def _or_zero(duration: object, what: str) -> float:
    """A duration that may be zero."""
    return 0.0 if duration == 0 and not isinstance(duration, (bool, str)) else parse_ttl(duration, what)


def _seconds(name: str, value: Any) -> Any:
    if name in _POSITIVE:
        return parse_ttl(value, name)
    if name in _ZERO_ALLOWED:
        return _or_zero(value, name)
    return value
