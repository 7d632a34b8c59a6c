"""The client of boto3 that a bucket asks with.

Rule: it never tries a request again, asks nothing before it writes, signs as version 4 says, and has a connection for
each worker. Making one opens nothing. Each bucket has a session of its own, as a session's credentials are; what boto3
reads of S3's description, most of what a client costs, is read once a process.
"""

from __future__ import annotations

import os
import threading
from functools import cache
from typing import Any

from boto3.session import Session
from botocore.config import Config
from botocore.loaders import Loader, create_loader
from botocore.session import Session as BareSession

from hexcache.adapters.outbound.objects.s3.settings import S3BucketSettings

_lock = threading.Lock()


def _in_child() -> None:
    """A thread of the parent's may have held it."""
    global _lock  # noqa: PLW0603 - a lock cannot be given back by another process
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):  # pragma: no branch - Windows has no fork
    os.register_at_fork(after_in_child=_in_child)


def make_client(settings: S3BucketSettings) -> Any:
    """A client for these settings.

    Raises:
        botocore.exceptions.BotoCoreError: they name a profile, or lack a region, that there is not.
    """
    access = settings.access
    bare = BareSession(profile=access.profile)
    bare.register_component("data_loader", _descriptions())
    with _lock:  # the descriptions are shared
        client = Session(botocore_session=bare).client(
            "s3",
            region_name=settings.region,
            api_version=settings.api_version,
            use_ssl=settings.use_ssl,
            verify=str(settings.ca_file) if settings.ca_file is not None else settings.verify,
            endpoint_url=settings.endpoint_url,
            aws_access_key_id=access.access_key_id,
            aws_secret_access_key=access.secret_access_key,
            aws_session_token=access.session_token,
            config=_config(settings),
        )
    client.meta.events.register_last("before-call.s3", _send_at_once)
    return client


def _send_at_once(params: dict[str, Any], **_: Any) -> None:
    """Leave out the question whether a body is welcome: its answer costs a small write as much time as the write."""
    params["headers"].pop("Expect", None)


def _config(settings: S3BucketSettings) -> Config:
    connection = settings.connection
    return Config(
        signature_version="s3v4",
        s3={"addressing_style": settings.addressing},
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=connection.connect_timeout,
        read_timeout=connection.read_timeout,
        max_pool_connections=connection.connections,
        parameter_validation=False,  # what is sent is of the right types
        request_checksum_calculation="when_required",  # a frame has a checksum of its own, and old servers refuse more
        response_checksum_validation="when_required",
        user_agent_extra="hexcache",
    )


@cache
def _descriptions() -> Loader:
    return create_loader()
