"""Faults as data: what goes wrong with which operation, and for how many calls.

Rule: a plan decides, it does nothing; the faulty store of either world asks it once a call and obeys. Faults are
counted in calls, so a run with faults repeats exactly.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

Operation: TypeAlias = Literal[
    "get", "get_many", "put", "put_if", "put_many", "delete", "delete_many", "scan", "clear", "ping", "close"
]
"""The methods of a store; ``close`` stands for closing in both worlds."""

OPERATIONS: Final[tuple[Operation, ...]] = get_args(Operation)
STRUCK: Final[tuple[Operation, ...]] = tuple(operation for operation in OPERATIONS if operation != "close")
"""What a fault strikes that names no operation: everything but closing."""
READS: Final[tuple[Operation, ...]] = ("get", "get_many")
WRITES: Final[tuple[Operation, ...]] = ("put", "put_if", "put_many")


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached a faulty store, whatever became of it.

    Attributes:
        operation: the method.
        subjects: the addresses or the prefix that it was about.
    """

    operation: Operation
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fail:
    """The call raises, before or after the inner store did its work."""

    error: BaseException | type[BaseException]
    after: bool = False


@dataclass(frozen=True, slots=True)
class Interpose:
    """Something happens in the middle of the call, just before the inner store is asked."""

    action: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Corrupt:
    """A blob that is read comes out changed."""

    how: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Lose:
    """A change is acknowledged and not made."""


@dataclass(frozen=True, slots=True)
class Misplace:
    """A read answers with what is at another address."""

    address: str


@dataclass(frozen=True, slots=True)
class Linger:
    """A blob that is written outlives its deadline by so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class StaleToken:
    """A read hands out the first token that was ever seen at the address."""


@dataclass(frozen=True, slots=True)
class IgnoreToken:
    """A conditional write is carried out whatever its token is."""


Where: TypeAlias = Callable[[str], bool]
"""Which addresses a fault strikes."""


@dataclass(slots=True)
class _Planned:
    operation: Operation
    fault: object
    left: int
    where: Where | None

    def strikes(self, operation: Operation, subjects: Sequence[str]) -> bool:
        if operation != self.operation:
            return False
        return self.where is None or any(self.where(subject) for subject in subjects)


class FaultPlan:
    """Which faults are in force. Safe to use from several threads and from both worlds at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[_Planned] = []

    def add(self, fault: object, *operations: Operation, times: int | None = None, where: Where | None = None) -> None:
        """Put a fault in force.

        Args:
            fault: one of the classes of this module, or a faulty store's own.
            operations: which methods it strikes; none means all but ``close``.
            times: how many calls of each of them; None until healed.
            where: which addresses it strikes: a call is struck if one of its addresses is; None means every call.

        Raises:
            ValueError: an unknown operation, or ``times`` below one.
        """
        unknown = sorted(set(operations) - set(OPERATIONS))
        if unknown:
            raise ValueError(f"operations {unknown} are unknown; accepted: {', '.join(OPERATIONS)}")
        if times is not None and times < 1:
            raise ValueError(f"times is {times}; accepted: one or more, or None until healed")
        with self._lock:
            for operation in operations or STRUCK:
                self._faults.append(_Planned(operation, fault, -1 if times is None else times, where))

    def take(self, operation: Operation, subjects: Sequence[str] = ()) -> list[object]:
        """The faults that strike this call, in the order of their planning; each counts down by one."""
        with self._lock:
            struck = [planned for planned in self._faults if planned.strikes(operation, subjects)]
            for planned in struck:
                planned.left -= 1
            self._faults = [planned for planned in self._faults if planned.left != 0]
        return [planned.fault for planned in struck]

    def heal(self, *operations: Operation) -> None:
        """End the faults of these operations; none means of all."""
        with self._lock:
            self._faults = [planned for planned in self._faults if operations and planned.operation not in operations]

    @property
    def idle(self) -> bool:
        """Whether no fault is waiting to strike."""
        return not self._faults
