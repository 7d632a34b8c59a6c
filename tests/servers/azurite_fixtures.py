"""The fixtures that give a test its account of Azure Blob Storage.

Rule: a server starts when the first test asks for it, serves the whole session and ends with it. Tests keep apart by
prefixes inside of one container, or by containers of their own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.servers.azurite import Azurite, azurite, contained_azurite, visited_azurite
from tests.servers.choice import Ways
from tests.servers.fixtures import offered
from tests.servers.http_fault import HttpFaultProxy
from tests.servers.visiting import RUN

if TYPE_CHECKING:
    from tests.servers.identity import ManagedIdentity

_numbers = itertools.count()

OTHER_IDENTITIES = (
    "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_CLIENT_SECRET", "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_TOKEN_CREDENTIALS",
)  # fmt: skip
"""Variables by which ``DefaultAzureCredential`` would find somebody else."""


@pytest.fixture(scope="session")
def azure_account(server_stack: ExitStack) -> Azurite:
    """An account over HTTP that knows its key and links signed with it, shared by the session."""
    ways = Ways("azurite", at=visited_azurite, local=azurite, container=contained_azurite)
    return offered(ways, server_stack)


@pytest.fixture(scope="session")
def azure_directory(server_stack: ExitStack, tmp_path_factory: pytest.TempPathFactory) -> Azurite:
    """An account over HTTPS that takes tokens, shared by the session."""
    from tests.servers.certificates import make_certificates  # noqa: PLC0415  (imported when used)

    certificates = make_certificates(tmp_path_factory.mktemp("azurite"))
    return offered(Ways("azurite_tls", local=lambda: azurite(certificates)), server_stack)


@pytest.fixture(scope="session")
def azure_container(azure_account: Azurite) -> Iterator[str]:
    """A container, shared by the session."""
    with azure_account.service() as service:
        service.create_container(f"{RUN}-shared")
        yield f"{RUN}-shared"
        service.delete_container(f"{RUN}-shared")


@pytest.fixture
def no_container(azure_account: Azurite) -> Iterator[str]:
    """The name of a container that nobody has made yet."""
    name = f"{RUN}-{next(_numbers)}"
    yield name
    with azure_account.service() as service:
        if service.get_container_client(name).exists():
            service.delete_container(name)


@pytest.fixture
def azure_prefix() -> str:
    """What every name of this test begins with."""
    return f"{RUN}-{next(_numbers)}"


@pytest.fixture
def azure_proxy(azure_account: Azurite) -> Iterator[HttpFaultProxy]:
    """A proxy of this test's own before the account; nothing goes wrong at first."""
    with HttpFaultProxy((azure_account.host, azure_account.port)) as proxy:
        yield proxy


@pytest.fixture
def managed_identity(monkeypatch: pytest.MonkeyPatch) -> Iterator[ManagedIdentity]:
    """This machine has a managed identity, for this test."""
    from tests.servers.identity import ManagedIdentity  # noqa: PLC0415  (imported when used)

    for name in (
        "AZURE_CLIENT_ID",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_SECRET",
        "AZURE_FEDERATED_TOKEN_FILE",
        "AZURE_TOKEN_CREDENTIALS",
    ):
        monkeypatch.delenv(name, raising=False)
    with ManagedIdentity() as endpoint:
        for name, value in endpoint.variables.items():
            monkeypatch.setenv(name, value)
        yield endpoint
