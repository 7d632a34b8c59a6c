"""What an assembly promises, in sentences: for people who choose tiers, and for a log line when a service starts.

Rule: each sentence follows from what the tiers declare and from how they were put together; nothing is asked of a tier.
"""

from __future__ import annotations

from collections.abc import Iterator

from hexcache.composition.build import Heart
from hexcache.composition.parts import StorePart
from hexcache.domain.lifetime import NEVER


def guarantee_of(heart: Heart) -> list[str]:
    """The promises of an assembly, the strongest first, then each tier's weaknesses."""
    lines = [
        "in this process: a read that begins after a write, a delete or an invalidation never gives what was before"
    ]
    lines.append(_across(heart))
    lines.extend(_bus(heart))
    lines.append(_loads(heart))
    for part in heart.stores:
        lines.extend(_weaknesses(heart, part))
        lines.extend(_deferrals(part, told=heart.told))
    lines.append(_lasting(heart))
    lines.append(_tags(heart))
    if heart.counting is None:
        lines.append("counters and limits: none, as no tier can count")
    else:
        lines.append(f"counters and limits: exact in tier {heart.counting.settings.name}")
    return lines


def _across(heart: Heart) -> str:
    shared = [part.settings.name for part in heart.stores if part.shared]
    if not shared:
        return "other processes: none uses these tiers"
    where = ", ".join(shared)
    if not heart.core.memory:
        return f"other processes: what one changed in {where} the next reader of any sees"
    if heart.told:
        return f"other processes: what one changed in {where} this one's memory forgets when the bus tells it"
    cap = max(slot.ttl_cap for slot in heart.core.memory)
    if cap == NEVER:
        return f"other processes: what one changed in {where} this one's memory may serve until its ttl ends"
    return f"other processes: what one changed in {where} this one's memory may serve for up to {cap:g} s"


def _loads(heart: Heart) -> str:
    if heart.leasing is None:
        return "loads: a key is loaded once for all who wait for it in this process"
    name = heart.leasing.settings.name
    return f"loads: a key is loaded once for all who wait for it in the processes that share {name}, by leases"


def _bus(heart: Heart) -> Iterator[str]:
    carrier = heart.carrier
    if carrier is None:
        return
    if not carrier.far:
        yield "the bus: between the caches of this process"
        return
    late = carrier.request.heartbeat
    line = f"the bus: over {carrier.name}; what it loses is noticed within {late:g} s"
    if heart.core.memory:
        line += f"; while nothing is heard, memory may serve what it has {_longest(heart)}"
    yield line


def _longest(heart: Heart) -> str:
    """How long memory keeps an entry of which it is not told."""
    cap = max(slot.cap(told=False) for slot in heart.core.memory)
    return "until its ttl ends" if cap == NEVER else f"for up to {cap:g} s"


def _weaknesses(heart: Heart, part: StorePart) -> Iterator[str]:
    name, can = part.settings.name, part.stores.capabilities
    if not can.conditional_write:
        yield f"tier {name}: cannot write conditionally: a load here may win over a change by another process"
    if can.lags:
        kept = f", which memory may serve {_longest(heart)}" if heart.core.memory else ""
        yield f"tier {name}: may answer with what was there before the last change{kept}"
    if not can.clear:
        yield f"tier {name}: is cleared by listing it" if can.scan else f"tier {name}: cannot be cleared; use tags"
    if not can.scan:
        yield f"tier {name}: cannot list its keys"
    if not part.settings.read or not part.settings.write:
        yield f"tier {name}: is not {'read' if not part.settings.read else 'written'}, by configuration"


def _deferrals(part: StorePart, *, told: bool) -> Iterator[str]:
    """What a write buffer takes from the promises."""
    if not part.stores.capabilities.deferred:
        return
    name, own = part.settings.name, part.settings.write_buffer
    later = f"up to {own.flush_age:g} s later" if own is not None else "later"
    yield f"tier {name}: brings writes {later}, and a process that is killed before loses them"
    if part.shared:
        rescue = ", unless the bus tells of it first" if told else ""
        yield f"tier {name}: a change by another process while a write is pending here is overwritten by it{rescue}"


def _tags(heart: Heart) -> str:
    keepers = [part.settings.name for part in heart.stores if part.stores.capabilities.conditional_write]
    return f"tags: their states are kept by {keepers[-1]}" if keepers else "tags: known to this process only"


def _lasting(heart: Heart) -> str:
    kept = [part.settings.name for part in heart.stores if part.stores.capabilities.durable]
    buffers = [(part.settings.name, part.stores.behind) for part in heart.stores]
    kept += [f"{name} (what was brought)" for name, behind in buffers if behind and behind.capabilities.durable]
    if not kept:
        return "after the end of the process: nothing is kept"
    return f"after the end of the process: kept by {', '.join(kept)}"
