"""The fixtures that give a test its account of Azure Blob Storage.

Rule: a server starts when the first test asks for it, serves the whole session and ends with it. Tests keep apart by
prefixes inside of one container, or by containers of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from tests.servers.azurite import Azurite, azurite, contained_azurite, visited_azurite
from tests.servers.choice import Ways
from tests.servers.fixtures import offered

if TYPE_CHECKING:
    from tests.servers.identity import ManagedIdentity


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
