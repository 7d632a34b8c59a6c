# Generated from src/hexcache/application/aio/guarding.py by tools/unasync.py. Do not edit.
"""The guard of a store: deadline, breaker and counters around every call.

Rule: nothing calls a store but through here, and nothing but a ``StoreError`` comes out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar

from hexcache.application.sync.primitives import held_to, within
from hexcache.application.tier_state import TierState
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable, StoreUnchanged
from hexcache.ports.sync.store import Store
from hexcache.ports.finding import StoreFinding

T = TypeVar("T")


class Guard:
    """A store that cannot hold anybody up.

    Attributes:
        store: the store.
        state: its breaker, its counters and what it is owed.
        name: the tier's name.
        capabilities: what the store can do.
    """

    def __init__(self, store: Store, state: TierState) -> None:
        self.store = store
        self.state = state
        self.name = state.name
        self.capabilities = store.capabilities
        self._bounded = self.capabilities.bounded_calls
        self._get = held_to(state.deadline, self._bounded, store.get)

    def ask(self, operation: str, call: Callable[..., T], *args: Any, **options: Any) -> T:
        """Call the store within its deadline and let the breaker know.

        Raises:
            StoreError: whatever went wrong, typed.
        """
        state = self.state
        if not (state.calm or state.permit()):
            raise StoreUnavailable(f"{self.name}: breaker open")
        try:
            answer = within(state.deadline, self._bounded, call, *args, **options)
        except Exception as exc:  # noqa: BLE001 - whatever it is is raised on, typed
            self._fail(operation, exc)
        if not state.calm:
            state.succeeded()
        return answer

    def get(self, address: str) -> StoreFinding:
        """What :meth:`ask` does, for the call that hits are made of."""
        state = self.state
        if not (state.calm or state.permit()):
            raise StoreUnavailable(f"{self.name}: breaker open")
        try:
            found = self._get(address)
        except Exception as exc:  # noqa: BLE001 - whatever it is is raised on, typed
            self._fail("get", exc)
        if not state.calm:
            state.succeeded()
        return found

    def ping(self) -> None:
        """Prove that the store answers, whatever the breaker says.

        Raises:
            StoreError: it does not.
        """
        state = self.state
        state.permit()
        try:
            within(state.deadline, self._bounded, self.store.ping)
        except Exception as exc:  # noqa: BLE001 - whatever it is is raised on, typed
            self._fail("ping", exc)
        state.succeeded()

    def _fail(self, operation: str, error: Exception) -> NoReturn:
        """Tell breaker and counters of a call that raised, and raise what it amounts to.

        Raises:
            StoreError: the error itself if it is one.
        """
        state = self.state
        if isinstance(error, (StoreRejected, StoreUnchanged)):  # an answer, if not the one that was hoped for
            state.succeeded()
            state.rejected(operation, str(error))
            raise error
        if isinstance(error, StoreError):
            state.failed(operation, f"{type(error).__name__}: {error}", timeout=isinstance(error, StoreTimeout))
            raise error
        if isinstance(error, TimeoutError):
            state.failed(operation, f"no answer within {state.deadline} s", timeout=True)
            raise StoreTimeout(f"{self.name}: {operation} not answered within {state.deadline} s") from error
        state.failed(operation, type(error).__name__)
        raise StoreUnavailable(f"{self.name}: {operation} failed with {type(error).__name__}") from error
