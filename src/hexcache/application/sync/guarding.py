# Generated from src/hexcache/application/aio/guarding.py by tools/unasync.py. Do not edit.
"""The guard of a store: deadline, breaker and counters around every call.

Rule: nothing calls a store but through here, and nothing but a ``StoreError`` comes out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from hexcache.application.sync.primitives import within
from hexcache.application.tier_state import TierState
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from hexcache.ports.sync.store import Store

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

    def ask(self, operation: str, call: Callable[..., T], *args: Any, **options: Any) -> T:
        """Call the store within its deadline and let the breaker know.

        Raises:
            StoreError: whatever went wrong, typed.
        """
        if not self.state.permit():
            raise StoreUnavailable(f"{self.name}: breaker open")
        return self._call(operation, call, *args, **options)

    def ping(self) -> None:
        """Prove that the store answers, whatever the breaker says.

        Raises:
            StoreError: it does not.
        """
        self.state.permit()
        self._call("ping", self.store.ping)

    def _call(self, operation: str, call: Callable[..., T], *args: Any, **options: Any) -> T:
        state = self.state
        try:
            answer = within(state.deadline, self.capabilities.bounded_calls, call, *args, **options)
        except StoreRejected as exc:
            state.succeeded()
            state.rejected(operation, str(exc))
            raise
        except StoreError as exc:
            state.failed(operation, f"{type(exc).__name__}: {exc}", timeout=isinstance(exc, StoreTimeout))
            raise
        except TimeoutError as exc:
            state.failed(operation, f"no answer within {state.deadline} s", timeout=True)
            raise StoreTimeout(f"{self.name}: {operation} not answered within {state.deadline} s") from exc
        except Exception as exc:
            state.failed(operation, type(exc).__name__)
            raise StoreUnavailable(f"{self.name}: {operation} failed with {type(exc).__name__}") from exc
        state.succeeded()
        return answer
