"""A call beside the test: a task in the awaited world, a thread here. Written by hand in each."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Beside(Generic[T]):
    """A call that runs beside the test."""

    def __init__(self, call: Callable[[], T]) -> None:
        self._future: Future[T] = Future()
        threading.Thread(target=self._run, args=(call,), daemon=True).start()

    def _run(self, call: Callable[[], T]) -> None:
        try:
            self._future.set_result(call())
        except BaseException as exc:  # noqa: BLE001 - it is handed to whoever asks for the result
            self._future.set_exception(exc)

    def result(self) -> T:
        return self._future.result(20)

    def done(self) -> bool:
        return self._future.done()
