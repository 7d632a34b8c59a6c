"""Work that one thread does for all who ask for it meanwhile.

Rule: at any moment at most one thread is at it, whoever asks; nobody waits longer than they said, whatever the work
tries. Made for looking up credentials and tokens, for which google-auth knows no deadline.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from hexcache.domain.errors import StoreTimeout

T = TypeVar("T")


class Errand(Generic[T]):
    """Safe for threads; not for a forked child, which makes one of its own.

    Args:
        work: what is done; blocks, and raises whatever it likes.
        what: what is waited for, for messages.
    """

    def __init__(self, work: Callable[[], T], what: str) -> None:
        self._work = work
        self._what = what
        self._lock = threading.Lock()
        self._under_way: Future[T] | None = None

    def begun(self) -> Future[T]:
        """The work that is under way, or some that begins now."""
        with self._lock:
            if self._under_way is None:
                asked: Future[T] = Future()
                threading.Thread(target=self._do, args=(asked,), name=f"hexcache-{self._what}", daemon=True).start()
                self._under_way = asked
            return self._under_way

    def done(self, seconds: float) -> T:
        """What comes of it.

        Raises:
            StoreTimeout: nothing came of it in time; it goes on, and may serve a later caller.
            Exception: what the work raised.
        """
        asked = self.begun()
        try:
            return asked.result(seconds)
        except TimeoutError:
            if asked.done():
                raise  # the work's own
            raise StoreTimeout(f"gcs: no {self._what} within {seconds:g} s") from None

    def _do(self, asked: Future[T]) -> None:
        try:
            result = self._work()
        except BaseException as exc:  # noqa: BLE001 - handed to those who wait
            self._end()
            asked.set_exception(exc)
        else:
            self._end()
            asked.set_result(result)

    def _end(self) -> None:
        with self._lock:
            self._under_way = None
