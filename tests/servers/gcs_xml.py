"""The XML interface of Google Cloud Storage before its JSON interface, for clients that speak the former.

Rule: written from the cloud's description (https://cloud.google.com/storage/docs/xml-api/reference-methods), which is
all that vouches for it: the emulator behind it knows JSON alone. Objects, metadata, the condition on a generation, and
listings of version 2 in pages; nothing else.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit
from xml.sax.saxutils import escape

from tests.servers.http_fault import Request
from tests.servers.http_faults import Answer

OTHERS: Final = re.compile(r"/(storage|download|upload|resumable|batch|_internal)/")
"""Paths of the other interface."""

_CONDITION: Final = "x-goog-if-generation-match"
_META: Final = "x-goog-meta-"
_CODES: Final = {400: "InvalidArgument", 401: "AuthenticationRequired", 403: "AccessDenied", 412: "PreconditionFailed"}
_HEAD: Final = "<?xml version='1.0' encoding='UTF-8'?>"

Ask = Callable[[Request], Answer]


def is_xml(request: Request) -> bool:
    """Whether a request is of this interface."""
    return OTHERS.match(request.target) is None


def answered(request: Request, ask: Ask) -> Answer:
    """The answer, by what the JSON interface answers."""
    url = urlsplit(request.target)
    bucket, _, path = url.path[1:].partition("/")
    bucket, name = unquote(bucket), unquote(path)
    if not name:
        return _listed(bucket, dict(parse_qsl(url.query, keep_blank_values=True)), ask)
    if request.method == "PUT":
        return _written(request, bucket, name, ask)
    stored = f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}"
    target = stored if request.method == "DELETE" else f"/download{stored}?alt=media"
    answer = ask(Request(request.method, target, {"Host": "shim"}, b""))
    return answer if answer.status < 300 else refused(answer)


def refused(answer: Answer) -> Answer:
    """What is wrong, in this interface's words."""
    text = answer.body.decode("utf-8", "replace")
    code = _CODES.get(answer.status, "InternalError")
    if answer.status == 404:
        code = "NoSuchBucket" if "bucket does not exist" in text else "NoSuchKey"
    body = f"{_HEAD}<Error><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
    return Answer(answer.status, body.encode(), [("Content-Type", "application/xml; charset=UTF-8")])


def _written(request: Request, bucket: str, name: str, ask: Ask) -> Answer:
    headers = {word.lower(): value for word, value in request.headers.items()}
    kind = headers.get("content-type", "application/octet-stream")
    described = {
        "name": name,
        "contentType": kind,
        "cacheControl": headers.get("cache-control", ""),
        "metadata": {word[len(_META) :]: value for word, value in headers.items() if word.startswith(_META)},
    }
    query = {"uploadType": "multipart", "name": name}
    if _CONDITION in headers:
        query["ifGenerationMatch"] = headers[_CONDITION]
    mark = uuid.uuid4().hex
    parts = (("application/json", json.dumps(described).encode()), (kind, request.body))
    body = b"".join(f"--{mark}\r\nContent-Type: {kind}\r\n\r\n".encode() + part + b"\r\n" for kind, part in parts)
    answer = ask(
        Request(
            "POST",
            f"/upload/storage/v1/b/{bucket}/o?{urlencode(query)}",
            {"Host": "shim", "Content-Type": f"multipart/related; boundary={mark}"},
            body + f"--{mark}--\r\n".encode(),
        )
    )
    if answer.status != 200:
        return refused(answer)
    made: dict[str, Any] = json.loads(answer.body)
    return Answer(200, b"", [("ETag", f'"{made["etag"]}"'), ("x-goog-generation", made["generation"])])


def _listed(bucket: str, query: dict[str, str], ask: Ask) -> Answer:
    told = {
        "prefix": query.get("prefix"),
        "startOffset": query.get("start-after"),
        "pageToken": query.get("continuation-token"),
        "maxResults": query.get("max-keys"),
    }
    wanted = urlencode({word: value for word, value in told.items() if value is not None})
    answer = ask(Request("GET", f"/storage/v1/b/{bucket}/o?{wanted}", {"Host": "shim"}, b""))
    if answer.status != 200:
        return refused(answer)
    page: dict[str, Any] = json.loads(answer.body)
    following = page.get("nextPageToken")
    lines = [_line(item) for item in page.get("items", ()) if item["name"] != told["startOffset"]]
    more = "" if not following else f"<NextContinuationToken>{escape(following)}</NextContinuationToken>"
    body = (
        f"{_HEAD}<ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'><Name>{bucket}</Name>"
        f"<KeyCount>{len(lines)}</KeyCount><IsTruncated>{str(bool(following)).lower()}</IsTruncated>{more}"
        f"{''.join(lines)}</ListBucketResult>"
    )
    return Answer(200, body.encode(), [("Content-Type", "application/xml; charset=UTF-8")])


def _line(item: dict[str, Any]) -> str:
    return (
        f"<Contents><Key>{escape(item['name'])}</Key><Generation>{item['generation']}</Generation>"
        f'<LastModified>{item["updated"]}</LastModified><ETag>"{item["etag"]}"</ETag>'
        f"<Size>{item['size']}</Size></Contents>"
    )
