# Generated from src/hexcache/application/aio/wiping.py by tools/unasync.py. Do not edit.
"""Whole namespaces of one tier: listing and emptying them.

Rule: a store that cannot clear by prefix is listed and emptied piece by piece; one that can do neither refuses before
anything is changed anywhere. Each step has the tier's deadline.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from hexcache.application.sync.tier import Tier
from hexcache.domain.errors import StoreError, Unsupported
from hexcache.domain.report import Effect, TierOutcome

PIECE = 500
"""Addresses removed in one call where the store cannot clear by prefix."""


def check_clearable(tier: Tier) -> None:
    """Refuse a tier that cannot be emptied.

    Raises:
        Unsupported: it can neither clear nor list.
    """
    if not (tier.capabilities.clear or tier.capabilities.scan):
        raise Unsupported(f"tier {tier.name} can neither clear by prefix nor list its keys; use tags instead")


def listing(tier: Tier, prefix: str) -> Iterator[str]:
    """The live addresses below a prefix.

    Raises:
        StoreError: the tier failed.
        Unsupported: it cannot list.
    """
    if not tier.capabilities.scan:
        raise Unsupported(f"tier {tier.name} cannot list its keys")
    steps = iter(tier.store.scan(prefix))
    while (address := str(tier.ask("scan", next, steps, ""))) != "":
        yield address


def wipe(tier: Tier, prefix: str) -> bool:
    """Remove everything below a prefix; True when something was there.

    Raises:
        StoreError: the tier failed.
    """
    if tier.capabilities.clear:
        return bool(tier.ask("clear", tier.store.clear, prefix))
    check_clearable(tier)
    addresses = [address for address in listing(tier, prefix)]
    for begin in range(0, len(addresses), PIECE):
        tier.ask("delete_many", tier.store.delete_many, addresses[begin : begin + PIECE])
    return bool(addresses)


def clear(tier: Tier, path: str, below: Sequence[str]) -> tuple[TierOutcome, bool]:
    """Empty a namespace of one tier: the outcome, and whether something was there. What fails or is cut off is owed."""
    repairs = tier.state.repairs
    mark = repairs.mark()
    landed = False
    try:
        found = [wipe(tier, prefix) for prefix in below]
        landed = True
    except StoreError as exc:
        return TierOutcome(tier.name, Effect.QUEUED, str(exc)), False
    finally:
        if not landed:
            tier.owe_clear(path, below)
    repairs.settle_within(path, mark)
    return TierOutcome(tier.name, Effect.DONE), any(found)
