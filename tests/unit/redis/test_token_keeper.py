"""A token is renewed before it ends, by one fetch at a time, and nobody waits without a bound."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hexcache.adapters.outbound.redis.credentials.keeper import Token, TokenKeeper
from hexcache.adapters.outbound.redis.credentials.provider import TokenProvider
from hexcache.domain.errors import StoreTimeout, StoreUnavailable
from hexcache.testing import MovedClock

LIFE = 100.0
BUSY = 20.0
"""Seconds for which a test waits for another thread on a busy machine."""


class Issuer:
    """Gives numbered tokens; may be held or made to fail."""

    def __init__(self, clock: MovedClock) -> None:
        self.clock = clock
        self.given = 0
        self._giving = threading.Lock()
        self.gate = threading.Event()
        self.gate.set()
        self.failure: Exception | None = None
        self.asked = threading.Semaphore(0)

    def __call__(self) -> Token:
        self.asked.release()
        assert self.gate.wait(BUSY)
        if self.failure is not None:
            raise self.failure
        with self._giving:  # a parent and its child fetch side by side
            self.given += 1
            return Token("me", f"token-{self.given}", self.clock.wall() + LIFE)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def issuer(clock: MovedClock) -> Issuer:
    return Issuer(clock)


@pytest.fixture
def keeper(clock: MovedClock, issuer: Issuer) -> TokenKeeper:
    return TokenKeeper(issuer, wall=clock.wall, wait=BUSY)


def settled(keeper: TokenKeeper) -> None:
    """Wait for the fetch that nobody waits for."""
    for thread in threading.enumerate():
        if thread.name == "hexcache-token":
            thread.join(BUSY)


def test_a_token_is_fetched_once_while_it_is_good(keeper: TokenKeeper, issuer: Issuer) -> None:
    assert {keeper.get().secret for _ in range(5)} == {"token-1"}
    assert issuer.given == 1


def test_callers_that_come_together_share_one_fetch(keeper: TokenKeeper, issuer: Issuer) -> None:
    issuer.gate.clear()
    with ThreadPoolExecutor(8) as crowd:
        answers = [crowd.submit(keeper.get) for _ in range(8)]
        assert issuer.asked.acquire(timeout=BUSY)
        issuer.gate.set()
        assert {answer.result().secret for answer in answers} == {"token-1"}
    assert issuer.given == 1


def test_a_token_is_renewed_before_it_ends_and_nobody_waits_for_it(
    keeper: TokenKeeper, issuer: Issuer, clock: MovedClock
) -> None:
    keeper.get()
    settled(keeper)
    issuer.gate.clear()
    clock.advance(LIFE * 0.8)
    assert keeper.get().secret == "token-1"
    issuer.gate.set()
    settled(keeper)
    assert keeper.get().secret == "token-2"


def test_a_failed_renewal_costs_nobody_anything_until_the_token_ends(
    keeper: TokenKeeper, issuer: Issuer, clock: MovedClock
) -> None:
    keeper.get()
    settled(keeper)
    issuer.failure = OSError("secret detail")
    clock.advance(LIFE * 0.8)
    assert keeper.get().secret == "token-1"
    settled(keeper)
    clock.advance(LIFE * 0.2)
    with pytest.raises(StoreUnavailable, match="OSError") as caught:
        keeper.get()
    assert "secret detail" not in str(caught.value)
    issuer.failure = None
    assert keeper.get().secret == "token-2"


def test_an_ended_token_is_never_given(keeper: TokenKeeper, clock: MovedClock) -> None:
    keeper.get()
    clock.advance(LIFE)
    assert keeper.get().secret == "token-2"


def test_a_caller_waits_no_longer_than_its_limit_and_the_answer_serves_the_next(
    clock: MovedClock, issuer: Issuer
) -> None:
    keeper = TokenKeeper(issuer, wall=clock.wall, wait=0.01)
    issuer.gate.clear()
    with pytest.raises(StoreTimeout):
        keeper.get()
    issuer.gate.set()
    settled(keeper)
    assert keeper.get().secret == "token-1"


async def test_a_waiting_task_that_is_cancelled_leaves_the_fetch_to_the_others(
    keeper: TokenKeeper, issuer: Issuer
) -> None:
    issuer.gate.clear()
    first, second = asyncio.create_task(keeper.get_async()), asyncio.create_task(keeper.get_async())
    await asyncio.sleep(0)
    first.cancel()
    issuer.gate.set()
    assert (await second).secret == "token-1"
    with pytest.raises(asyncio.CancelledError):
        await first
    assert issuer.given == 1


async def test_tasks_get_what_threads_get(keeper: TokenKeeper, issuer: Issuer) -> None:
    provider = TokenProvider(keeper)
    assert await provider.get_credentials_async() == provider.get_credentials() == ("me", "token-1")


@pytest.mark.parametrize(("username", "expected"), [("", ("secret",)), ("me", ("me", "secret"))])
def test_a_token_without_a_user_is_for_the_default_user(
    clock: MovedClock, username: str, expected: tuple[str, ...]
) -> None:
    def fetch() -> Token:
        return Token(username, "secret", clock.wall() + LIFE)

    assert TokenProvider(TokenKeeper(fetch, wall=clock.wall)).get_credentials() == expected


def test_no_repr_shows_a_secret(clock: MovedClock) -> None:
    assert "s3cret" not in repr(Token("me", "s3cret", clock.wall()))


def test_a_child_process_fetches_for_itself(keeper: TokenKeeper, issuer: Issuer, clock: MovedClock) -> None:
    issuer.gate.clear()
    with ThreadPoolExecutor(1) as other:
        parents = other.submit(keeper.get)
        assert issuer.asked.acquire(timeout=BUSY)
        keeper.reset_after_fork()  # what a child finds: a fetch that no thread of its own ends
        childs = other_thread(keeper.get)
        assert issuer.asked.acquire(timeout=BUSY)
        issuer.gate.set()
        assert {childs().secret, parents.result().secret} == {"token-1", "token-2"}


def other_thread(call: Callable[[], Token]) -> Callable[[], Token]:
    """Begin a call elsewhere; returns what waits for its answer."""
    pool = ThreadPoolExecutor(1)
    answer = pool.submit(call)
    pool.shutdown(wait=False)
    return answer.result
