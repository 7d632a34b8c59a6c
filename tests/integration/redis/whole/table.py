"""The faults, and what a cache over Redis makes of each.

Rule: a fault is one row. What must hold in all of them stands in the course of the test, not here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from hexcache.domain.report import Effect
from tests.integration.redis.whole import places
from tests.integration.redis.whole.places import AGES, Make

DEADLINE: Final = 0.5
"""Seconds: longest call of a tier."""
PATIENT: Final = 20.0
"""The same where nobody is kept waiting by the fault: a busy machine is not to add one."""
TTL: Final = 600
"""Seconds of life; nothing dies while a test lasts."""

Shown: TypeAlias = Literal["failing", "rejected"]
"""As what the log has it."""

DONE: Final = Effect.DONE
QUEUED: Final = Effect.QUEUED
REFUSED: Final = Effect.REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Something that goes wrong.

    Attributes:
        name: what it is called on the page about failures.
        make: makes a place where it can happen.
        shown: what the log has one line of for each tier: that the tier fails, or that it refuses.
        counts: the counter of a tier that grows.
        reads: the tier is read meanwhile.
        writes: what may become of a write in the tier.
        deletes: what may become of a delete.
        opens: the breaker opens.
        forgets: the server loses its data.
        answers: some calls of the tier are answered meanwhile, and it may mend before anybody lifts the fault.
        deadline: longest call of the tier, seconds.
        options: what the tier is configured with, beside what all are.
    """

    name: str
    make: Make
    shown: Shown = "failing"
    counts: str = "failures"
    reads: bool = False
    writes: frozenset[Effect] = frozenset({QUEUED})
    deletes: frozenset[Effect] = frozenset({QUEUED})
    opens: bool = True
    forgets: bool = False
    answers: bool = False
    deadline: float = DEADLINE
    options: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return re.sub(r"\W+", "_", self.name).strip("_")


ANSWERED: Final = frozenset({DONE, QUEUED})

FAULTS: Final = (
    Fault(name="latency", make=places.through_proxy(latency=AGES), counts="timeouts"),
    Fault(name="connection reset", make=places.through_proxy(reset_after=0, reset_on_connect=True)),
    Fault(name="black hole", make=places.through_proxy(black_hole=True), counts="timeouts"),
    Fault(name="half a reply, then the end", make=places.through_proxy(close_after=10)),
    Fault(name="half a reply, then silence", make=places.through_proxy(stall_after=10), counts="timeouts"),
    Fault(name="server stopped (SIGSTOP)", make=places.by_process("pause", "resume"), counts="timeouts"),
    Fault(name="server killed and restarted", make=places.by_process("kill", "start"), forgets=True),
    Fault(
        name="pool exhausted",
        make=places.through_proxy(latency=0.15),
        counts="timeouts",
        writes=ANSWERED,
        deletes=ANSWERED,
        answers=True,
        options={"pool_size": 1, "pool_wait": "100ms"},
    ),
    Fault(name="wrong password", make=places.with_another_password),
    Fault(
        name="read-only replica",
        make=places.by_command(("REPLICAOF", "127.0.0.1", 1), ("REPLICAOF", "NO", "ONE")),
        shown="rejected",
        counts="rejected",
        reads=True,
        deadline=PATIENT,
        opens=False,
    ),
    Fault(
        name="user who may only read",
        make=places.with_a_user_who_may_only_read,
        shown="rejected",
        counts="rejected",
        reads=True,
        deadline=PATIENT,
        opens=False,
    ),
    Fault(
        name="out of memory",
        make=places.by_command(("CONFIG", "SET", "maxmemory", 1), ("CONFIG", "SET", "maxmemory", 0)),
        shown="rejected",
        counts="rejected",
        reads=True,
        deadline=PATIENT,
        writes=frozenset({REFUSED}),
        deletes=frozenset({DONE}),
        opens=False,
    ),
    Fault(name="loading", make=places.loading),
    Fault(
        name="failover by Sentinels",
        make=places.sentinels_failing_over,
        writes=ANSWERED,
        deletes=ANSWERED,
        answers=True,
    ),
    Fault(
        name="failover of a cluster",
        make=places.cluster_failing_over,
        writes=ANSWERED,
        deletes=ANSWERED,
        answers=True,
    ),
)
