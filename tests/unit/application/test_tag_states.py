"""Beliefs about tags: a state that may be believed is never out of sight, whoever uses or renews it meanwhile."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest

from hexcache.application.tag_states import TagStates
from hexcache.domain.tag import TOKEN_BYTES, TagState

STATE = TagState(b"h" * TOKEN_BYTES, b"s" * TOKEN_BYTES)


@pytest.fixture(autouse=True)
def restless() -> Iterator[None]:
    """Let threads take turns as often as possible."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_a_state_is_never_out_of_sight() -> None:
    states = TagStates(lambda: 0.0, 1.0, durable=False)
    states.create("t", STATE)
    done = threading.Event()
    seen: set[TagState | None] = set()

    def use() -> None:
        while not done.is_set():
            seen.add(states.want("t"))
            states.believe("t", STATE, states.observe("t"))

    users = [threading.Thread(target=use) for _ in range(2)]
    for user in users:
        user.start()
    seen.update(states.believed("t") for _ in range(20_000))
    done.set()
    for user in users:
        user.join()
    assert seen == {STATE}
