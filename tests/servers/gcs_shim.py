"""What fake-gcs-server lacks of Google Cloud Storage, closed by a proxy before it.

Rule: conditions on reading, deleting, changing and resumable writing; pages of 1000; batches; names of 1024 bytes at
most; whether it is the object or the bucket that is not there, in the cloud's words; the XML interface; tokens and
signed links, where a test says which are good. Whatever changes a bucket, and whatever is checked, goes one after the
other, so that a condition and what it allows are one step.
"""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final, Literal
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from tests.servers import gcs_batch, gcs_xml
from tests.servers.http_fault import HttpFaultProxy, Request
from tests.servers.http_faults import Answer

PAGE: Final = 1000
LONGEST_NAME: Final = 1024
"""Bytes."""
KEPT: Final = 1000
"""Requests that are remembered, at least as many as a test looks back for."""

_OBJECT: Final = re.compile(r"/(?:download/)?storage/v1/b/([^/]+)/o/([^/]+)")
_LIST: Final = re.compile(r"/storage/v1/b/([^/]+)/o")
_UPLOAD: Final = re.compile(r"/(?:resumable/)?upload/storage/v1/b/([^/]+)/o")
_LINK: Final = re.compile(r"/([^/]+)/(.+)")
_CONDITION: Final = re.compile(r"if(Meta)?[Gg]eneration(Not)?Match")


class GcsShim(HttpFaultProxy):
    """A :class:`HttpFaultProxy` before fake-gcs-server that makes it keep what the cloud keeps.

    Attributes:
        tokens: the bearer tokens that are good; None for any and none.
        link_is_good: says of method and target of a signed link whether it may be followed; None for any.
        page: most names on a page of a listing.
    """

    def __init__(self, upstream: tuple[str, int]) -> None:
        super().__init__(upstream)
        self.tokens: set[str] | None = None
        self.link_is_good: Callable[[str, str], bool] | None = None
        self.page = PAGE
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    def served(self, request: Request, server: http.client.HTTPConnection) -> Answer:
        """What the cloud would answer."""
        del self.requests[:-KEPT]
        url = urlsplit(request.target)
        if "X-Goog-Signature" in url.query:
            if self.link_is_good is not None and not self.link_is_good(request.method, request.target):
                return Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>")
            return self._linked(request, url, server)
        if gcs_xml.is_xml(request):
            if self.tokens is not None and _token(request) not in self.tokens:
                return gcs_xml.refused(_refused(401, "Invalid Credentials"))
            return gcs_xml.answered(request, lambda asked: self._one(asked, server))
        if self.tokens is not None and _token(request) not in self.tokens:
            return _refused(401, "Invalid Credentials")
        if url.path == gcs_batch.PATH:
            parts = gcs_batch.requests_of(request)
            if len(parts) > gcs_batch.MOST:
                return _refused(400, "The batch request could not be processed: too many calls.")
            return gcs_batch.answer_of([self._one(part, server) for part in parts])
        return self._one(request, server)

    def _linked(self, request: Request, url: SplitResult, server: http.client.HTTPConnection) -> Answer:
        """A request with a good link: of the XML API, asked as the JSON API's, which the emulator knows better."""
        found = _LINK.fullmatch(url.path)
        assert found is not None
        bucket, name = found[1], quote(unquote(found[2]), safe="")
        target = {
            "GET": f"/download/storage/v1/b/{bucket}/o/{name}?alt=media",
            "PUT": f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={name}",
            "DELETE": f"/storage/v1/b/{bucket}/o/{name}",
            "HEAD": f"/download/storage/v1/b/{bucket}/o/{name}?alt=media",
        }[request.method]
        method = "POST" if request.method == "PUT" else request.method
        return self._one(Request(method, target, request.headers, request.body), server)

    def _one(self, request: Request, server: http.client.HTTPConnection) -> Answer:
        url = urlsplit(request.target)
        query = dict(parse_qsl(url.query, keep_blank_values=True))
        if request.method == "GET" and _LIST.fullmatch(url.path):
            return self._listed(request, url, query, server)
        bucket, name = _named(request, url, query)
        if name is not None and len(name.encode()) > LONGEST_NAME:
            return _refused(400, "The specified object name is not valid.")
        wanted = {word: int(value) for word, value in query.items() if _CONDITION.fullmatch(word)}
        if request.method in {"GET", "HEAD"} and not wanted:
            return self._found(super().served(request, server), bucket, name, server)
        with self._locks[bucket]:
            lost = None if name is None or not wanted else self._lost(request.method, bucket, name, wanted, server)
            answer = lost or super().served(request, server)
            if answer.status == 200 and request.method == "DELETE":
                return Answer(204)
            return self._found(answer, bucket, name, server)

    def _listed(
        self, request: Request, url: SplitResult, query: dict[str, str], server: http.client.HTTPConnection
    ) -> Answer:
        """A page, of the cloud's size unless it is said."""
        bucket = url.path.split("/")[4]
        paged = "" if "maxResults" in query else f"{'&' if url.query else '?'}maxResults={self.page}"
        answer = super().served(Request("GET", request.target + paged, request.headers, b""), server)
        return self._found(answer, bucket, None, server)

    def _lost(
        self, method: str, bucket: str, name: str, wanted: dict[str, int], server: http.client.HTTPConnection
    ) -> Answer | None:
        """The answer if a condition does not hold."""
        target = f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
        answer = super().served(Request("GET", target, {"Host": "shim"}, b""), server)
        now: dict[str, Any] = json.loads(answer.body) if answer.status == 200 else {}
        for word, want in wanted.items():
            have = int(now.get("metageneration" if "Meta" in word else "generation", 0))
            if "Not" in word and have == want:
                return Answer(304) if method in {"GET", "HEAD"} else _refused(412, _NOT_MET)
            if "Not" not in word and have != want:
                if not now and method in {"GET", "HEAD"}:
                    return Answer(404)
                return _refused(412, _NOT_MET)
        return None

    def _found(self, answer: Answer, bucket: str, name: str | None, server: http.client.HTTPConnection) -> Answer:
        """The answer, with a 404 that says what is missing."""
        if answer.status != 404 or not bucket:
            return answer
        there = super().served(Request("GET", f"/storage/v1/b/{bucket}", {"Host": "shim"}, b""), server).status == 200
        kind: Literal["text", "json"] = "json" if answer.body.startswith(b"{") else "text"
        return _refused(404, f"No such object: {bucket}/{name}" if there else _NO_BUCKET, kind)


_NOT_MET: Final = "At least one of the pre-conditions you specified did not hold."
_NO_BUCKET: Final = "The specified bucket does not exist."


def _named(request: Request, url: SplitResult, query: dict[str, str]) -> tuple[str, str | None]:
    """Bucket and object that a request is about; no object where it does not matter."""
    if found := _OBJECT.fullmatch(url.path):
        return found[1], unquote(found[2])
    if found := _UPLOAD.fullmatch(url.path):
        resumable = request.method == "POST" and query.get("uploadType") == "resumable"
        if not resumable:
            return found[1], query.get("name")  # the server checks a simple upload's conditions itself
        return found[1], query.get("name") or json.loads(request.body or b"{}").get("name")
    return "", None


def _token(request: Request) -> str:
    told = next((value for name, value in request.headers.items() if name.lower() == "authorization"), "")
    return told.removeprefix("Bearer ")


def _refused(status: int, message: str, kind: Literal["text", "json"] = "json") -> Answer:
    if kind == "text":
        return Answer(status, message.encode(), [("Content-Type", "text/html; charset=UTF-8")])
    error = {"code": status, "message": message, "errors": [{"message": message, "domain": "global"}]}
    return Answer(status, json.dumps({"error": error}).encode(), [("Content-Type", "application/json; charset=UTF-8")])
