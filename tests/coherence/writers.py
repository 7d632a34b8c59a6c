"""Two nodes write the same key at the same time, each its own value: do memory and store agree in the end?

Each writer puts its value into the shared store, then into its memory, then tells the other, who drops the key.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple


class Node(NamedTuple):
    """One writer and its memory.

    Attributes:
        step: how far its write has come: 0 nothing, 1 store, 2 memory, 3 told.
        memory: whose value it holds; None for none.
        heard: how often the other told of a change.
        seen: how often that was when the write began.
    """

    step: int = 0
    memory: int | None = None
    heard: int = 0
    seen: int = 0


class Writing(NamedTuple):
    """The world of two writers.

    Attributes:
        nodes: both of them.
        store: whose value the store holds.
        mail: to which nodes messages are on their way.
    """

    nodes: tuple[Node, Node] = (Node(), Node())
    store: int | None = None
    mail: tuple[int, ...] = ()

    def with_node(self, number: int, node: Node) -> Writing:
        return self._replace(nodes=(node, self.nodes[1]) if number == 0 else (self.nodes[0], node))


def steps(world: Writing, *, listens: bool) -> Iterator[Writing]:
    """Every next state.

    Args:
        world: this one.
        listens: a writer that heard of another write since it began keeps nothing in memory.
    """
    for number, node in enumerate(world.nodes):
        if node.step == 0:
            yield world.with_node(number, node._replace(step=1, seen=node.heard))._replace(store=number)
        elif node.step == 1:
            overtaken = listens and node.heard != node.seen
            yield world.with_node(number, node._replace(step=2, memory=None if overtaken else number))
        elif node.step == 2:
            yield world.with_node(number, node._replace(step=3))._replace(mail=(*world.mail, 1 - number))
    for place, number in enumerate(world.mail):
        node = world.nodes[number]
        rest = world._replace(mail=world.mail[:place] + world.mail[place + 1 :])
        yield rest.with_node(number, node._replace(memory=None, heard=node.heard + 1))


def disagreements(*, listens: bool) -> set[Writing]:
    """The quiet states in which some memory holds another value than the store."""
    seen, ahead, found = {Writing()}, deque([Writing()]), set[Writing]()
    while ahead:
        world = ahead.popleft()
        following = list(steps(world, listens=listens))
        if not following and any(node.memory not in {None, world.store} for node in world.nodes):
            found.add(world)
        for one in following:
            if one not in seen:
                seen.add(one)
                ahead.append(one)
    return found
