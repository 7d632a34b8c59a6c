# Generated from src/hexcache/adapters/outbound/objects/aio/listing.py by tools/unasync.py. Do not edit.
"""Listings: which names are ours, which addresses they are, and which of those live.

Rule: what a listing tells is used, and only what it does not tell is asked for: the label of a value where the vendor
lists none, and the frame where an address is too long for its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.sync.attempts import Attempts
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.sync.primitives import Crew, ended_within
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.refusals import Interrupted, Throttled
from hexcache.adapters.outbound.objects.things import Listed
from hexcache.ports.clock import Clock


class Listing:
    """Listings of one bucket."""

    def __init__(self, bucket: Bucket, naming: Naming, crew: Crew, wall: Clock, seconds: float) -> None:
        self._bucket = bucket
        self._naming = naming
        self._crew = crew
        self._wall = wall
        self._seconds = seconds

    def live(self, attempts: Attempts, prefix: str) -> Iterator[Sequence[str]]:
        """The live addresses that begin with a prefix, page by page, each once."""
        for lines in self.ours(attempts, prefix):
            values = [line for line in lines if line.size > frame.HEAD_BYTES]
            with ended_within(self._seconds):
                answers = self._crew.run([partial(self._alive, attempts, line) for line in values])
            page: list[str] = []
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
                if answer is not None and answer.startswith(prefix):
                    page.append(answer)
            yield page

    def below(self, attempts: Attempts, prefix: str) -> Iterator[Sequence[Listed]]:
        """The objects whose addresses begin with a prefix, page by page, placeholders and dead ones included."""
        tells = self._naming.tells(prefix)
        for lines in self.ours(attempts, prefix, once=False):
            if tells:
                yield lines
                continue
            with ended_within(self._seconds):
                answers = self._crew.run([partial(self._begins, attempts, prefix, line) for line in lines])
            for answer in answers:
                if isinstance(answer, Exception):
                    raise answer
            yield [line for line, answer in zip(lines, answers, strict=True) if answer]

    def ours(self, attempts: Attempts, prefix: str, *, once: bool = True) -> Iterator[Sequence[Listed]]:
        """The objects whose names are ours and may be those of addresses that begin with a prefix.

        Args:
            attempts: the call's.
            prefix: what their addresses begin with.
            once: remember what was shown, so that a listing that broke off and began anew shows nothing twice.
        """
        listing = self._naming.listing(prefix)
        failures = 0
        seen: set[str] = set()
        while True:
            pages = self._bucket.pages(listing)
            try:
                while True:
                    with ended_within(self._seconds):
                        page = next(pages, None)
                    if page is None:
                        return
                    fresh = [line for line in page if line.name not in seen and self._is_ours(line.name)]
                    if fresh:
                        failures = 0
                        attempts.renew()
                        seen.update([line.name for line in fresh] if once else ())
                        yield fresh
            except (Throttled, Interrupted) as exc:  # a listing that broke off begins anew
                failures += 1
                attempts.rest(failures, exc)

    def _is_ours(self, name: str) -> bool:
        return self._naming.address(name) is not None or self._naming.is_hashed(name)

    def _alive(self, attempts: Attempts, line: Listed) -> str | None:
        """The address of a live blob; None when it is none."""
        address, label = self._naming.address(line.name), line.label
        if address is None:
            return self._framed(attempts, line.name)
        if label is None:
            facts = attempts.make(self._bucket.facts, line.name)
            label = None if facts is None else facts.label
        return address if label is not None and label.kind == "value" and self._wall() < label.dead_at else None

    def _framed(self, attempts: Attempts, name: str) -> str | None:
        """The address that the frame of a live blob holds."""
        read = attempts.make(self._bucket.read, name)
        found = None if read is None else frame.parsed(read.body)
        if found is None or found.kind != frame.VALUE or not self._wall() < found.dead_at:
            return None
        return found.address if self._naming.name(found.address) == name else None

    def _begins(self, attempts: Attempts, prefix: str, line: Listed) -> bool:
        """Whether an object's address begins with a prefix that is too long for names.

        A placeholder does not say whose it is. It is taken for one of them: removing it costs a load its place.
        """
        address = self._naming.address(line.name)
        if address is not None or line.size <= frame.HEAD_BYTES:
            return address is None or address.startswith(prefix)
        read = attempts.make(self._bucket.read, line.name)
        found = None if read is None else frame.parsed(read.body)
        return found is not None and (found.kind == frame.PLACEHOLDER or found.address.startswith(prefix))
