"""As whom the bucket asks: real google-auth, a key of this run's own, tokens from an endpoint on this machine."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from hexcache.adapters.outbound.objects.gcs.bucket import GcsBucket
from hexcache.adapters.outbound.objects.gcs.settings import GcsBucketSettings
from hexcache.adapters.outbound.objects.refusals import Forbidden, Throttled, Unauthenticated
from hexcache.adapters.outbound.objects.things import Label
from hexcache.domain.errors import InvalidSetting, StoreTimeout, StoreUnavailable, Unsupported
from tests.integration.objects.gcs.settings import settings_at
from tests.servers.gcs_shim import GcsShim
from tests.servers.google_metadata import MetadataServer
from tests.servers.google_tokens import EMAIL, ServiceAccount, TokenEndpoint
from tests.servers.http_faults import Answer
from tests.servers.ports import free_ports
from tests.servers.waiting import wait_until

LABEL = Label("value", 4e9)
Made: TypeAlias = Callable[..., GcsBucket]


@pytest.fixture
def guarded(gcs_shim: GcsShim, google_tokens: TokenEndpoint) -> GcsShim:
    """A way to the server that takes the endpoint's tokens alone: those that it gave, as it gives them."""
    gcs_shim.tokens = _Given(google_tokens)
    return gcs_shim


class _Given(set[str]):
    def __init__(self, endpoint: TokenEndpoint) -> None:
        super().__init__()
        self.endpoint = endpoint
        self.withdrawn: set[str] = set()

    def __contains__(self, token: object) -> bool:
        return token in self.endpoint.given and token not in self.withdrawn


@pytest.fixture
def make(guarded: GcsShim, gcs_bucket: str, google_tokens: TokenEndpoint) -> Iterator[Made]:
    """Makes buckets of the service account."""
    made: list[GcsBucket] = []

    def make(**options: Any) -> GcsBucket:
        said = {"service_account_info": google_tokens.info, **options}
        made.append(GcsBucket(settings_at(guarded.url, gcs_bucket, **said)))
        return made[-1]

    yield make
    for bucket in made:
        bucket.close()


def withdraw(guarded: GcsShim) -> None:
    """Let no token be good that was given so far."""
    assert isinstance(guarded.tokens, _Given)
    guarded.tokens.withdrawn = set(guarded.tokens.endpoint.given)


def test_a_service_account_gets_one_token_for_many_calls(
    make: Made, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    bucket = make()
    with ThreadPoolExecutor(8) as threads:
        tokens = list(threads.map(lambda n: bucket.write(f"{gcs_prefix}{n}", b"x", label=LABEL), range(24)))
    assert all(tokens)
    assert google_tokens.asked == 1
    assert bucket.remove_many([f"{gcs_prefix}{number}" for number in range(24)]) == {}


def test_a_key_file_is_a_service_account(
    make: Made, google_tokens: TokenEndpoint, gcs_prefix: str, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(google_tokens.info), "utf-8")
    bucket = make(service_account_info=None, service_account_file=file)
    assert bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    assert google_tokens.asked == 1


def test_the_machines_default_is_used_when_nothing_is_said(
    make: Made, google_tokens: TokenEndpoint, gcs_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key.json"
    file.write_text(json.dumps(google_tokens.info), "utf-8")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    bucket = make(service_account_info=None)
    assert bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    assert EMAIL.replace("@", "%40") in bucket.sign(gcs_prefix + "a", seconds=60, method="GET")


METADATA = "google.auth.compute_engine._metadata"
"""Where google-auth keeps what it read from variables when it was imported."""


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a key, a login or an account of its own."""
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.setattr(f"{METADATA}._NO_GCE_CHECK", True)


@pytest.fixture
def googles_machine(bare_machine: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[MetadataServer]:
    """A machine of Google's, whose account's tokens come from a metadata server."""
    with MetadataServer() as server:
        monkeypatch.setattr(f"{METADATA}._NO_GCE_CHECK", False)
        monkeypatch.setattr(f"{METADATA}._GCE_METADATA_HOST", server.address)
        monkeypatch.setenv("GCE_METADATA_IP", server.address)
        yield server


@pytest.mark.usefixtures("bare_machine")
def test_a_machine_without_a_default_says_what_is_accepted(make: Made) -> None:
    with pytest.raises(Unauthenticated, match="GOOGLE_APPLICATION_CREDENTIALS"):
        make(service_account_info=None).read("a")


def test_a_machine_of_googles_asks_as_its_account(
    make: Made, guarded: GcsShim, googles_machine: MetadataServer, gcs_prefix: str
) -> None:
    guarded.tokens = {"machine-0"}
    bucket = make(service_account_info=None)
    for name in "abc":
        assert bucket.write(gcs_prefix + name, b"x", label=LABEL)
    assert googles_machine.given == ["machine-0"]
    with pytest.raises(Unsupported, match="key of a service account"):
        bucket.sign(gcs_prefix + "a", seconds=60, method="GET")


def test_a_silent_metadata_server_holds_nobody(
    make: Made, guarded: GcsShim, googles_machine: MetadataServer, gcs_prefix: str
) -> None:
    guarded.tokens = None
    googles_machine.answering.clear()
    bucket = make(service_account_info=None, token_timeout=0.2)
    begun = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreTimeout, match=r"no credentials within 0\.2 s"):
            bucket.read("a")
    assert time.monotonic() - begun < 10
    googles_machine.answering.set()
    wait_until(lambda: works(bucket, gcs_prefix), "a later caller is served")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"type": "service_account"}', '{"private_key": "s3cret"}'])
def test_a_key_that_cannot_be_read_is_told_without_its_text(make: Made, tmp_path: Path, text: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(text, "utf-8")
    for path in (file, tmp_path / "none.json"):
        bucket = make(service_account_info=None, service_account_file=path)
        with pytest.raises(Unauthenticated, match="key cannot be read") as refusal:
            bucket.read("a")
        assert "s3cret" not in repr(refusal.value) + repr(refusal.value.__cause__)
        with pytest.raises(Unauthenticated, match="key cannot be read"):
            bucket.sign("a", seconds=60, method="GET")


def test_a_token_that_was_withdrawn_is_replaced_once(
    make: Made, guarded: GcsShim, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    bucket = make()
    bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    withdraw(guarded)
    read = bucket.read(gcs_prefix + "a")
    assert read is not None
    assert google_tokens.asked == 2


def test_many_whose_token_was_withdrawn_get_one_new_one(
    make: Made, guarded: GcsShim, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    bucket = make()
    bucket.write(gcs_prefix + "a", b"x", label=LABEL)
    withdraw(guarded)
    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(lambda _: bucket.read(gcs_prefix + "a"), range(24)))
    assert google_tokens.asked == 2


def test_a_token_that_is_always_refused_is_an_error(make: Made, guarded: GcsShim, google_tokens: TokenEndpoint) -> None:
    guarded.tokens = {"another"}
    with pytest.raises(Unauthenticated, match="401"):
        make().read("a")
    assert google_tokens.asked == 2


def test_a_stranger_to_whoever_gives_tokens_is_unauthenticated(make: Made, google_tokens: TokenEndpoint) -> None:
    stranger = ServiceAccount().info(google_tokens.url)
    with pytest.raises(Unauthenticated, match="refused by whoever gives them") as refusal:
        make(service_account_info=stranger).read("a")
    assert stranger["private_key"] not in repr(refusal.value)


def test_what_a_netrc_says_of_a_host_does_not_replace_the_token(
    make: Made, gcs_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("default login somebody password else\n", "utf-8")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert make().write(gcs_prefix + "a", b"x", label=LABEL)


def test_a_proxy_of_the_environment_is_used_unless_it_is_not_for_the_endpoint(
    make: Made, gcs_prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [port] = free_ports(1)
    for name in ("no_proxy", "NO_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
    with pytest.raises(StoreUnavailable, match="no connection"):
        make(service_account_info=None, anonymous=True).read(gcs_prefix + "a")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert make().write(gcs_prefix + "a", b"x", label=LABEL)


def test_nobody_without_a_token_is_let_in(make: Made) -> None:
    with pytest.raises(Unauthenticated):
        make(service_account_info=None, anonymous=True).read("a")


def test_a_right_that_is_missing_is_forbidden(make: Made, guarded: GcsShim) -> None:
    told = b'{"error": {"code": 403, "message": "cache@x does not have storage.objects.get access to secret-name."}}'
    guarded.plan.add(Answer(403, told, [("Content-Type", "application/json")]))
    with pytest.raises(Forbidden, match=r"lacks storage\.objects\.get \(403\)") as refusal:
        make().read("secret-name")
    assert "secret-name" not in str(refusal.value)


def test_a_403_that_asks_for_patience_is_no_matter_of_rights(make: Made, guarded: GcsShim) -> None:
    told = b'{"error": {"code": 403, "message": "slow", "errors": [{"reason": "rateLimitExceeded"}]}}'
    guarded.plan.add(Answer(403, told, [("Content-Type", "application/json"), ("Retry-After", "2")]))
    with pytest.raises(Throttled) as refusal:
        make().facts("a")
    assert refusal.value.after == 2


def test_an_endpoint_of_tokens_that_is_not_there_is_unavailable(make: Made, google_tokens: TokenEndpoint) -> None:
    [port] = free_ports(1)
    bucket = make(service_account_info={**google_tokens.info, "token_uri": f"http://127.0.0.1:{port}/token"})
    with pytest.raises(StoreUnavailable, match="no token"):
        bucket.read("a")


def test_nobody_waits_for_a_token_longer_than_was_said(
    make: Made, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    bucket = make(token_timeout=0.2)
    google_tokens.answering.clear()
    begun = time.monotonic()
    with pytest.raises(StoreTimeout, match=r"no (token|credentials)"):
        bucket.read(gcs_prefix + "a")
    assert time.monotonic() - begun < 10
    google_tokens.answering.set()
    wait_until(lambda: works(bucket, gcs_prefix), "a later caller is served")


def works(bucket: GcsBucket, prefix: str) -> bool:
    try:
        return bucket.read(prefix + "a") is None
    except StoreTimeout:
        return False


def test_a_token_near_its_end_is_renewed_behind_the_callers_backs(
    make: Made, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    google_tokens.life = 200  # google-auth renews what ends within 225 s
    bucket = make(token_timeout=20.0)
    bucket.read(gcs_prefix + "a")
    google_tokens.answering.clear()
    for _ in range(3):
        bucket.read(gcs_prefix + "a")  # the old token serves
    wait_until(lambda: google_tokens.asked == 2, "another token is asked for")
    google_tokens.life = 3600
    google_tokens.answering.set()
    wait_until(lambda: len(google_tokens.given) == 2, "it is given")


def test_a_renewal_that_fails_costs_nobody_anything(make: Made, google_tokens: TokenEndpoint, gcs_prefix: str) -> None:
    google_tokens.life = 200
    bucket = make()
    bucket.read(gcs_prefix + "a")
    google_tokens.refuse_with = (400, "invalid_grant")
    for _ in range(20):
        bucket.read(gcs_prefix + "a")
    assert google_tokens.asked < 20


def test_links_are_signed_without_asking_anybody(
    make: Made, guarded: GcsShim, google_tokens: TokenEndpoint, gcs_prefix: str
) -> None:
    link = make().sign(gcs_prefix + "a b", seconds=3600, method="GET")
    assert link.startswith(f"{guarded.url}/")
    assert "X-Goog-Expires=3600" in link
    assert (google_tokens.asked, guarded.requests) == (0, [])


def test_who_has_no_key_cannot_sign_and_is_told_who_can(make: Made) -> None:
    with pytest.raises(Unsupported, match="service_account_file"):
        make(service_account_info=None, anonymous=True).sign("a", seconds=60, method="GET")


@pytest.mark.parametrize("seconds", [0, -1, 7 * 24 * 3600 + 1, float("inf"), float("nan")])
def test_links_live_no_longer_than_their_signature_can(make: Made, seconds: float) -> None:
    with pytest.raises(Unsupported, match="7 days"):
        make().sign("a", seconds=seconds, method="GET")


def test_a_key_stands_in_no_repr(google_tokens: TokenEndpoint) -> None:
    settings = GcsBucketSettings(bucket="bucket", service_account_info=google_tokens.info)
    assert "PRIVATE" not in repr(settings)


@pytest.mark.parametrize(
    ("said", "named"),
    [
        ({"bucket": "B"}, "bucket"),
        ({"bucket": "gs://bucket"}, "bucket"),
        ({"anonymous": True, "service_account_file": Path("x")}, "service_account_file and anonymous"),
        ({"service_account_info": {}, "service_account_file": Path("x")}, "service_account_file and"),
        ({"api_endpoint": "storage.example"}, "api_endpoint"),
        ({"api_endpoint": "https://storage.example/storage/v1"}, "api_endpoint"),
        ({"api_endpoint": "http://storage.example"}, "without encryption"),
        ({"api_endpoint": "https://user:s3cret@storage.example"}, "user or password"),
        ({"token_timeout": 0}, "token_timeout"),
    ],
)
def test_settings_that_cannot_be_kept_are_refused(said: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSetting, match=named) as refusal:
        GcsBucketSettings(**{"bucket": "bucket", **said})
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    "url", ["https://storage.example", "http://127.0.0.1:4443", "http://localhost:1", "http://[::1]:2"]
)
def test_endpoints_that_keep_tokens_safe_are_taken(url: str) -> None:
    assert GcsBucketSettings(bucket="bucket", api_endpoint=url).api_endpoint == url


def test_no_thread_is_left_behind(make: Made, gcs_prefix: str) -> None:
    before = set(threading.enumerate())
    make().read(gcs_prefix + "a")
    wait_until(
        lambda: not [one for one in set(threading.enumerate()) - before if one.name.startswith("hexcache-")],
        "the threads end",
    )
