# Generated from src/hexcache/adapters/outbound/objects/aio/sweeper.py by tools/unasync.py. Do not edit.
"""Removes what nobody will find any more: dead blobs, and placeholders that no load needs.

Rule: a sweep makes no more requests than it was allowed, page by page, and says where it stopped. It may remove an
object that is being replaced by a live one at that very moment: a blob less is a miss, and nothing older comes back.

What it costs: a request for each page of the listing, one for each of the vendor's batches of removals, and, where the
vendor's listing tells no labels (S3), one for each blob that is old enough to be looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.sync.attempts import Attempts
from hexcache.adapters.outbound.objects.sync.bucket import Bucket
from hexcache.adapters.outbound.objects.sync.listing import Listing
from hexcache.adapters.outbound.objects.sync.metered import MeteredBucket
from hexcache.adapters.outbound.objects.sync.primitives import Crew, ended_within
from hexcache.adapters.outbound.objects.sync.removal import Removal
from hexcache.adapters.outbound.objects.findings import PLACEHOLDER_LIVES
from hexcache.adapters.outbound.objects.naming import Naming
from hexcache.adapters.outbound.objects.patience import Patience
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.sweeping import SweepReport, SweepRule
from hexcache.adapters.outbound.objects.things import Label, Listed
from hexcache.adapters.outbound.objects.traffic import Traffic
from hexcache.ports.clock import Clocks
from hexcache.ports.entropy import Entropy

REQUESTS = ("reads", "facts", "removals", "bulk_removals", "listings")

Progress = Callable[[SweepReport], None]


class Sweeper:
    """Sweeps one tier's prefix of a bucket, which it closes in the end."""

    def __init__(
        self,
        bucket: Bucket,
        settings: ObjectStoreSettings,
        *,
        clocks: Clocks,
        entropy: Entropy,
        patience: Patience | None = None,
    ) -> None:
        """Ask for nothing yet; the arguments are those of the store."""
        self._traffic = Traffic()
        self._bucket = metered = MeteredBucket(bucket, self._traffic)
        self._settings = settings
        self._clocks = clocks
        self._entropy = entropy
        self._patience = patience or Patience()
        self._crew = crew = Crew(settings.side_by_side)
        naming = Naming(settings.prefix)
        self._listing = Listing(metered, naming, crew, clocks.wall, settings.deadline)
        self._removal = Removal(metered, naming, self._listing, crew, clocks.wall, settings.deadline)

    def sweep(self, rule: SweepRule | None = None, progress: Progress | None = None) -> SweepReport:
        """Look at every object of the tier, and remove what is of no use.

        Args:
            rule: what it may do; None for all of it.
            progress: called after each page with the report so far, which goes on changing.

        Raises:
            StoreError: a request failed; what was removed until then is gone.
        """
        rule = rule or SweepRule()
        report = SweepReport()
        seconds, monotonic = self._settings.deadline, self._clocks.monotonic
        attempts = Attempts(seconds, self._patience, monotonic, self._entropy, self._traffic)
        for lines in self._listing.ours(attempts, "", once=False):
            report.listed += len(lines)
            left = None if rule.budget is None else rule.budget - self._spent() - self._reserve(len(lines), rule)
            stopped_at = self._page(attempts, rule, lines, left, report)
            report.requests = self._spent()
            if progress is not None:
                progress(report)
            if stopped_at is None and rule.budget is not None and rule.budget <= report.requests:
                stopped_at = max(lines[-1].name, rule.after)
            if stopped_at is not None:
                report.stopped_at = stopped_at
                break
        report.requests = self._spent()
        return report

    def close(self) -> None:
        """Close the bucket. May be called again."""
        self._crew.close()
        self._bucket.close()

    def _page(
        self, attempts: Attempts, rule: SweepRule, lines: Sequence[Listed], left: int | None, report: SweepReport
    ) -> str | None:
        """Sweep a page; the name at which it stopped, if it did."""
        before = self._clocks.wall() - rule.older_than
        lines = [line for line in lines if line.name > rule.after and line.changed_at <= before]
        stopped_at = None
        if left is not None:
            lines, stopped_at = _affordable(lines, left, rule.after)
        with ended_within(self._settings.deadline):
            answers = self._crew.run([partial(self._is_useless, attempts, line) for line in lines])
        useless: list[Listed] = []
        for line, answer in zip(lines, answers, strict=True):
            if isinstance(answer, Exception):
                raise answer
            if answer:
                useless.append(line)
        if useless and not rule.dry_run:
            attempts.renew()
            with ended_within(self._settings.deadline):
                self._removal.remove(attempts, [line.name for line in useless])
        blobs = sum(1 for line in useless if line.size > frame.HEAD_BYTES)
        report.dead += blobs
        report.abandoned += len(useless) - blobs
        report.removed += len(useless)
        report.freed += sum(line.size for line in useless)
        return stopped_at

    def _is_useless(self, attempts: Attempts, line: Listed) -> bool:
        if line.size <= frame.HEAD_BYTES:
            return line.changed_at + self._settings.tombstone_ttl * PLACEHOLDER_LIVES < self._clocks.wall()
        label: Label | None = line.label
        if label is None:
            facts = attempts.make(self._bucket.facts, line.name)
            label = None if facts is None else facts.label
        return label is not None and not self._clocks.wall() < label.dead_at

    def _spent(self) -> int:
        told = self._traffic.told()
        return sum(told[event] for event in REQUESTS)

    def _reserve(self, listed: int, rule: SweepRule) -> int:
        """Requests that are kept for removing what a page turns out to hold."""
        return 0 if rule.dry_run else -(-listed // self._bucket.page_names)


def _affordable(lines: Sequence[Listed], left: int, after: str) -> tuple[Sequence[Listed], str | None]:
    """As many lines as there are requests to ask about; and the last of them, if those were not all."""
    for place, line in enumerate(lines):
        if line.size > frame.HEAD_BYTES and line.label is None:
            left -= 1
        if left < 0:
            return lines[:place], lines[place - 1].name if place else after
    return lines, None
