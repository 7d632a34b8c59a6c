"""The fixtures that give a test its S3 servers.

Rule: as in :mod:`tests.servers.fixtures`: started by the first test that asks, shared by the session; tests keep apart
by ``s3_prefix``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.servers.fixtures import offered
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.moto import moto_ways
from tests.servers.s3 import S3Server
from tests.servers.seaweed import seaweed_ways
from tests.servers.visiting import RUN

if TYPE_CHECKING:
    from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket

_prefixes = (f"{RUN}-{number}/" for number in itertools.count())


@pytest.fixture(scope="session")
def seaweed(server_stack: ExitStack) -> S3Server:
    """SeaweedFS, which checks identities and rights; shared by the session."""
    return offered(seaweed_ways(), server_stack)


@pytest.fixture(scope="session")
def moto(server_stack: ExitStack) -> S3Server:
    """moto, which takes every name that S3 takes; shared by the session."""
    return offered(moto_ways(), server_stack)


@pytest.fixture(params=["seaweed", "moto"])
def any_s3(request: pytest.FixtureRequest) -> S3Server:
    """Both, one after the other."""
    server: S3Server = request.getfixturevalue(request.param)
    return server


@pytest.fixture(scope="session")
def s3_bucket(seaweed: S3Server) -> Iterator[S3Bucket]:
    """The tests' bucket on ``seaweed``, asked by one client that nobody closes: making one costs more than using it."""
    from hexcache.adapters.outbound.objects.s3.bucket import S3Bucket  # noqa: PLC0415 - runs without S3 do not pay
    from hexcache.adapters.outbound.objects.s3.client import make_client  # noqa: PLC0415
    from tests.integration.objects.s3.making import settings_for  # noqa: PLC0415

    settings = settings_for(seaweed)
    with closing(make_client(settings)) as client:
        yield S3Bucket(settings, client=client)


@pytest.fixture
def s3_proxy(seaweed: S3Server) -> Iterator[HttpFaultProxy]:
    """A proxy of this test's own before ``seaweed``; nothing goes wrong at first."""
    with HttpFaultProxy(seaweed.address) as proxy:
        yield proxy


@pytest.fixture
def s3_prefix() -> str:
    """What every name of this test begins with."""
    return next(_prefixes)
