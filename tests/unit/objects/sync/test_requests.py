# Generated from tests/unit/objects/aio/test_requests.py by tools/unasync.py. Do not edit.
"""What calls cost, in requests, and what is made of things that the store did not put there."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.objects import frame
from hexcache.adapters.outbound.objects.refusals import Forbidden, Throttled
from hexcache.adapters.outbound.objects.settings import ObjectStoreSettings
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import StoreRejected, StoreUnavailable
from hexcache.testing.contracts.sync.primitives import MARKS
from tests.unit.objects.sync.bench import NEVER, Bench
from tests.unit.objects.faults import Fault

pytestmark = MARKS
LONG = "kit:" + "k" * 4_000


def test_a_hit_is_one_request() -> None:
    bench = Bench()
    bench.store.put("kit:a", b"blob", dead_at=NEVER)
    assert bench.asked() == ["write"]
    bench.store.get("kit:a")
    assert bench.asked() == ["read"]


def test_a_miss_is_two_requests_and_one_while_its_placeholder_is_there() -> None:
    bench = Bench()
    token = bench.token("kit:a")
    assert bench.asked() == ["read", "write"]
    assert bench.token("kit:a") == token
    assert bench.asked() == ["read"]
    bench.store.put_if("kit:a", b"blob", dead_at=NEVER, token=token)
    assert bench.asked() == ["write"]


def test_a_miss_without_conditions_is_one_request() -> None:
    bench = Bench(ObjectStoreSettings(conditional=False))
    assert bench.token("kit:a") is None
    assert bench.asked() == ["read"]


def test_a_delete_asks_first_whether_something_lives_there() -> None:
    bench = Bench()
    bench.store.delete("kit:a")
    assert bench.asked() == ["facts", "remove"]


def test_removals_go_in_the_vendors_batches() -> None:
    bench = Bench(page_size=7, page_names=5)
    addresses = [f"kit:{number}" for number in range(12)]
    bench.store.put_many(dict.fromkeys(addresses, (b"blob", NEVER)))
    bench.asked()
    assert bench.store.delete_many(addresses) == 12
    asked = bench.asked()
    assert (asked.count("facts"), asked.count("remove_many"), len(asked)) == (12, 3, 15)


def test_clear_lists_and_removes_and_asks_nothing_else() -> None:
    bench = Bench(page_size=7, page_names=7)
    bench.store.put_many({f"kit:{number}": (b"blob", NEVER) for number in range(12)})
    bench.store.get_many([f"kit:absent{number}" for number in range(2)])
    bench.asked()
    assert bench.store.clear("kit:") == 12
    assert set(bench.asked()) == {"page", "remove_many"}
    assert bench.contents.things == {}


def test_a_listing_asks_about_blobs_and_not_about_placeholders() -> None:
    bench = Bench()
    bench.store.put("kit:a", b"blob", dead_at=NEVER)
    bench.store.put("kit:dead", b"blob", dead_at=bench.clock.wall() + 1)
    bench.store.get("kit:absent")
    bench.clock.advance(2)
    bench.asked()
    assert [address for address in bench.store.scan("kit:")] == ["kit:a"]
    asked = bench.asked()
    assert set(asked) == {"facts", "page"}
    assert asked.count("facts") == 2


def test_ping_is_one_request() -> None:
    bench = Bench()
    bench.store.ping()
    assert bench.asked() == ["read"]


def test_a_foreign_object_is_an_absence_that_can_be_replaced() -> None:
    bench = Bench()
    for body in (b"", b"{}", frame.MAGIC + b"rest", b"x" * 100):
        bench.lay("kit:a", body)
        assert bench.blob("kit:a") is None
        token = bench.token("kit:a")
        assert bench.store.put_if("kit:a", b"ours", dead_at=NEVER, token=token) is True
        assert bench.blob("kit:a") == b"ours"


def test_a_blob_of_another_address_is_an_absence() -> None:
    bench = Bench()
    bench.lay_blob("kit:b", b"another's", at="kit:a")
    assert bench.blob("kit:a") is None


def test_a_blob_that_was_cut_off_is_an_absence() -> None:
    bench = Bench()
    bench.store.put("kit:a", b"whole", dead_at=NEVER)
    body = bench.contents.things[bench.names.name("kit:a")].body
    bench.lay("kit:a", body[:-1], Label("value", NEVER))
    assert bench.blob("kit:a") is None


def test_names_that_are_not_ours_are_neither_listed_nor_cleared() -> None:
    bench = Bench()
    bench.store.put("kit:a", b"blob", dead_at=NEVER)
    foreign = ("cache/kit.3areadme.txt", "cache/kit.3a/x", "cached/kit.3aa.o", "other")
    for name in foreign:
        bench.contents.write(name, b"x" * 100, Label("value", NEVER), None, 0.0)
    assert [address for address in bench.store.scan("kit:")] == ["kit:a"]
    bench.store.clear("kit:")
    assert set(bench.contents.things) == set(foreign)


def test_long_addresses_are_listed_and_cleared_by_long_prefixes() -> None:
    bench = Bench()
    kept, gone = f"{LONG}-kept", f"{LONG}-gone"
    bench.store.put_many({kept: (b"k", NEVER), gone: (b"g", NEVER), "kit:k": (b"short", NEVER)})
    assert [address for address in bench.store.scan(f"{LONG}-g")] == [gone]
    assert bench.store.clear(f"{LONG}-g") == 1
    assert [bench.blob(address) for address in (kept, gone, "kit:k")] == [b"k", None, b"short"]


def test_clearing_by_a_long_prefix_spends_the_tokens_of_absences() -> None:
    bench = Bench()
    token = bench.token(f"{LONG}-a")
    bench.store.clear(f"{LONG}-a")
    assert bench.store.put_if(f"{LONG}-a", b"late", dead_at=NEVER, token=token) is False


def test_a_blob_that_is_too_large_is_refused_and_its_predecessor_is_gone() -> None:
    bench = Bench(ObjectStoreSettings(max_value_bytes=4))
    bench.store.put("kit:a", b"four", dead_at=NEVER)
    with pytest.raises(StoreRejected, match="5 bytes; accepted: 4 at most"):
        bench.store.put("kit:a", b"fives", dead_at=NEVER)
    assert bench.blob("kit:a") is None


def test_a_link_is_to_the_object_of_the_address() -> None:
    bench = Bench()
    link = bench.store.presign("kit:a", seconds=60, method="GET")
    assert link == "memory://cache/kit.3aa.o?method=GET&seconds=60"


def test_the_bucket_is_closed_once() -> None:
    bench = Bench()
    for _ in range(3):
        bench.store.close()
    assert bench.bucket.closed == 1


def test_requests_and_bytes_are_counted() -> None:
    bench = Bench(page_size=7, page_names=7)
    bench.store.put("kit:a", b"12345678", dead_at=NEVER)
    size = len(bench.contents.things[bench.names.name("kit:a")].body)
    bench.bucket.plan("read", Fault(Throttled("planned")))
    bench.store.get("kit:a")
    bench.store.get("kit:absent")
    bench.store.delete("kit:a")
    assert bench.store.clear("kit:") == 0
    assert bench.store.traffic() == {
        "reads": 3, "facts": 1, "writes": 2, "removals": 1, "bulk_removals": 1, "listings": 1, "repeats": 1,
        "bytes_in": size, "bytes_out": size + frame.HEAD_BYTES,
    }  # fmt: skip


def test_every_right_is_tried_and_nothing_is_left() -> None:
    bench = Bench()
    assert bench.store.probe() == dict.fromkeys(("write", "read", "list", "delete", "sign"), "")
    assert bench.asked() == ["write", "read", "page", "remove"]
    assert bench.contents.things == {}


@pytest.mark.parametrize(
    ("method", "right"), [("write", "write"), ("read", "read"), ("page", "list"), ("remove", "delete")]
)
def test_a_right_that_is_missing_is_told_and_the_others_are_tried(method: str, right: str) -> None:
    bench = Bench()
    bench.bucket.plan(method, Fault(Forbidden("lacks it")))
    rights = bench.store.probe()
    assert {name: reason for name, reason in rights.items() if reason} == {right: "Forbidden: lacks it"}


def test_what_cannot_be_reached_says_nothing_about_rights() -> None:
    bench = Bench()
    bench.bucket.plan("read", Fault(StoreUnavailable("planned")))
    with pytest.raises(StoreUnavailable):
        bench.store.probe()
