"""Credentials whose tokens are renewed behind the callers' backs.

Rule: at any moment at most one token is asked for, in a thread of its own, whoever needs it. A caller waits for it only
while there is no token that is still good, and never for longer than its limit, whatever google-auth tries meanwhile
(it tries for a quarter of a minute where a machine's metadata server is silent).
"""

from __future__ import annotations

import threading
import time
from collections.abc import MutableMapping
from typing import Any, Final

from google.auth.credentials import Credentials, TokenState
from google.auth.transport import Request

from hexcache.adapters.outbound.objects.gcs.errand import Errand
from hexcache.ports.clock import Clock

RETRY_AFTER: Final = 1.0
"""Seconds between attempts behind the callers' backs when they fail."""


class KeptCredentials(Credentials):
    """Another credentials' tokens, kept good. Safe for threads.

    Args:
        source: whose tokens they are; not to be used elsewhere meanwhile.
        request: asks for tokens; its requests end in time.
        wait: longest time that a caller waits for a token, seconds.
        clock: monotonic time, seconds.
    """

    def __init__(self, source: Credentials, request: Request, *, wait: float, clock: Clock = time.monotonic) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # annotated in parts
        self._source = source
        self._request = request
        self._wait = wait
        self._clock = clock
        self._fetch = Errand(self._renew, "token")
        self._not_before = float("-inf")
        self._refused: str | None = None
        self._own = threading.local()

    @property
    def universe_domain(self) -> str:
        """Where the credentials are good."""
        return str(self._source.universe_domain)

    def before_request(self, request: Request, method: str, url: str, headers: MutableMapping[str, str]) -> None:
        """Let a request carry a token that is good now; the session's own way to ask for one is not used.

        Raises:
            StoreTimeout: there is none, and none came in time; the answer serves a later caller.
            google.auth.exceptions.GoogleAuthError: there is none, and whoever gives them refused or failed.
        """
        state = self._source.token_state
        if state is TokenState.INVALID:
            self._fetch.done(self._wait)
        elif state is TokenState.STALE and self._clock() >= self._not_before:
            self._fetch.begun()
        self._own.token = self._source.token  # the session asks to refresh in the thread that it asked before
        self._source.apply(headers, token=self._own.token)

    def refresh(self, request: Request) -> None:
        """Get another token than this thread's last request carried: it was refused."""
        refused = getattr(self._own, "token", None)
        if refused is None or self._source.token == refused:
            self._refused = refused
            self._fetch.done(self._wait)

    def _renew(self) -> None:
        if self._source.token_state is TokenState.FRESH and self._source.token != self._refused:
            return  # somebody else's came between the caller's look and this
        try:
            self._source.refresh(self._request)
        except BaseException:
            self._not_before = self._clock() + RETRY_AFTER
            raise


class BoundedRequest(Request):
    """A transport for tokens whose requests end in time; google-auth leaves it at two minutes.

    Args:
        request: makes the requests.
        limit: longest wait for a connection and for the next bytes, seconds.
    """

    def __init__(self, request: Request, limit: float) -> None:
        self._asked = request
        self._limit = limit

    def __call__(self, *args: Any, **options: Any) -> Any:
        """As the transport, within the limit."""
        return self._asked(*args, **{**options, "timeout": self._limit})
