"""The service's own tests: real requests to the real application, with the disk tier swapped for memory."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dependency_injector import providers
from fastapi.testclient import TestClient

from examples.fastapi_service.app import make_app
from examples.fastapi_service.container import FOLDER_VARIABLE, Service, configured
from hexcache.adapters.outbound.memory.aio.store import AsyncMemoryStore
from hexcache.adapters.outbound.memory.blobs import BlobTable
from hexcache.testing import AsyncFaultyStore, MovedClock

TEXTS = {"one": "A ship. A lamp. A ship.", "two": "A ship and a lamp.", "three": "Bread and butter!"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    texts = tmp_path / "texts"
    texts.mkdir()
    for name, text in TEXTS.items():
        (texts / f"{name}.txt").write_text(text, encoding="utf-8")
    return texts


@pytest.fixture
def service(folder: Path, moved_clock: MovedClock) -> Service:
    """As it runs on a developer's machine, memory over disk, but with a time that tests move."""
    service = configured("local", {FOLDER_VARIABLE: str(folder)})
    service.caching.clocks.override(providers.Object(moved_clock.clocks))
    return service


@pytest.fixture
def client(service: Service) -> Iterator[TestClient]:
    with service.caching.disk.override("memory-store:"), TestClient(make_app(service)) as client:
        yield client


def reads(client: TestClient) -> int:
    """How often the origin has read a text or looked for one."""
    number: int = client.get("/stats").json()["texts_read"]
    return number


def settle(client: TestClient, service: Service) -> None:
    """Wait for the loads that no request waits for."""
    assert client.portal is not None

    async def flush() -> None:
        cache = await service.caching.async_cache.async_()
        await cache.flush()

    client.portal.call(flush)


def test_a_text_is_read_once(client: TestClient) -> None:
    first = client.get("/texts/one").json()
    assert (first["words"], first["sentences"], first["common"]) == (6, 3, ["a", "ship", "lamp"])
    assert client.get("/texts/one").json() == first
    assert reads(client) == 1


def test_a_crowd_that_asks_at_once_is_served_by_one_read(client: TestClient) -> None:
    with ThreadPoolExecutor(20) as crowd:
        answers = list(crowd.map(lambda _: client.get("/texts/one").json()["words"], range(100)))
    assert answers == [6] * 100
    assert reads(client) == 1


def test_a_text_that_is_not_there_is_looked_for_once(client: TestClient) -> None:
    assert [client.get("/texts/four").status_code for _ in range(2)] == [404, 404]
    assert reads(client) == 1


def test_a_text_that_is_not_there_is_looked_for_again_soon(
    client: TestClient, folder: Path, moved_clock: MovedClock
) -> None:
    assert client.get("/texts/four").status_code == 404
    (folder / "four.txt").write_text("Here now.", encoding="utf-8")
    moved_clock.advance(32)  # half a minute and its jitter is the longest that an absence is believed
    assert client.get("/texts/four").json()["words"] == 2


def test_a_text_is_served_as_soon_as_it_was_added(client: TestClient) -> None:
    assert client.get("/texts/four").status_code == 404
    assert client.put("/texts/four", json={"text": "Four words are here."}).status_code == 204
    assert client.get("/texts/four").json()["words"] == 4


def test_a_changed_text_is_measured_anew_and_the_others_are_not(client: TestClient) -> None:
    for name in TEXTS:
        client.get(f"/texts/{name}")
    client.put("/texts/one", json={"text": "Changed."})
    assert [client.get(f"/texts/{name}").json()["words"] for name in TEXTS] == [1, 5, 3]
    assert reads(client) == len(TEXTS) + 1


def test_texts_are_compared_once_for_equal_questions(client: TestClient) -> None:
    likest = client.get("/texts/one/neighbours").json()
    assert [neighbour["name"] for neighbour in likest] == ["two", "three"]
    assert client.get("/texts/one/neighbours?most=3").json() == likest
    assert reads(client) == len(TEXTS)


def test_a_changed_text_is_compared_anew(client: TestClient) -> None:
    client.get("/texts/one/neighbours")
    client.put("/texts/three", json={"text": TEXTS["one"]})
    assert client.get("/texts/one/neighbours").json()[0] == {"name": "three", "likeness": 1.0}
    assert reads(client) == 2 * len(TEXTS)


def test_after_its_life_an_unchanged_text_is_not_read_again(
    client: TestClient, service: Service, moved_clock: MovedClock
) -> None:
    first = client.get("/texts/one").json()
    moved_clock.advance(11 * 60)  # past its ten minutes, and past the jitter
    assert client.get("/texts/one").json() == first
    settle(client, service)
    stats = client.get("/stats").json()
    assert (stats["cache"]["refreshes"], stats["texts_read"]) == (1, 1)


def test_a_text_that_was_changed_by_others_is_read_behind_the_next_request(
    client: TestClient, service: Service, folder: Path
) -> None:
    client.get("/texts/one")
    (folder / "one.txt").write_text("Other words.", encoding="utf-8")
    assert client.post("/texts/one/recheck").status_code == 202
    assert client.get("/texts/one").json()["words"] == 6
    settle(client, service)
    assert client.get("/texts/one").json()["words"] == 2
    assert reads(client) == 2


def test_a_text_that_is_not_valid_unicode_is_refused_and_nothing_changes(client: TestClient, folder: Path) -> None:
    before = client.get("/texts/one").json()
    refused = client.put("/texts/one", content=rb'{"text": "\ud800"}', headers={"content-type": "application/json"})
    assert (refused.status_code, refused.json()) == (422, {"detail": "the text is not valid Unicode at character 0"})
    assert client.get("/texts/one").json() == before
    assert sorted(path.name for path in folder.iterdir()) == ["one.txt", "three.txt", "two.txt"]


@pytest.mark.parametrize("name", ["..", "One", "a" * 65, "a.txt"])
def test_a_name_that_leaves_the_folder_is_refused(client: TestClient, name: str) -> None:
    assert client.get(f"/texts/{name}").status_code in {404, 422}
    assert reads(client) == 0


def test_health_tells_of_both_tiers(client: TestClient) -> None:
    report: dict[str, Any] = client.get("/health").json()
    assert {name: tier["ok"] for name, tier in report.items()} == {"memory": True, "disk": True}


def test_without_its_disk_the_service_is_ill_but_answers(service: Service, moved_clock: MovedClock) -> None:
    disk = AsyncFaultyStore(AsyncMemoryStore(BlobTable(moved_clock.wall)))
    disk.fail()
    with service.caching.disk.override(disk), TestClient(make_app(service)) as client:
        assert [client.get("/texts/one").json()["words"] for _ in range(2)] == [6, 6]
        assert client.get("/health").json()["disk"]["ok"] is False
        assert reads(client) == 2  # tags are kept on the disk: unread, they vouch for nothing that carries one


def test_stats_tell_what_the_cache_saved(client: TestClient) -> None:
    for _ in range(3):
        client.get("/texts/one/neighbours")
    stats = client.get("/stats").json()
    assert stats["neighbours"] == {"hits": 2, "misses": 1, "loads": 1, "failures": 0}
    assert (stats["cache"]["loads"], stats["cache"]["hits"]) == (1, 2)


def test_nothing_is_written_to_the_disk(client: TestClient, tmp_path: Path) -> None:
    client.get("/texts/one")
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]
