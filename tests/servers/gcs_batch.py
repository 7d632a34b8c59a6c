"""Google Cloud Storage's batches: several requests in one, as ``multipart/mixed``.

Rule: it says what the cloud's documentation says, https://cloud.google.com/storage/docs/batch, and is parsed by the
standard library's parser of mail.
"""

from __future__ import annotations

import http.client
from collections.abc import Sequence
from email.parser import BytesParser

from tests.servers.http_fault import Request
from tests.servers.http_faults import Answer

PATH = "/batch/storage/v1"
MOST = 100
"""Most requests in one batch."""
_BOUNDARY = "batch_of_answers"


def requests_of(batch: Request) -> list[Request]:
    """The requests in a batch; what the batch is allowed to do, they are."""
    headers = {name.lower(): value for name, value in batch.headers.items()}
    head = f"Content-Type: {headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + batch.body)
    passed: dict[str, str] = {name: headers[name] for name in ("host", "authorization") if name in headers}
    parts = [part for part in message.walk() if not part.is_multipart()]
    return [_request(part.get_payload(decode=True), passed) for part in parts]


def answer_of(answers: Sequence[Answer]) -> Answer:
    """The one answer that holds the answers, in the order of the requests."""
    lines = bytearray()
    for number, answer in enumerate(answers):
        reason = http.client.responses.get(answer.status, "")
        lines += (
            f"--{_BOUNDARY}\r\nContent-Type: application/http\r\nContent-ID: <response-{number}>\r\n\r\n"
            f"HTTP/1.1 {answer.status} {reason}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(answer.body)}\r\n\r\n"
        ).encode()
        lines += answer.body + b"\r\n"
    lines += f"--{_BOUNDARY}--\r\n".encode()
    return Answer(200, bytes(lines), [("Content-Type", f'multipart/mixed; boundary="{_BOUNDARY}"')])


def _request(text: object, passed: dict[str, str]) -> Request:
    assert isinstance(text, bytes)
    line, _, rest = text.lstrip().partition(b"\n")
    method, target, _ = line.decode().split(" ", 2)
    _, _, body = rest.replace(b"\r\n", b"\n").partition(b"\n\n")
    path = "/" + target.partition("://")[2].partition("/")[2] if "://" in target else target
    return Request(method, path, passed, body.strip())
