"""A token is asked for when there is none or it was refused, by one at a time, and not because two looked at once."""

from __future__ import annotations

from typing import Any

from google.auth.credentials import Credentials, TokenState

from hexcache.adapters.outbound.objects.gcs.tokens import BoundedRequest, KeptCredentials
from hexcache.testing.clock import MovedClock


class Source(Credentials):
    """Gives numbered tokens; says of them what the test wants."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # annotated in parts
        self.state = TokenState.INVALID
        self.asked = 0
        self.failing = False

    @property
    def token_state(self) -> TokenState:
        return self.state

    def refresh(self, request: Any) -> None:
        self.asked += 1
        if self.failing:
            raise ValueError("no token")
        self.token = f"token-{self.asked}"
        self.state = TokenState.FRESH


def carried(kept: KeptCredentials) -> str:
    """The token that a request carries."""
    headers: dict[str, str] = {}
    kept.before_request(None, "GET", "https://storage.example", headers)  # type: ignore[arg-type]  # not used
    return headers["authorization"].removeprefix("Bearer ")


def test_a_token_is_asked_for_once_and_carried_by_all() -> None:
    source = Source()
    kept = KeptCredentials(source, None, wait=20.0)  # type: ignore[arg-type]  # not used
    assert [carried(kept) for _ in range(3)] == ["token-1"] * 3
    assert source.asked == 1


def test_a_token_that_was_refused_is_replaced_though_it_is_fresh() -> None:
    source = Source()
    kept = KeptCredentials(source, None, wait=20.0)  # type: ignore[arg-type]
    carried(kept)
    kept.refresh(None)  # type: ignore[arg-type]
    assert carried(kept) == "token-2"


def test_who_was_refused_an_older_token_takes_the_newer_one() -> None:
    source = Source()
    kept = KeptCredentials(source, None, wait=20.0)  # type: ignore[arg-type]
    carried(kept)
    source.token = "somebody got it meanwhile"
    kept.refresh(None)  # type: ignore[arg-type]
    assert source.asked == 1


def test_who_comes_after_the_end_of_a_fetch_begins_no_other() -> None:
    source = Source()
    kept = KeptCredentials(source, None, wait=20.0)  # type: ignore[arg-type]
    carried(kept)
    kept._fetch.done(20.0)  # as one that had looked before the first fetch ended
    assert source.asked == 1


def test_a_renewal_that_fails_is_tried_again_after_a_while() -> None:
    source, clock = Source(), MovedClock()
    kept = KeptCredentials(source, None, wait=20.0, clock=clock.monotonic)  # type: ignore[arg-type]
    carried(kept)
    source.state, source.failing = TokenState.STALE, True
    for _ in range(5):
        assert carried(kept) == "token-1"
        begun = kept._fetch._under_way
        if begun is not None:
            begun.exception(20.0)
    assert source.asked == 2
    clock.advance(1.0)
    assert carried(kept) == "token-1"
    begun = kept._fetch._under_way
    if begun is not None:
        begun.exception(20.0)
    assert source.asked == 3


def test_requests_for_tokens_end_in_time_whatever_is_asked() -> None:
    asked: list[dict[str, Any]] = []
    bounded = BoundedRequest(lambda *args, **options: asked.append(options), 3.0)  # type: ignore[arg-type]
    bounded("https://oauth2.example", timeout=120)
    bounded("https://oauth2.example", method="POST")
    assert [options["timeout"] for options in asked] == [3.0, 3.0]
