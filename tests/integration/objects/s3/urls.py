"""Tables of tiers on S3, as a service writes them."""

from __future__ import annotations

from typing import Any

from tests.servers.s3 import REGION, Identity, S3Server

PATIENCE = 60.0
"""Seconds: longer than a machine that does much else takes for anything."""


def tier(server: S3Server, prefix: str, *, identity: Identity | None = None, **more: Any) -> dict[str, Any]:
    """A tier on a server."""
    who = identity or server.admin
    return {
        "url": f"s3://{server.bucket}/{prefix.rstrip('/')}",
        "endpoint_url": server.url,
        "region": REGION,
        "addressing": "path",
        "access_key_id": who.access_key,
        "secret_access_key": who.secret_key,
        "deadline": PATIENCE,
        "connect_timeout": 20.0,
        "read_timeout": 30.0,
        **more,
    }
