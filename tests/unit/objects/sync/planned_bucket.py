# Generated from tests/unit/objects/aio/planned_bucket.py by tools/unasync.py. Do not edit.
"""A bucket in memory that notes each request and fails those that a plan names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Awaitable, Callable, Sequence
from typing import Any, TypeVar

from hexcache.adapters.outbound.objects.things import (
    BucketToken,
    Condition,
    Label,
    Listed,
    ObjectFacts,
    ObjectRead,
)
from tests.unit.objects.sync.dict_bucket import DictBucket
from tests.unit.objects.contents import Contents
from tests.unit.objects.faults import Fault

T = TypeVar("T")


class PlannedBucket(DictBucket):
    """Requests as they came, and faults to come.

    Attributes:
        requests: the methods that were called, in order; a page of a listing is one ``page``.
    """

    def __init__(self, contents: Contents | None = None, **options: Any) -> None:
        super().__init__(contents, **options)
        self.requests: list[str] = []
        self._faults: dict[str, list[Fault | None]] = defaultdict(list)

    def plan(self, method: str, *faults: Fault | None) -> None:
        """Let the next requests of this kind fail so; None for one that goes well."""
        self._faults[method].extend(faults)

    def read(self, name: str, /) -> ObjectRead | None:
        return self._meet("read", super().read, name)

    def facts(self, name: str, /) -> ObjectFacts | None:
        return self._meet("facts", super().facts, name)

    def write(
        self, name: str, body: bytes, /, *, label: Label, condition: Condition | None = None
    ) -> BucketToken | None:
        return self._meet("write", super().write, name, body, label=label, condition=condition)

    def remove(self, name: str, /) -> None:
        self._meet("remove", super().remove, name)

    def remove_many(self, names: Sequence[str], /) -> dict[str, str]:
        return self._meet("remove_many", super().remove_many, names)

    def pages(self, prefix: str, /) -> Iterator[Sequence[Listed]]:
        pages = super().pages(prefix)
        while True:
            page = self._meet("page", _page, pages)
            if page is None:
                return
            yield page

    def _meet(self, method: str, call: Callable[..., T], *args: Any, **options: Any) -> T:
        self.requests.append(method)
        planned = self._faults[method]
        fault = planned.pop(0) if planned else None
        if fault is None:
            return call(*args, **options)
        if fault.late:
            call(*args, **options)
        fault.meanwhile()
        raise fault.error


def _page(pages: Iterator[Sequence[Listed]]) -> Sequence[Listed] | None:
    return next(pages, None)
