"""Using a signed link as somebody would who has nothing else: no credentials, no vendor's library."""

from __future__ import annotations

from ssl import SSLContext
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

PATIENCE = 20.0
"""Longest wait for an answer, seconds."""


class Answer(NamedTuple):
    """What a server answered."""

    status: int
    body: bytes

    @property
    def accepted(self) -> bool:
        """Whether the server did what was asked."""
        return 200 <= self.status < 300


def follow(link: str, method: str, body: bytes | None, headers: dict[str, str], trust: SSLContext | None) -> Answer:
    """Use a link."""
    request = Request(link, data=body, method=method, headers=headers)  # noqa: S310 - the tests' own servers
    opener = build_opener(ProxyHandler({}), HTTPSHandler(context=trust))
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return Answer(answer.status, answer.read())
    except HTTPError as exc:
        with exc:
            return Answer(exc.code, exc.read())
