# Generated from src/hexcache/application/aio/changes.py by tools/unasync.py. Do not edit.
"""Storing, removing and invalidating: the calls that change what the tiers hold.

Rule: everything that can be refused is refused before anything is changed; what became of a change in each tier is
reported. The calls' contracts stand in :mod:`hexcache.ports.sync.cache`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hexcache.application.sync.face import Face, V
from hexcache.domain.errors import IncompleteWrite
from hexcache.domain.lifetime import UNSET, TtlLike, Unset
from hexcache.domain.report import WriteReport


class Changes(Face[V]):
    """The calls that change entries and tags."""

    def set(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store a value in every tier, deepest first."""
        name = self._begin(key)
        changes = self._changes({name: value}, ttl, stale_ttl, tags)
        return self._checked(self._use.writer.set(changes))

    def set_many(
        self,
        values: Mapping[str, V],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store several values, one batch a tier."""
        names = self._begin_many(values)
        if not names:
            return WriteReport(())
        changes = self._changes({name: values[key] for name, key in names.items()}, ttl, stale_ttl, tags)
        return self._checked(self._use.writer.set(changes))

    def add(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store a value only if there is no fresh one."""
        name = self._begin(key)
        changes = self._changes({name: value}, ttl, stale_ttl, tags)
        return self._happened(self._use.amender.add(name, changes[name]))

    def touch(self, key: str, ttl: TtlLike | Unset = UNSET) -> bool:
        """Give a live entry a new ttl from now on."""
        name = self._begin(key)
        life = self.policy.lifetime(ttl, UNSET).jittered(self.policy.jitter, self._core.entropy.random())
        return self._happened(self._use.amender.touch(name, life, self._core.version()))

    def delete(self, key: str) -> WriteReport:
        """Remove an entry from every tier, deepest first."""
        return self._checked(self._use.writer.delete((self._begin(key),)))

    def delete_many(self, keys: Iterable[str]) -> WriteReport:
        """Remove several entries, one batch a tier."""
        names = self._begin_many(keys)
        return self._checked(self._use.writer.delete(tuple(names))) if names else WriteReport(())

    def clear(self) -> WriteReport:
        """Remove every entry of this namespace and those below it."""
        self._ready()
        return self._checked(self._use.clearing.clear(self._path))

    def invalidate_tags(self, *tags: str) -> WriteReport:
        """Never serve again what was stored with one of these tags."""
        return self._change_tags(tags, soft=False)

    def expire_tags(self, *tags: str) -> WriteReport:
        """Make what was stored with one of these tags stale from now on."""
        return self._change_tags(tags, soft=True)

    def _change_tags(self, tags: tuple[str, ...], *, soft: bool) -> WriteReport:
        self._ready()
        scoped = self._scoped(tags)
        self._stats.invalidations += len(scoped)
        report = self._use.tags.change(scoped, self._path, soft=soft)
        self._use.publisher.tags(scoped, soft=soft)
        return self._checked(report)

    def _happened(self, report: WriteReport | None) -> bool:
        """Whether there was a change; raises as :meth:`_checked` does."""
        if report is None:
            return False
        self._checked(report)
        return True

    def _checked(self, report: WriteReport) -> WriteReport:
        """The report, unless it is to be raised: under ``strict``, when a store did not take the change."""
        if self._core.policy.strict and report.degraded:
            raise IncompleteWrite(report)
        return report
