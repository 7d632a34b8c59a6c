"""The fixtures that give a test its Google Cloud Storage.

Rule: the emulator starts when the first test asks for it, serves the whole session and ends with it. Tests keep apart
by ``gcs_prefix``; who plans faults or checks tokens has a way to the server of their own, ``gcs_shim``.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.servers.choice import Ways
from tests.servers.fake_gcs import FakeGcs, contained_gcs, fake_gcs, visited_gcs
from tests.servers.fixtures import offered
from tests.servers.gcs_shim import GcsShim
from tests.servers.visiting import RUN

if TYPE_CHECKING:
    from tests.servers.google_tokens import ServiceAccount, TokenEndpoint

_prefixes = (f"{RUN}-{number}/" for number in itertools.count())


@pytest.fixture(scope="session")
def gcs(server_stack: ExitStack) -> FakeGcs:
    """An emulator of Google Cloud Storage, shared by the session."""
    return offered(Ways("gcs", at=visited_gcs, local=fake_gcs, container=contained_gcs), server_stack)


@pytest.fixture(scope="session")
def gcs_bucket(gcs: FakeGcs) -> str:
    """The name of a bucket of this session."""
    name = f"hexcache-{RUN}"
    gcs.make_bucket(name)
    return name


@pytest.fixture
def gcs_shim(gcs: FakeGcs) -> Iterator[GcsShim]:
    """A way of this test's own to the emulator; its ``plan`` is empty at first, every token and link is good."""
    with gcs.behind_own_shim() as shim:
        yield shim


@pytest.fixture
def gcs_prefix() -> str:
    """What every name of this test begins with: nobody else's do."""
    return next(_prefixes)


@pytest.fixture(scope="session")
def service_account() -> ServiceAccount:
    """A service account with a key that was made for this session."""
    from tests.servers.google_tokens import ServiceAccount  # noqa: PLC0415  (imported when used)

    return ServiceAccount()


@pytest.fixture
def google_tokens(service_account: ServiceAccount) -> Iterator[TokenEndpoint]:
    """An endpoint of this test's own that gives the account its tokens."""
    from tests.servers.google_tokens import TokenEndpoint  # noqa: PLC0415  (imported when used)

    with TokenEndpoint(service_account) as endpoint:
        yield endpoint
