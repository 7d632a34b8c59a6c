"""What a bucket of the tests holds: one table for as many bucket objects, of either world, as are opened over it.

Rule: it is as unhelpful as the least helpful of the three vendors: an ETag is made from the body alone, so that two
writes of one body have one; a listing tells neither tokens nor labels.
"""

from __future__ import annotations

import threading
from hashlib import sha256
from typing import NamedTuple

from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label, ObjectFacts, ObjectRead


class Thing(NamedTuple):
    """An object."""

    body: bytes
    label: Label | None
    changed_at: float

    @property
    def token(self) -> str:
        """Its ETag."""
        return f'"{sha256(self.body).hexdigest()[:32]}"'


class Contents:
    """Objects under names; each step is atomic."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.things: dict[str, Thing] = {}

    def read(self, name: str) -> ObjectRead | None:
        thing = self.things.get(name)
        return None if thing is None else ObjectRead(thing.body, thing.token)

    def facts(self, name: str) -> ObjectFacts | None:
        thing = self.things.get(name)
        return None if thing is None else ObjectFacts(thing.token, thing.label, len(thing.body), thing.changed_at)

    def write(
        self, name: str, body: bytes, label: Label | None, condition: Condition | None, now: float
    ) -> BucketToken | None:
        thing = Thing(body, label, now)
        with self._lock:
            held = self.things.get(name)
            if condition is not None and condition.token != (None if held is None else held.token):
                return None
            self.things[name] = thing
        return thing.token

    def remove(self, name: str) -> None:
        with self._lock:
            self.things.pop(name, None)

    def after(self, prefix: str, last: str, size: int) -> list[tuple[str, Thing]]:
        """A page of a listing: what follows the name that was listed last."""
        with self._lock:
            names = sorted(name for name in self.things if name.startswith(prefix) and name > last)[:size]
            return [(name, self.things[name]) for name in names]
