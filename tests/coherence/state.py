"""A state of the modelled world: everything that decides what may happen next, and nothing else."""

from __future__ import annotations

from typing import NamedTuple

OLD = 0
NEW = 1

Value = int | None
"""``OLD``, ``NEW``, or nothing."""


class At:
    """Where a reader is in its read-through."""

    START = "start"
    STORE = "memory missed"
    ORIGIN = "store missed"
    FILL_STORE = "loaded"
    FILL_MEMORY = "has a value for memory"
    JOINED = "waits for another reader's load"
    END = "done"


class Reader(NamedTuple):
    """One read-through.

    Attributes:
        node: where it runs.
        at: how far it has come.
        value: what it has found.
        fence: the node's fence when it began.
        token: the store's token when it missed there.
        after: it began after the invalidation had returned on its node.
        open: whoever comes may join it.
        leader: whose load it waits for.
    """

    node: int
    at: str = At.START
    value: Value = None
    fence: int = 0
    token: int = 0
    after: bool = False
    open: bool = False
    leader: int = -1


class World(NamedTuple):
    """All of it.

    Attributes:
        origin: what the origin says.
        store: what the shared store holds.
        token: the store's token of the key; each delete moves it.
        memory: what each node's memory holds.
        fences: each node's fence.
        readers: the read-throughs.
        step: how many steps of the invalidation are done; -1 before the origin changed.
        mail: numbers of messages on their way to the reader's node.
        sent: number of the last message.
        heard: number of the last message that the reader's node knows of.
        trusted: the writer's node reads the store.
    """

    origin: int
    store: Value
    token: int
    memory: tuple[Value, Value]
    fences: tuple[int, int]
    readers: tuple[Reader, ...]
    step: int = -1
    mail: tuple[int, ...] = ()
    sent: int = 0
    heard: int = 0
    trusted: bool = True

    def with_reader(self, number: int, reader: Reader) -> World:
        """This world with one reader replaced."""
        return self._replace(readers=(*self.readers[:number], reader, *self.readers[number + 1 :]))

    def remembering(self, node: int, value: Value) -> World:
        """This world with another value in one node's memory."""
        kept = (value, self.memory[1]) if node == 0 else (self.memory[0], value)
        return self._replace(memory=kept)

    def fenced(self, node: int) -> World:
        """This world with one node's fence moved."""
        first, second = self.fences
        return self._replace(fences=(first + 1, second) if node == 0 else (first, second + 1))

    def closed_to_joiners(self, node: int) -> World:
        """This world with no load of a node left to be joined."""
        return self._replace(readers=tuple(r._replace(open=False) if r.node == node else r for r in self.readers))
