"""How a test plans what goes wrong with a store: one method for each kind of fault.

Rule: planning changes the plan and nothing else; the faulty store asks the plan at each call.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hexcache.domain.errors import StoreUnavailable
from hexcache.testing.aio.primitives import AsyncGate
from hexcache.testing.fault import (
    READS,
    WRITES,
    Corrupt,
    Fail,
    FaultPlan,
    IgnoreToken,
    Interpose,
    Linger,
    Lose,
    Misplace,
    Operation,
    StaleToken,
    Where,
)
from hexcache.testing.strike import flip_first_bit


@dataclass(frozen=True, slots=True)
class Hold:
    """The call stops at a gate."""

    gate: AsyncGate
    after: bool


class AsyncFaultPlanning:
    """The planning half of a faulty store.

    Every method names the operations that it strikes (none means all that it can strike, closing left out), for how
    many calls (``times=None``: until :meth:`heal`) and, with ``where``, for which addresses. Several faults may strike
    one call.
    """

    def __init__(self, plan: FaultPlan | None) -> None:
        self.plan = FaultPlan() if plan is None else plan
        self._gates: list[tuple[tuple[Operation, ...], AsyncGate]] = []

    def fail(
        self,
        *operations: Operation,
        error: BaseException | type[BaseException] = StoreUnavailable,
        times: int | None = None,
        after: bool = False,
        where: Where | None = None,
    ) -> None:
        """Raise ``error``; ``after=True`` does the work first, as when an answer is lost on its way."""
        self.plan.add(Fail(error, after), *operations, times=times, where=where)

    def hold(
        self, *operations: Operation, times: int | None = 1, after: bool = False, where: Where | None = None
    ) -> AsyncGate:
        """Stop calls at a gate until the test releases it; ``after=True`` once the inner store has answered."""
        gate = AsyncGate()
        self._gates.append((operations, gate))
        self.plan.add(Hold(gate, after), *operations, times=times, where=where)
        return gate

    def hang(self, *operations: Operation, where: Where | None = None) -> AsyncGate:
        """Let no call end until the gate is released or the store is healed."""
        return self.hold(*operations, times=None, where=where)

    def interpose(
        self,
        action: Callable[[], object],
        *operations: Operation,
        times: int | None = 1,
        where: Where | None = None,
    ) -> None:
        """Run ``action`` in the middle of the call: move a clock, or do what another caller would."""
        self.plan.add(Interpose(action), *operations, times=times, where=where)

    def corrupt(
        self,
        *operations: Operation,
        how: Callable[[bytes], bytes] = flip_first_bit,
        times: int | None = None,
        where: Where | None = None,
    ) -> None:
        """Change the blobs that are read."""
        self.plan.add(Corrupt(how), *(operations or READS), times=times, where=where)

    def lose(self, *operations: Operation, times: int | None = None, where: Where | None = None) -> None:
        """Acknowledge changes and make none (without operations: of writes, deletes and ``clear`` alike)."""
        self.plan.add(Lose(), *operations, times=times, where=where)

    def misplace(
        self, address: str, *operations: Operation, times: int | None = None, where: Where | None = None
    ) -> None:
        """Answer reads with what is at ``address``."""
        self.plan.add(Misplace(address), *(operations or READS), times=times, where=where)

    def linger(
        self,
        *operations: Operation,
        seconds: float = float("inf"),
        times: int | None = None,
        where: Where | None = None,
    ) -> None:
        """Expire what is written from now on so much too late."""
        self.plan.add(Linger(seconds), *(operations or WRITES), times=times, where=where)

    def stale_tokens(self, *operations: Operation, times: int | None = None, where: Where | None = None) -> None:
        """Hand out the first token that was ever read at an address."""
        self.plan.add(StaleToken(), *(operations or READS), times=times, where=where)

    def ignore_tokens(self, times: int | None = None) -> None:
        """Carry out every ``put_if``."""
        self.plan.add(IgnoreToken(), "put_if", times=times)

    def heal(self, *operations: Operation) -> None:
        """End the faults of these operations (none means all) and release the calls that hang at their gates."""
        self.plan.heal(*operations)
        for held, gate in self._gates:
            if not operations or not held or set(held) & set(operations):
                gate.release()
