"""Storing, removing and invalidating: the calls that change what the tiers hold.

Rule: everything that can be refused is refused before anything is changed; what became of a change in each tier is
reported. The calls' contracts stand in :mod:`hexcache.ports.aio.cache`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from hexcache.application.aio.face import AsyncFace, V
from hexcache.domain.errors import IncompleteWrite
from hexcache.domain.lifetime import UNSET, TtlLike, Unset
from hexcache.domain.report import WriteReport


class AsyncChanges(AsyncFace[V]):
    """The calls that change entries and tags."""

    async def set(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store a value in every tier, deepest first."""
        name = await self._begin(key)
        changes = await self._changes({name: value}, ttl, stale_ttl, tags)
        return self._checked(await self._use.writer.set(changes))

    async def set_many(
        self,
        values: Mapping[str, V],
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> WriteReport:
        """Store several values, one batch a tier."""
        names = await self._begin_many(values)
        if not names:
            return WriteReport(())
        changes = await self._changes({name: values[key] for name, key in names.items()}, ttl, stale_ttl, tags)
        return self._checked(await self._use.writer.set(changes))

    async def add(
        self,
        key: str,
        value: V,
        *,
        ttl: TtlLike | Unset = UNSET,
        stale_ttl: TtlLike | Unset = UNSET,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store a value only if there is no fresh one."""
        name = await self._begin(key)
        changes = await self._changes({name: value}, ttl, stale_ttl, tags)
        return self._happened(await self._use.amender.add(name, changes[name]))

    async def touch(self, key: str, ttl: TtlLike | Unset = UNSET) -> bool:
        """Give a live entry a new ttl from now on."""
        name = await self._begin(key)
        life = self.policy.lifetime(ttl, UNSET).jittered(self.policy.jitter, self._core.entropy.random())
        return self._happened(await self._use.amender.touch(name, life, self._core.version()))

    async def delete(self, key: str) -> WriteReport:
        """Remove an entry from every tier, deepest first."""
        return self._checked(await self._use.writer.delete((await self._begin(key),)))

    async def delete_many(self, keys: Iterable[str]) -> WriteReport:
        """Remove several entries, one batch a tier."""
        names = await self._begin_many(keys)
        return self._checked(await self._use.writer.delete(tuple(names))) if names else WriteReport(())

    async def clear(self) -> WriteReport:
        """Remove every entry of this namespace and those below it."""
        await self._ready()
        return self._checked(await self._use.clearing.clear(self._path))

    async def invalidate_tags(self, *tags: str) -> WriteReport:
        """Never serve again what was stored with one of these tags."""
        return await self._change_tags(tags, soft=False)

    async def expire_tags(self, *tags: str) -> WriteReport:
        """Make what was stored with one of these tags stale from now on."""
        return await self._change_tags(tags, soft=True)

    async def _change_tags(self, tags: tuple[str, ...], *, soft: bool) -> WriteReport:
        await self._ready()
        scoped = self._scoped(tags)
        self._stats.invalidations += len(scoped)
        report = await self._use.tags.change(scoped, self._path, soft=soft)
        await self._use.publisher.tags(scoped, soft=soft)
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
