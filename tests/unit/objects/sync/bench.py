# Generated from tests/unit/objects/aio/bench.py by tools/unasync.py. Do not edit.
"""An object store over a planned bucket, and what lies in it."""

from __future__ import annotations

from itertools import count

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.sync.store import ObjectStore
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.things import Label
from hexcache.ports.clock import Clocks
from hexcache.ports.finding import Found, Token
from hexcache.testing.clock import MovedClock
from hexcache.testing.entropy import SeededEntropy
from tests.unit.objects.sync.planned_bucket import PlannedBucket
from tests.unit.objects.contents import Contents

NEVER = float("inf")
QUICK = Patience(first=1e-6, most=1e-6, attempts=6)
"""Pauses that nobody notices."""
SEEDS = count(500_000)


class Bench:
    """A place to try a store.

    Attributes:
        clock: the time of everything.
        contents: what lies in the bucket.
        bucket: the store's.
        store: the store.
        names: how addresses are named.
    """

    def __init__(self, how: ObjectStoreSettings | None = None, *, page_size: int = 1000, page_names: int = 5) -> None:
        self.clock = MovedClock()
        self.contents = Contents()
        self.bucket = PlannedBucket(
            self.contents, wall=self.clock.wall, page_size=page_size, page_names=page_names
        )
        settings = how or ObjectStoreSettings(prefix="cache", side_by_side=4)
        self.names = Naming(settings.prefix)
        self.store = ObjectStore(
            self.bucket,
            settings,
            clocks=Clocks(monotonic=self.clock.monotonic, wall=self.clock.wall),
            entropy=SeededEntropy(next(SEEDS)),
            patience=QUICK,
        )

    def lay(self, address: str, body: bytes, label: Label | None = None) -> None:
        """Put an object at the name of an address behind the store's back."""
        self.contents.write(self.names.name(address), body, label, None, self.clock.wall())

    def lay_blob(self, address: str, blob: bytes, *, at: str | None = None) -> None:
        """Put a blob there as another process would, or the blob of one address at the name of another."""
        body = frame.value(bytes(next(SEEDS).to_bytes(16)), NEVER, address, blob)
        self.lay(at or address, body, Label("value", NEVER))

    def blob(self, address: str) -> bytes | None:
        """What the store finds."""
        found = self.store.get(address)
        return found.blob if isinstance(found, Found) else None

    def token(self, address: str) -> Token:
        """The token of the state that an address is in."""
        return (self.store.get(address)).token

    def asked(self) -> list[str]:
        """The requests since this was last called."""
        requests, self.bucket.requests = self.bucket.requests, []
        return requests
