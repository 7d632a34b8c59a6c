"""Every state that can be reached, breadth first, so that a counter-example is a shortest one."""

from __future__ import annotations

from collections import deque
from itertools import product

from tests.coherence.moves import moves
from tests.coherence.protocol import READER_NODE, WRITER_NODE, Faults, Protocol
from tests.coherence.state import OLD, At, Reader, World

P1 = "P1: when all is quiet, no tier holds the old value"
P2 = "P2: no read that began after the invalidation had returned gave the old value"

READERS = ((READER_NODE, WRITER_NODE), (WRITER_NODE, WRITER_NODE), (READER_NODE, READER_NODE))


def counter_examples(protocol: Protocol, faults: Faults) -> dict[str, list[str]]:
    """Law -> the shortest run that breaks it; a law that is not in the answer holds."""
    shortest: dict[str, list[str]] = {}
    for nodes in READERS:
        for first, second, store in product((None, OLD), repeat=3):
            readers = tuple(Reader(node) for node in nodes)
            begin = World(OLD, store, 0, (first, second), (0, 0), readers)
            for law, run in explore(begin, protocol, faults).items():
                if law not in shortest or len(run) < len(shortest[law]):
                    shortest[law] = run
    return shortest


def explore(begin: World, protocol: Protocol, faults: Faults) -> dict[str, list[str]]:
    """The shortest run from one beginning that breaks each law."""
    came_from: dict[World, tuple[World, str] | None] = {begin: None}
    ahead = deque([begin])
    broken: dict[str, list[str]] = {}
    while ahead:
        world = ahead.popleft()
        quiet = True
        for what, following in moves(world, protocol, faults):
            quiet = False
            if following not in came_from:
                came_from[following] = (world, what)
                ahead.append(following)
        if P2 not in broken and any(
            r.at == At.END and r.after and (r.value or 0) < world.origin for r in world.readers
        ):
            broken[P2] = run_to(world, came_from)
        if P1 not in broken and quiet and OLD in (world.store, *world.memory):
            broken[P1] = run_to(world, came_from)
    return broken


def run_to(world: World, came_from: dict[World, tuple[World, str] | None]) -> list[str]:
    """The steps that lead to a state."""
    steps: list[str] = []
    while (back := came_from[world]) is not None:
        world, what = back
        steps.append(what)
    return steps[::-1]
