"""A forked child is told at once that it cannot use what its parent used."""

from __future__ import annotations

import os
import signal
import time

import pytest

from hexcache.adapters.outbound.objects.obstore.sync.bucket import ObstoreBucket
from hexcache.domain.errors import StoreError
from tests.integration.objects.obstore.dialects import on_s3
from tests.servers.s3 import Identity, S3Server

PATIENCE = 60.0
REFUSED, OTHERWISE = 7, 1

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here"),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


def test_a_child_is_refused_and_does_not_hang() -> None:
    bucket = ObstoreBucket(on_s3(S3Server("http://127.0.0.1:1", Identity("nobody", "nothing"))))
    with pytest.raises(StoreError):
        bucket.read("a")
    child = os.fork()
    if child == 0:
        try:
            bucket.read("a")
        except StoreError as exc:
            os._exit(REFUSED if "forked" in str(exc) else OTHERWISE)
        finally:
            os._exit(OTHERWISE)
    assert ended(child) == REFUSED
    with pytest.raises(StoreError, match="no connection"):
        bucket.read("a")


def ended(child: int) -> int:
    """How a child ended; one that hangs is ended."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    raise AssertionError("the child hangs")
