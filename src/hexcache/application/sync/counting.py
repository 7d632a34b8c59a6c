# Generated from src/hexcache/application/aio/counting.py by tools/unasync.py. Do not edit.
"""Counters and limiters: asked of one authoritative store, never answered from a copy.

Rule: a counter's failure is the caller's to see; there is no nearer tier that could know.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from hexcache.application.sync.primitives import within
from hexcache.application.core import Core
from hexcache.domain.errors import (
    CacheError,
    InvalidSetting,
    StoreTimeout,
    StoreUnavailable,
    Unsupported,
    UnsupportedValue,
)
from hexcache.domain.increment import check_number
from hexcache.domain.key import address_prefix
from hexcache.domain.rate import Decision, RateRule
from hexcache.ports.sync.counter import Counter

T = TypeVar("T")


class Counting:
    """The counters of one cache."""

    def __init__(self, core: Core, counter: Counter | None, deadline: float, *, bounded: bool) -> None:
        self._core = core
        self._counter = counter
        self._deadline = deadline
        self._bounded = bounded

    @staticmethod
    def check(**numbers: object) -> None:
        """Refuse what cannot be counted with, before the store is asked.

        Raises:
            NotANumber: one of them is neither a finite number nor left out.
        """
        for name, number in numbers.items():
            if number is not None or name == "by":
                check_number(number, name)

    @staticmethod
    def check_members(members: Collection[str]) -> list[str]:
        """The members once each; refuse what cannot be in a set, before the store is asked.

        Raises:
            UnsupportedValue: not a collection of ``str`` that UTF-8 can spell.
        """
        if isinstance(members, (str, bytes)) or not isinstance(members, Collection):
            raise UnsupportedValue("members", type(members).__name__, "a collection of str")
        names = list(dict.fromkeys(members))
        for name in names:
            if type(name) is not str or not _is_text(name):
                raise UnsupportedValue("members", type(name).__name__, "str without lone surrogates")
        return names

    @staticmethod
    def check_operation(operation: object) -> None:
        """Refuse what cannot be an id of an increment.

        Raises:
            InvalidSetting: neither text nor left out.
        """
        if operation is not None and not (type(operation) is str and _is_text(operation)):
            raise InvalidSetting(f"operation is a {type(operation).__name__}; accepted: a str without lone surrogates")

    def counter(self) -> Counter:
        """The authoritative store.

        Raises:
            Unsupported: there is none.
        """
        if self._counter is None:
            raise Unsupported("no tier of this assembly can count; memory, disk and Redis tiers can")
        return self._counter

    def address(self, path: str, key: str) -> str:
        """Where a counter lives."""
        return address_prefix(self._core.root, path) + key

    def ask(self, call: Callable[..., T], *args: object, **options: object) -> T:
        """Ask the store within its deadline.

        Raises:
            StoreError: it failed or did not answer in time.
        """
        try:
            return within(self._deadline, self._bounded, call, *args, **options)
        except TimeoutError as exc:
            raise StoreTimeout(f"the counter did not answer within {self._deadline} s") from exc
        except CacheError:
            raise
        except Exception as exc:
            raise StoreUnavailable(f"the counter failed with {type(exc).__name__}") from exc

    def close(self) -> None:
        """Close the store of the counters, if there is one."""
        if self._counter is not None:
            self._counter.close()

    def limiter(self, path: str, key: str, rule: RateRule) -> RateLimiter:
        """A limiter of one subject.

        Raises:
            Unsupported: no tier can count.
            InvalidSetting: ``rule`` is not one.
        """
        if not isinstance(getattr(rule, "kind", None), str):
            raise InvalidSetting(f"rule is a {type(rule).__name__}; accepted: FixedWindow, SlidingWindow or Gcra")
        return RateLimiter(self, self.counter(), f"{self.address(path, key)}#{rule.kind}", rule)


class RateLimiter:
    """A limiter of one subject; its state is in the authoritative store."""

    def __init__(self, counting: Counting, counter: Counter, address: str, rule: RateRule) -> None:
        self._counting = counting
        self._counter = counter
        self._address = address
        self.rule = rule

    def acquire(self, n: int = 1, /) -> Decision:
        """Ask for ``n`` units in one atomic step; a refusal spends nothing.

        Raises:
            StoreError: the store failed: decide yourself whether to let the caller pass.
        """
        return self._counting.ask(self._counter.spend, self._address, self.rule, n)

    def reset(self) -> bool:
        """Forget what was spent; True when anything was."""
        return self._counting.ask(self._counter.remove, self._address)


def _is_text(text: str) -> bool:
    """Whether every store can spell it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
