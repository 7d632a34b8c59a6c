"""Requests that know nothing but a link. Written by hand in each world."""

from __future__ import annotations

from ssl import SSLContext

from tests.integration.objects.links import Answer, follow


def fetch(
    link: str, method: str = "GET", body: bytes | None = None, *, headers: dict[str, str], trust: SSLContext | None
) -> Answer:
    """Use a link; what the server refuses is an answer too."""
    return follow(link, method, body, headers, trust)
