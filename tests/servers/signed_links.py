"""Whether a V4 link of Google Cloud Storage is good: what the cloud checks and the emulator does not.

Rule: written from the cloud's description of the canonical request, not from the library that signs:
https://cloud.google.com/storage/docs/authentication/canonical-requests
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

from tests.servers.google_tokens import ServiceAccount


def is_good(account: ServiceAccount, host: str, method: str, target: str, *, now: datetime | None = None) -> bool:
    """Whether a request with this link is to be served.

    Args:
        account: whose signature it must have.
        host: what the request's ``Host`` says.
        method: the request's.
        target: path and query of the link.
        now: when the request comes; None for now.
    """
    url = urlsplit(target)
    query = dict(parse_qsl(url.query, keep_blank_values=True))
    try:
        signature = bytes.fromhex(query.pop("X-Goog-Signature"))
        signed_at = datetime.strptime(query["X-Goog-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        life = timedelta(seconds=int(query["X-Goog-Expires"]))
        scope = query["X-Goog-Credential"].partition("/")[2]
    except (KeyError, ValueError):
        return False
    if not signed_at - timedelta(minutes=15) <= (now or datetime.now(UTC)) <= signed_at + life:
        return False
    words = "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(query.items()))
    canonical = "\n".join((method, url.path, words, f"host:{host}", "", "host", "UNSIGNED-PAYLOAD"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    return account.has_signed("\n".join(("GOOG4-RSA-SHA256", query["X-Goog-Date"], scope, digest)).encode(), signature)
