"""A token that is renewed before it ends.

Rule: at any moment at most one fetch is under way, in a thread of its own, whoever asks; a caller waits for it only
while there is no token that is still good, and never for longer than its limit. A token is renewed when a fifth of its
life is left, behind the callers' backs; a fetch that fails then is tried again by a later caller, and costs nobody
anything until the old token has ended.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from hexcache.domain.errors import StoreTimeout, StoreUnavailable
from hexcache.ports.clock import Clock

LEFT = 0.2
"""The part of its life at which a token is renewed."""

RETRY_AFTER = 1.0
"""Seconds between fetches behind the callers' backs when they fail."""


@dataclass(frozen=True, slots=True)
class Token:
    """What a server takes as a password.

    Attributes:
        username: whom it stands for; empty for the server's default user.
        secret: the password; in no repr.
        ends_at: when it ends, wall time in seconds since the epoch.
    """

    username: str
    secret: str = field(repr=False)
    ends_at: float


class TokenKeeper:
    """Keeps one token good. Safe for threads and tasks.

    Args:
        fetch: asks whoever gives tokens; blocks, and raises whatever it likes.
        wall: wall time, seconds since the epoch.
        wait: longest time that a caller waits for a first or a new token, seconds.
    """

    def __init__(self, fetch: Callable[[], Token], *, wall: Clock, wait: float = 5.0) -> None:
        self._fetch = fetch
        self._wall = wall
        self._wait = wait
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._renew_at = float("-inf")
        self._under_way: Future[Token] | None = None

    def get(self) -> Token:
        """A token that is good now.

        Raises:
            StoreUnavailable: whoever gives tokens refused or failed; the error's type is named, its text is not.
            StoreTimeout: no answer in time; the answer serves a later caller.
        """
        answer = self._ask()
        if isinstance(answer, Token):
            return answer
        try:
            return answer.result(self._wait)
        except Exception as exc:
            raise self._error(exc) from exc

    async def get_async(self) -> Token:
        """As :meth:`get`, for tasks; a caller that is cancelled leaves the fetch to the others."""
        answer = self._ask()
        if isinstance(answer, Token):
            return answer
        try:
            async with asyncio.timeout(self._wait):
                return await asyncio.shield(asyncio.wrap_future(answer))
        except Exception as exc:
            raise self._error(exc) from exc

    def _ask(self) -> Token | Future[Token]:
        with self._lock:
            now = self._wall()
            token = self._token
            if token is not None and now < token.ends_at:
                if now >= self._renew_at:
                    self._begin(now)
                return token
            return self._begin(now)

    def _begin(self, now: float) -> Future[Token]:
        """The fetch that is under way, begun if there is none; the lock is held."""
        answer = self._under_way
        if answer is None:
            self._under_way = answer = Future()
            self._renew_at = now + RETRY_AFTER
            threading.Thread(target=self._run, args=(answer,), name="hexcache-token", daemon=True).start()
        return answer

    def _run(self, answer: Future[Token]) -> None:
        try:
            token = self._fetch()
        except Exception as exc:  # noqa: BLE001 - told to those who wait for it
            with self._lock:
                self._ended(answer)
            answer.set_exception(exc)
            return
        with self._lock:
            self._ended(answer)
            self._token = token
            now = self._wall()
            self._renew_at = now + (token.ends_at - now) * (1 - LEFT)
        answer.set_result(token)

    def _ended(self, answer: Future[Token]) -> None:
        """A fetch is not under way any more, unless it was forgotten and another one is; the lock is held."""
        if self._under_way is answer:
            self._under_way = None

    def _error(self, exc: Exception) -> Exception:
        if isinstance(exc, TimeoutError):
            return StoreTimeout(f"redis: no token within {self._wait:g} s")
        return StoreUnavailable(f"redis: no token: {type(exc).__name__}")

    def reset_after_fork(self) -> None:
        """Forget a fetch that goes on in the parent only."""
        self._lock = threading.Lock()
        self._under_way = None
