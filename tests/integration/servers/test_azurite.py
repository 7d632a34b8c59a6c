"""Azurite answers, and checks what it is said to check."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobServiceClient

from tests.servers.azurite import ROOT, Azurite, visited_azurite
from tests.servers.identity import ManagedIdentity

LOCK = ROOT / "tests/servers/azurite/package-lock.json"


def test_what_is_installed_is_pinned_and_names_no_address() -> None:
    lock = json.loads(LOCK.read_text("utf-8"))
    assert lock["packages"]["node_modules/azurite"]["version"] == "3.37.0"
    parts = [part for name, part in lock["packages"].items() if name]
    assert all("resolved" not in part and part["integrity"].startswith("sha512-") for part in parts)


def test_a_client_reads_what_it_wrote(azure_account: Azurite, azure_container: str, azure_prefix: str) -> None:
    with BlobServiceClient.from_connection_string(azure_account.connection_string) as service:
        container = service.get_container_client(azure_container)
        container.upload_blob(azure_prefix, b"1")
        assert container.download_blob(azure_prefix).readall() == b"1"


def test_a_wrong_key_is_refused(azure_account: Azurite, azure_container: str) -> None:
    key = {"account_name": azure_account.account, "account_key": "d3Jvbmc="}
    with azure_account.service(key) as service, pytest.raises(HttpResponseError) as refused:
        service.get_container_client(azure_container).download_blob("a")
    assert refused.value.status_code == 403


def test_a_connection_string_leads_to_the_account(azure_account: Azurite) -> None:
    with visited_azurite(azure_account.connection_string) as visited:
        assert (visited.url, visited.account, visited.key) == (
            azure_account.url, azure_account.account, azure_account.key
        )  # fmt: skip


def test_nobody_gets_a_token_without_the_header(managed_identity: ManagedIdentity) -> None:
    assert managed_identity.answer("/?resource=https://storage.azure.com", None)[0] == 401


def test_the_program_is_where_git_does_not_look() -> None:
    ignored = (Path(ROOT) / ".gitignore").read_text("utf-8").split()
    assert ".cache/" in ignored
