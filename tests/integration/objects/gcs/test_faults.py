"""What the bucket tells when requests break, and that nobody waits for longer than was said."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import TypeAlias

import pytest

from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.refusals import Interrupted, Throttled
from hexcache.adapters.outbound.objects.settings import ConnectionSettings
from hexcache.adapters.outbound.objects.things import Condition, Label
from hexcache.domain.errors import StoreError, StoreRejected, StoreTimeout, StoreUnavailable
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.gcs_shim import GcsShim
from tests.servers.http_faults import Answer, BlackHole, Cut, Fault, Reset
from tests.servers.ports import free_ports

LABEL = Label("value", 4e9)
NAME = "faults/secret-name"
Call: TypeAlias = Callable[[GcsBucket], object]

CALLS: dict[str, Call] = {
    "read": lambda bucket: bucket.read(NAME),
    "facts": lambda bucket: bucket.facts(NAME),
    "write": lambda bucket: bucket.write(NAME, b"secret-body", label=LABEL),
    "create": lambda bucket: bucket.write(NAME, b"secret-body", label=LABEL, condition=Condition()),
    "remove": lambda bucket: bucket.remove(NAME),
    "remove_many": lambda bucket: bucket.remove_many([NAME]),
    "pages": lambda bucket: list(bucket.pages(NAME)),
}

ANSWERS: list[tuple[Fault, type[Exception]]] = [
    (Answer(429), Throttled),
    (Answer(503, b"<html>", [("Retry-After", "7")]), Throttled),
    (Answer(408), Interrupted),
    (Answer(500), Interrupted),
    (Answer(502, b"secret"), Interrupted),
    (Answer(504), Interrupted),
    (Answer(501), StoreUnavailable),
    (Answer(400, b'{"error": {"code": 400, "message": "secret"}}'), StoreRejected),
    (Reset(served=False), Interrupted),
    (Reset(served=True), Interrupted),
]


@pytest.fixture
def bucket(gcs_shim: GcsShim, gcs_bucket: str) -> Iterator[GcsBucket]:
    bucket = GcsBucket(settings_at(gcs_shim.url, gcs_bucket))
    yield bucket
    gcs_shim.heal()
    bucket.remove(NAME)
    bucket.close()


@pytest.mark.parametrize("call", CALLS)
def test_nobody_waits_for_an_answer_longer_than_was_said(gcs_shim: GcsShim, gcs_bucket: str, call: str) -> None:
    hasty = GcsBucket(settings_at(gcs_shim.url, gcs_bucket, connection=ConnectionSettings(20.0, read_timeout=0.2)))
    gcs_shim.plan.add(BlackHole())
    begun = time.monotonic()
    with pytest.raises(StoreTimeout):
        CALLS[call](hasty)
    assert time.monotonic() - begun < 10
    assert len(gcs_shim.requests) == 1
    gcs_shim.heal()
    hasty.close()


@pytest.mark.parametrize("call", CALLS)
def test_each_fault_has_its_kind_and_is_met_once(bucket: GcsBucket, gcs_shim: GcsShim, call: str) -> None:
    for fault, kind in ANSWERS:
        gcs_shim.heal()
        gcs_shim.plan.add(fault)
        gcs_shim.requests.clear()
        with pytest.raises(StoreError) as failure:
            CALLS[call](bucket)
        assert type(failure.value) is kind, fault
        assert "secret" not in str(failure.value)
        assert failure.value.__cause__ is not None
        assert len(gcs_shim.requests) == 1, fault


def test_how_long_to_wait_is_told(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    for told, after in (("7", 7.0), ("0.5", 0.5), ("-1", None), ("soon", None), ("inf", None)):
        gcs_shim.plan.add(Answer(503, b"", [("Retry-After", told)]), times=1)
        with pytest.raises(Throttled) as failure:
            bucket.read(NAME)
        assert failure.value.after == after
    gcs_shim.plan.add(Answer(429), times=1)
    with pytest.raises(Throttled) as failure:
        bucket.read(NAME)
    assert failure.value.after is None


def test_a_body_that_is_cut_is_no_body(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    bucket.write(NAME, b"x" * 5000, label=LABEL)
    for keep in (0, 1, 4999):
        gcs_shim.plan.add(Cut(keep), times=1)
        with pytest.raises(Interrupted):
            bucket.read(NAME)
    read = bucket.read(NAME)
    assert read is not None
    assert len(read.body) == 5000


def test_a_body_that_was_changed_on_the_way_is_no_body(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    bucket.write(NAME, b"as it was", label=LABEL)
    right = [("X-Goog-Generation", "7"), ("X-Goog-Hash", "crc32c=AAAAAA==,md5=AAAAAAAAAAAAAAAAAAAAAA==")]
    gcs_shim.plan.add(Answer(200, b"as it was not", right), times=1)
    with pytest.raises(Interrupted, match="otherwise than it was sent"):
        bucket.read(NAME)


def test_an_answer_without_a_generation_is_no_object(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    gcs_shim.plan.add(Answer(200, b"somebody's page"), times=1)
    with pytest.raises(StoreUnavailable, match="without a generation"):
        bucket.read(NAME)


@pytest.mark.parametrize("call", ["facts", "write", "pages"])
@pytest.mark.parametrize("body", [b"", b"no json", b'{"items": [{}]}', b'{"items": 3}'])
def test_an_answer_that_makes_no_sense_is_an_error_of_the_store(
    bucket: GcsBucket, gcs_shim: GcsShim, call: str, body: bytes
) -> None:
    gcs_shim.plan.add(Answer(200, body, [("Content-Type", "application/json")]), times=1)
    with pytest.raises(StoreUnavailable):
        CALLS[call](bucket)


def test_a_page_that_fails_ends_the_listing(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    names = [f"{NAME}/{number}" for number in range(3)]
    for name in names:
        bucket.write(name, b"", label=LABEL)
    gcs_shim.page = 2
    gcs_shim.plan.add(Answer(503), match="pageToken")
    pages = bucket.pages(NAME)
    assert [listed.name for listed in next(pages)] == names[:2]
    with pytest.raises(Throttled):
        next(pages)
    gcs_shim.heal()
    assert bucket.remove_many(names) == {}


def test_deletes_that_are_refused_are_told_one_by_one(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    parts = b"".join(
        b"--b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n\r\n" % status
        for status in (204, 404, 403, 429, 200)
    )
    answer = Answer(200, parts + b"--b--\r\n", [("Content-Type", 'multipart/mixed; boundary="b"')])
    gcs_shim.plan.add(answer, match="batch", times=1)
    refused = bucket.remove_many(["a", "b", "c", "d", "e"])
    assert sorted(refused) == ["c", "d"]
    assert "403" in refused["c"]
    assert "429" in refused["d"]


def test_a_batch_with_answers_missing_is_an_error(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    answer = Answer(200, b"--b--\r\n", [("Content-Type", 'multipart/mixed; boundary="b"')])
    gcs_shim.plan.add(answer, match="batch", times=1)
    with pytest.raises(StoreUnavailable):
        bucket.remove_many(["a"])


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    [port] = free_ports(1)
    bucket = GcsBucket(settings_at(f"http://127.0.0.1:{port}", "bucket"))
    with pytest.raises(StoreUnavailable, match="no connection"):
        bucket.read(NAME)
    bucket.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(bucket: GcsBucket, gcs_shim: GcsShim) -> None:
    bucket.read(NAME)
    before = gcs_shim.connections
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if bucket.read(NAME) is None else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert gcs_shim.connections == before + 1
    assert bucket.read(NAME) is None
    assert gcs_shim.connections == before + 1
