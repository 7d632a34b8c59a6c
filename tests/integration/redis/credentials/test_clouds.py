"""The real clients of the clouds get tokens from endpoints on this machine, and a server takes them as passwords."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from hexcache.adapters.outbound.redis.credentials.aws import AwsTokens
from hexcache.adapters.outbound.redis.credentials.azure import AzureTokens, object_id
from hexcache.adapters.outbound.redis.credentials.google import GoogleTokens
from hexcache.adapters.outbound.redis.credentials.keeper import Token, TokenKeeper
from hexcache.domain.errors import InvalidSetting, StoreUnavailable
from hexcache.testing import MovedClock
from tests.integration.redis.credentials.token_endpoint import LIFE, TokenEndpoint, unsigned_jwt


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint() as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@pytest.fixture
def google(endpoint: TokenEndpoint, private_key: str, tmp_path: Path) -> GoogleTokens:
    """A key file whose tokens come from the endpoint, and the role that it takes."""
    file = tmp_path / "key.json"
    file.write_text(
        json.dumps({
            "type": "service_account", "client_email": "source@example.iam.gserviceaccount.com", "project_id": "p",
            "private_key_id": "1", "private_key": private_key, "token_uri": f"{endpoint.url}/source",
        }),
        "utf-8",
    )  # fmt: skip
    name = "projects/-/serviceAccounts/cache@example.iam.gserviceaccount.com"
    return GoogleTokens(name, key_file=str(file), endpoint=f"{endpoint.url}/role")


@pytest.fixture
def azure(endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch) -> AzureTokens:
    """The unmodified DefaultAzureCredential, on a machine whose identity comes from the endpoint."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{endpoint.url}/azure")
    monkeypatch.setenv("IDENTITY_HEADER", "header")
    return AzureTokens()


@pytest.fixture
def aws(endpoint: TokenEndpoint, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., AwsTokens]:
    """AWS's default chain, whose keys come from the endpoint."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{endpoint.url}/aws")

    def make(**options: str | bool) -> AwsTokens:
        return AwsTokens("cache-user", "My-Cache", wall=MovedClock().wall, **{"region": "eu-west-1", **options})  # type: ignore[arg-type]  # options of several types

    return make


def test_google_gives_a_token_of_the_named_account(google: GoogleTokens, endpoint: TokenEndpoint) -> None:
    token = google()
    assert (token.username, token.secret) == ("", "google-1")
    assert endpoint.paths == ["/source", "/role"]


def test_azure_gives_a_token_and_names_whom_it_stands_for(azure: AzureTokens, endpoint: TokenEndpoint) -> None:
    token = azure()
    assert (token.username, token.secret) == ("object-id", endpoint.given[-1])
    assert "redis.azure.com" in endpoint.paths[-1]


def test_aws_signs_a_request_to_connect(aws: Callable[..., AwsTokens], endpoint: TokenEndpoint) -> None:
    token = aws()()
    parts = urlsplit("//" + token.secret)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert parts.netloc == "my-cache"
    assert (query["Action"], query["User"], query["X-Amz-Expires"]) == ("connect", "cache-user", "900")
    assert query["X-Amz-Credential"].split("/")[2:4] == ["eu-west-1", "elasticache"]
    assert query["X-Amz-Security-Token"] == "session"
    assert len(query["X-Amz-Signature"]) == 64
    assert token.username == "cache-user"
    assert endpoint.paths == ["/aws"]


def test_aws_signs_for_serverless_caches_and_memorydb(aws: Callable[..., AwsTokens]) -> None:
    assert "ResourceType=ServerlessCache" in aws(serverless=True)().secret
    assert "%2Fmemorydb%2F" in aws(service="memorydb")().secret


def test_aws_without_a_region_says_so(aws: Callable[..., AwsTokens]) -> None:
    with pytest.raises(StoreUnavailable, match="no region"):
        aws(region="")()


@pytest.mark.parametrize("cloud", ["google", "azure"])
def test_an_endpoint_that_refuses_is_an_unavailable_store_without_its_text(
    cloud: str, request: pytest.FixtureRequest, endpoint: TokenEndpoint
) -> None:
    endpoint.fail_with = 403
    keeper = TokenKeeper(request.getfixturevalue(cloud), wall=MovedClock().wall, wait=20)
    with pytest.raises(StoreUnavailable, match=r"no token: [A-Za-z]+$"):
        keeper.get()


def test_a_token_that_names_nobody_asks_for_a_username() -> None:
    for token in ("", "x.y.z", unsigned_jwt(sub="x"), "a." + "e30" + ".c"):
        with pytest.raises(ValueError, match="username"):
            object_id(token)


def test_a_secret_of_a_client_needs_the_client() -> None:
    with pytest.raises(InvalidSetting, match="client_id and tenant_id"):
        AzureTokens(client_secret="s3cret")
    assert "s3cret" not in repr(AzureTokens(client_id="c", tenant_id="t", client_secret="s3cret"))


def test_the_lives_of_tokens_are_read_right(google: GoogleTokens, azure: AzureTokens) -> None:
    lives: list[Token] = [google(), azure()]
    for token in lives:
        assert LIFE - 60 < token.ends_at - time.time() <= LIFE + 1
