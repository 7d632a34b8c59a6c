# Generated from src/hexcache/adapters/outbound/objects/obstore/aio/bucket.py by tools/unasync.py. Do not edit.
"""A bucket of any of the three vendors, asked through obstore.

Rule: it keeps :class:`hexcache.adapters.outbound.objects.sync.bucket.Bucket`: one call, one request. The exceptions
are Google's removals, one request a name; facts of what is not there, as an answer without a body does not tell a
missing object from a missing bucket; and a removal of several that was refused in part, as obstore tells one of the
refusals: each name is then removed by itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

import obstore

from hexcache.adapters.outbound.objects.sync.bucket import Method
from hexcache.adapters.outbound.objects.sync.primitives import Crew
from hexcache.adapters.outbound.objects.forking import tell_after_fork
from hexcache.adapters.outbound.objects.obstore.sync import primitives
from hexcache.adapters.outbound.objects.obstore.dialect import Dialect
from hexcache.adapters.outbound.objects.obstore.errors import (
    RAISED,
    is_absent,
    is_lost,
    is_partial,
    tells_nothing,
    translated,
)
from hexcache.adapters.outbound.objects.obstore.fork import ENGINE
from hexcache.adapters.outbound.objects.obstore.listing import Stretch
from hexcache.adapters.outbound.objects.refusals import Interrupted
from hexcache.adapters.outbound.objects.things import BucketToken, Condition, Label, Listed, ObjectFacts, ObjectRead
from hexcache.domain.errors import InvalidLifetime, StoreError, StoreRejected, Unsupported

PAGE: Final = 1000
SIDE_BY_SIDE: Final = 16
"""Removals that are made at the same time where several names take several requests."""


class ObstoreBucket:
    """One bucket or container. Safe to use from several threads and event loops.

    A forked child cannot use it if the parent did before: every call is then ``StoreUnavailable`` at once.
    """

    def __init__(self, dialect: Dialect, *, page: int = PAGE) -> None:
        """Open nothing.

        Args:
            dialect: which bucket, of which vendor.
            page: most names on a page of a listing.
        """
        self._dialect = dialect
        self._page = page
        self._crew = Crew(SIDE_BY_SIDE)
        self.forget_parent()
        tell_after_fork(self)

    def forget_parent(self) -> None:
        """Be as if just made."""
        self._lock = threading.Lock()
        self._store: Any = None

    @property
    def page_names(self) -> int:
        """Most names that one ``remove_many`` takes."""
        return self._dialect.page_names

    def read(self, name: str, /) -> ObjectRead | None:
        """Read a whole object; None when there is none."""
        store = self._opened()
        try:
            meta, body = primitives.fetched(store, name)
        except RAISED as exc:
            if is_absent(exc):
                return None
            raise translated(self._dialect.vendor, exc) from exc
        if len(body) != meta["size"]:
            raise Interrupted(f"{self._dialect.vendor}: the answer ended early")
        return ObjectRead(body, self._token(meta))

    def facts(self, name: str, /) -> ObjectFacts | None:
        """Ask about an object without its body; None when there is none."""
        for head in (True, False):
            store = self._opened()
            try:
                meta, beside = primitives.inspected(store, name, head=head)
            except RAISED as exc:
                if not is_absent(exc):
                    raise translated(self._dialect.vendor, exc) from exc
                if head and tells_nothing(exc):
                    continue
                return None
            return ObjectFacts(
                self._token(meta), self._dialect.label(beside), meta["size"], meta["last_modified"].timestamp()
            )
        return None

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        """Write a whole object; the token of it, or None when the condition did not hold."""
        mode: Any = "overwrite"
        if condition is not None:
            mode = "create" if condition.token is None else self._dialect.mode(condition.token)
        store = self._opened()
        try:
            meta = primitives.put(store, name, body, self._dialect.attributes(label), mode)
        except RAISED as exc:
            if condition is not None and (is_lost(exc) or (condition.token is not None and is_absent(exc))):
                return None
            raise translated(self._dialect.vendor, exc) from exc
        return self._token(meta)

    def remove(self, name: str, /) -> None:
        """Remove an object; nothing there is no error."""
        store = self._opened()
        try:
            primitives.delete(store, name)
        except RAISED as exc:
            if not is_absent(exc):
                raise translated(self._dialect.vendor, exc) from exc

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        """Remove at most ``page_names`` objects; name -> the vendor's code for those that were refused."""
        wanted = list(dict.fromkeys(names))
        if not wanted:
            return {}
        if len(wanted) > self.page_names:
            raise StoreRejected(f"{self._dialect.vendor}: {len(wanted)} removals at once; accepted: {self.page_names}")
        store = self._opened()
        try:
            primitives.delete(store, wanted)
        except RAISED as exc:
            if not is_partial(exc):
                raise translated(self._dialect.vendor, exc) from exc
            return self._removed_singly(wanted)
        return {}

    def _removed_singly(self, names: Sequence[str]) -> dict[str, str]:
        answers = self._crew.run([partial(self.remove, name) for name in names])
        refused: dict[str, str] = {}
        for name, answer in zip(names, answers, strict=True):
            if isinstance(answer, StoreRejected):
                refused[name] = str(answer)
            elif isinstance(answer, Exception):
                raise answer
        if len(refused) == len(names):
            raise next(answer for answer in answers if isinstance(answer, StoreError))
        return refused

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        """List the names that begin with ``prefix``, in pages; which requests they take is obstore's."""
        stretch = Stretch.of(prefix)
        store = self._opened()
        try:
            stream = obstore.list(store, stretch.folder or None, offset=stretch.offset, chunk_size=self._page)
            chunks = iter(stream)
        except RAISED as exc:
            raise translated(self._dialect.vendor, exc) from exc
        while True:
            try:
                chunk = next(chunks, None)
            except RAISED as exc:
                raise translated(self._dialect.vendor, exc) from exc
            if not chunk:
                return
            yield [self._listed(meta) for meta in chunk if stretch.holds(meta["path"])]
            if stretch.ends_before(chunk[-1]["path"]):
                return

    def _listed(self, meta: Mapping[str, Any]) -> Listed:
        return Listed(meta["path"], meta["size"], meta["last_modified"].timestamp(), self._dialect.token(meta))

    def sign(self, name: str, /, *, seconds: float, method: Method) -> str:
        """Make a link; it ends with the credentials that sign it, if they end before.

        Raises:
            InvalidLifetime: longer than a signature may be good for, or less than a second.
            Unsupported: the credentials cannot sign.
        """
        vendor, longest = self._dialect.vendor, self._dialect.longest_link
        if self._dialect.unsigned is not None:
            raise Unsupported(f"{vendor}: no links can be signed {self._dialect.unsigned}")
        if not self._dialect.signable.fullmatch(name):
            raise Unsupported(f"{vendor}: obstore signs links for names of A-Z a-z 0-9 . _ ~ / - alone")
        if not 1 <= seconds <= longest:
            raise InvalidLifetime(f"a link for {seconds:g} s; accepted: 1 to {longest:g} s")
        store = self._opened()
        try:
            return primitives.sign(store, method, name, seconds)
        except RAISED as exc:
            raise translated(vendor, exc) from exc

    def close(self) -> None:
        """Let go of the store, whose connections end with it; a later call opens another."""
        with self._lock:
            self._store = None
        self._crew.close()

    def _token(self, meta: Mapping[str, Any]) -> BucketToken:
        token = self._dialect.token(meta)
        if token is None:  # something on the way answered in the vendor's place
            raise Interrupted(f"{self._dialect.vendor}: an answer without a token")
        return token

    def _opened(self) -> Any:
        ENGINE.enter()
        return self._store or self._made()

    def _made(self) -> Any:
        with self._lock:
            if self._store is None:
                try:
                    self._store = self._dialect.open()
                except RAISED as exc:  # of a file or a setting
                    raise StoreRejected(
                        f"{self._dialect.vendor}: no client can be made ({type(exc).__name__})"
                    ) from exc
            return self._store
