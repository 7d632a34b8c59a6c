"""What may happen next in a state: every step that the writer, the bus, the repair or a reader could take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from tests.coherence.protocol import READER_NODE, WRITER_NODE, Faults, Install, Protocol, Step
from tests.coherence.state import NEW, At, Reader, World

Move: TypeAlias = tuple[str, World]


def moves(world: World, protocol: Protocol, faults: Faults) -> Iterator[Move]:
    """Every next state, with a word about the step that leads there."""
    yield from writer_moves(world, protocol, faults)
    yield from repair_moves(world, protocol)
    yield from bus_moves(world, protocol)
    for number, reader in enumerate(world.readers):
        yield from reader_moves(world, protocol, number, reader)


def written(world: World, protocol: Protocol) -> bool:
    """Whether the invalidation has returned."""
    return world.step == len(protocol.order)


def writer_moves(world: World, protocol: Protocol, faults: Faults) -> Iterator[Move]:
    """The origin changes, then the steps of the invalidation follow in their order."""
    if world.step < 0:
        yield "the origin changes", world._replace(origin=NEW, step=0)
        return
    if written(world, protocol):
        return
    step, after = protocol.order[world.step], world._replace(step=world.step + 1)
    if step is Step.MEMORY:
        yield "the writer drops its memory", invalidated(after, protocol, WRITER_NODE)
    elif step is Step.STORE:
        yield "the writer deletes in the store", after._replace(store=None, token=world.token + 1)
        if faults.failed_deletes:
            yield "the delete in the store fails", after._replace(trusted=not protocol.repair)
    else:
        sent = world.sent + 1
        yield "the writer publishes", after._replace(sent=sent, mail=(*world.mail, sent))
        if faults.lost_messages:
            yield "the message is lost", after._replace(sent=sent)


def invalidated(world: World, protocol: Protocol, node: int) -> World:
    """An invalidation arrives at a node's memory."""
    world = world.remembering(node, None)
    if protocol.fence:
        world = world.fenced(node)
    return world.closed_to_joiners(node) if protocol.detach else world


def repair_moves(world: World, protocol: Protocol) -> Iterator[Move]:
    """What the store did not take is brought to it, and told."""
    if not world.trusted and written(world, protocol):
        sent = world.sent + 1
        repaired = world._replace(
            store=None, token=world.token + 1, trusted=True, sent=sent, mail=(*world.mail, sent)
        ).remembering(WRITER_NODE, None)
        yield "the delete is repaired and told", repaired.fenced(WRITER_NODE) if protocol.fence else repaired


def bus_moves(world: World, protocol: Protocol) -> Iterator[Move]:
    """A message arrives, or a heartbeat shows that one did not."""
    for place, number in enumerate(world.mail):
        arrived = world._replace(mail=world.mail[:place] + world.mail[place + 1 :], heard=max(world.heard, number))
        yield "a message arrives", invalidated(arrived, protocol, READER_NODE)
    gap = not world.mail and world.heard < world.sent
    if protocol.heartbeat and gap and written(world, protocol):
        emptied = world._replace(heard=world.sent).remembering(READER_NODE, None)
        yield "a heartbeat shows a gap", emptied.fenced(READER_NODE) if protocol.fence else emptied


def reader_moves(world: World, protocol: Protocol, number: int, reader: Reader) -> Iterator[Move]:
    """The next step of one read-through."""
    who = f"reader {number} on node {reader.node} "

    def moved(what: str, world: World = world, **changes: object) -> Move:
        return who + what, world.with_reader(number, reader._replace(**changes))  # type: ignore[arg-type]  # its fields

    trusted = world.trusted or reader.node != WRITER_NODE
    if reader.at == At.START:
        yield first_step(world, protocol, number, reader)
    elif reader.at == At.JOINED:
        leader = world.readers[reader.leader]
        if leader.at in {At.FILL_STORE, At.FILL_MEMORY, At.END}:
            yield moved("gets the joined load's value", at=At.END, value=leader.value)
    elif reader.at == At.STORE:
        if world.store is not None and trusted:
            yield moved("hits in the store", at=At.FILL_MEMORY, value=world.store)
        else:
            yield moved("misses in the store", at=At.ORIGIN, token=world.token)
    elif reader.at == At.ORIGIN:
        yield moved("loads", at=At.FILL_STORE, value=world.origin)
    elif reader.at == At.FILL_STORE:
        takes = (
            trusted
            and {
                Install.ALWAYS: True,
                Install.IF_UNCHANGED: world.token == reader.token,
                Install.IF_ABSENT: world.store is None,
            }[protocol.install]
        )
        filled = world._replace(store=reader.value) if takes else world
        yield moved("offers its value to the store", filled, at=At.FILL_MEMORY)
    elif reader.at == At.FILL_MEMORY:
        takes = not protocol.fence or world.fences[reader.node] == reader.fence
        filled = world.remembering(reader.node, reader.value) if takes else world
        yield moved("offers its value to memory", filled, at=At.END, open=False)


def first_step(world: World, protocol: Protocol, number: int, reader: Reader) -> Move:
    """Look into memory, join a load, or begin one; the fence is observed before anything else."""
    who = f"reader {number} on node {reader.node} "
    begun = reader._replace(after=reader.node == WRITER_NODE and written(world, protocol))
    held = world.memory[reader.node]
    if held is not None:
        return who + "hits in memory", world.with_reader(number, begun._replace(at=At.END, value=held))
    for leader, other in enumerate(world.readers):
        if leader != number and other.node == reader.node and other.open and other.at not in {At.START, At.END}:
            return who + "joins a load", world.with_reader(number, begun._replace(at=At.JOINED, leader=leader))
    begun = begun._replace(at=At.STORE, fence=world.fences[reader.node], open=True)
    return who + "misses in memory", world.with_reader(number, begun)
