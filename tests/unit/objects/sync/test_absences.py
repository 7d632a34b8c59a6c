# Generated from tests/unit/objects/aio/test_absences.py by tools/unasync.py. Do not edit.
"""Absences that are remembered save requests, hide nothing of this store's own changes, and let no older value in."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.objects.refusals import Throttled
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.domain.errors import InvalidSetting, StoreError
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.unit.objects.sync.bench import NEVER, Bench
from tests.unit.objects.faults import Fault

pytestmark = MARKS


def bench() -> Bench:
    return Bench(ObjectStoreSettings(prefix="cache", absent_for=30.0))


def test_an_absence_is_asked_for_once_while_it_is_remembered() -> None:
    place = bench()
    token = place.token("kit:a")
    place.asked()
    assert place.token("kit:a") == token
    assert (place.store.get_many(["kit:a"]))["kit:a"].token == token
    assert place.asked() == []
    place.clock.advance(30)
    assert place.token("kit:a") == token
    assert place.asked() == ["read"]


def test_its_token_is_good_for_a_write() -> None:
    place = bench()
    place.token("kit:a")
    token = place.token("kit:a")
    assert place.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token) is True
    assert place.blob("kit:a") == b"blob"


@pytest.mark.parametrize("call", ["put", "put_if", "put_many", "delete", "delete_many", "clear"])
def test_whatever_this_store_changes_is_forgotten(call: str) -> None:
    place = bench()
    token = place.token("kit:a")
    calls: dict[str, Any] = {
        "put": lambda: place.store.put("kit:a", b"blob", dead_at=NEVER),
        "put_if": lambda: place.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token),
        "put_many": lambda: place.store.put_many({"kit:a": (b"blob", NEVER)}),
        "delete": lambda: place.store.delete("kit:a"),
        "delete_many": lambda: place.store.delete_many(["kit:a"]),
        "clear": lambda: place.store.clear("kit:"),
    }
    calls[call]()
    place.asked()
    found = place.blob("kit:a")
    assert found == (b"blob" if call.startswith("put") else None)
    assert place.asked()[0] == "read"


def test_a_change_that_failed_is_forgotten_as_well() -> None:
    place = bench()
    place.token("kit:a")
    place.bucket.plan("write", *[Fault(Throttled("planned"), late=True)] * 6)
    with pytest.raises(StoreError):
        place.store.put("kit:a", b"blob", dead_at=NEVER)
    assert place.blob("kit:a") == b"blob"


def test_what_others_wrote_is_seen_late_and_not_overwritten() -> None:
    place = bench()
    token = place.token("kit:a")
    place.lay_blob("kit:a", b"other")
    assert place.blob("kit:a") is None
    assert place.store.put_if("kit:a", b"late", dead_at=NEVER, token=token) is False
    assert place.blob("kit:a") == b"other"


def test_a_read_that_a_change_overtook_is_not_remembered() -> None:
    place = bench()
    absences = place.store._absences
    fault = Fault(Throttled("planned"), meanwhile=lambda: absences._forget(("kit:a",)))
    place.bucket.plan("write", fault)
    place.token("kit:a")
    place.asked()
    place.token("kit:a")
    assert place.asked() == ["read"]


def test_a_blob_is_not_remembered_as_anything() -> None:
    place = bench()
    place.store.put("kit:a", b"blob", dead_at=NEVER)
    place.blob("kit:a")
    place.contents.remove(place.names.name("kit:a"))
    assert place.blob("kit:a") is None


def test_no_more_than_so_many_are_remembered() -> None:
    place = bench()
    place.store._absences._most = 3
    for key in "abcd":
        place.token(f"kit:{key}")
    place.asked()
    place.store.get_many([f"kit:{key}" for key in "dcba"])
    assert place.asked() == ["read"]


@pytest.mark.parametrize(("seconds", "conditional"), [(-1.0, True), (601.0, True), (1.0, False), (float("nan"), True)])
def test_what_cannot_be_kept_is_refused(seconds: float, conditional: bool) -> None:
    with pytest.raises(InvalidSetting, match="absent_for"):
        ObjectStoreSettings(absent_for=seconds, conditional=conditional)
