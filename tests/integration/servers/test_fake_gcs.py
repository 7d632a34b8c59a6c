"""The emulator of Google Cloud Storage, behind its proxy, keeps what the cloud keeps and tests rely on.

Asked over plain HTTP: none of the clients that are tested is believed.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from tests.servers.fake_gcs import FakeGcs
from tests.servers.gcs_shim import GcsShim

WAIT = 20.0


def ask(url: str, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, bytes]:
    """Status and body of an answer."""
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    request = urllib.request.Request(url + path, body or None, headers, method=method)  # noqa: S310  (http)
    try:
        with urllib.request.urlopen(request, timeout=WAIT) as answer:  # noqa: S310
            return answer.status, answer.read()
    except urllib.error.HTTPError as exc:
        with exc:
            return exc.code, exc.read()


class Names:
    """Objects below a prefix."""

    def __init__(self, url: str, bucket: str, prefix: str) -> None:
        self.url, self.bucket, self.prefix = url, bucket, prefix

    def path(self, name: str) -> str:
        return f"/storage/v1/b/{self.bucket}/o/{quote(self.prefix + name, safe='')}"

    def put(self, name: str, body: bytes = b"x", condition: str = "") -> tuple[int, int]:
        path = f"/upload/storage/v1/b/{self.bucket}/o?uploadType=media&name={quote(self.prefix + name)}{condition}"
        status, told = ask(self.url, "POST", path, body, Content_Type="application/octet-stream")
        return status, int(json.loads(told)["generation"]) if status == 200 else 0

    def get(self, name: str, condition: str = "") -> tuple[int, bytes]:
        return ask(self.url, "GET", f"{self.path(name)}?alt=media{condition}")

    def delete(self, name: str, condition: str = "") -> int:
        return ask(self.url, "DELETE", f"{self.path(name)}?{condition}")[0]

    def page(self, **query: Any) -> dict[str, Any]:
        words = "".join(f"&{word}={quote(str(value))}" for word, value in query.items())
        _, told = ask(self.url, "GET", f"/storage/v1/b/{self.bucket}/o?prefix={quote(self.prefix)}{words}")
        page: dict[str, Any] = json.loads(told)
        return page


@pytest.fixture
def names(gcs: FakeGcs, gcs_bucket: str, gcs_prefix: str) -> Names:
    return Names(gcs.url, gcs_bucket, gcs_prefix)


def test_of_sixteen_who_create_one_does(names: Names) -> None:
    with ThreadPoolExecutor(16) as threads:
        told = list(threads.map(lambda n: names.put("a", bytes([n]), "&ifGenerationMatch=0")[0], range(16)))
    assert sorted(told) == [200] + [412] * 15


def test_conditions_are_checked_by_every_method(names: Names) -> None:
    _, first = names.put("a")
    status, second = names.put("a", b"y", f"&ifGenerationMatch={first}")
    assert status == 200
    assert names.put("a", b"z", f"&ifGenerationMatch={first}")[0] == 412
    assert names.get("a", f"&ifGenerationMatch={first}")[0] == 412
    assert names.get("a", f"&ifGenerationNotMatch={second}")[0] == 304
    assert names.delete("a", f"ifGenerationMatch={first}") == 412
    resumable = f"/upload/storage/v1/b/{names.bucket}/o?uploadType=resumable&ifGenerationMatch={first}&name="
    assert ask(names.url, "POST", resumable + quote(names.prefix + "a"), b"{}")[0] == 412
    assert names.get("a") == (200, b"y")
    assert names.delete("a", f"ifGenerationMatch={second}") == 204
    assert names.get("a")[0] == 404


def test_a_404_says_what_is_missing(gcs: FakeGcs, names: Names) -> None:
    elsewhere = Names(gcs.url, "nobodys", "")
    assert b"No such object" in names.get("a")[1]
    assert b"bucket does not exist" in elsewhere.get("a")[1]
    assert "bucket does not exist" in elsewhere.page()["error"]["message"]
    assert elsewhere.put("a")[0] == 404


def test_a_listing_comes_in_pages(names: Names) -> None:
    for name in "abc":
        names.put(name)
    first = names.page(maxResults=2)
    rest = names.page(maxResults=2, pageToken=first["nextPageToken"])
    assert [item["name"][-1] for item in (*first["items"], *rest["items"])] == ["a", "b", "c"]


def test_names_longer_than_the_clouds_are_refused(names: Names) -> None:
    assert names.get("n" * 1025)[0] == 400


def test_a_batch_does_what_its_requests_say(names: Names) -> None:
    names.put("a")
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\n\r\nDELETE {names.path(name)} HTTP/1.1\r\n\r\n\r\n" for name in "ab"
    )
    body = f"{parts}--b--\r\n".encode()
    status, told = ask(names.url, "POST", "/batch/storage/v1", body, Content_Type='multipart/mixed; boundary="b"')
    assert status == 200
    assert told.index(b"HTTP/1.1 204") < told.index(b"HTTP/1.1 404")
    assert names.get("a")[0] == 404


def test_a_shim_can_ask_for_a_token(gcs_shim: GcsShim, gcs_bucket: str, gcs_prefix: str) -> None:
    gcs_shim.tokens = {"good"}
    path = Names(gcs_shim.url, gcs_bucket, gcs_prefix).path("a")
    assert ask(gcs_shim.url, "GET", path)[0] == 401
    assert ask(gcs_shim.url, "GET", path, Authorization="Bearer bad")[0] == 401
    assert ask(gcs_shim.url, "GET", path, Authorization="Bearer good")[0] == 404
