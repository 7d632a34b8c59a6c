# Generated from tests/integration/redis/aio/test_answers.py by tools/unasync.py. Do not edit.
"""No answer reaches anybody but who asked: whatever a peer does to a reply, its connection serves nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from hexcache.adapters.outbound.redis.sync.opening import open_link
from hexcache.domain.errors import StoreError, StoreTimeout, StoreUnavailable
from tests.integration.redis.peer import Peer
from tests.integration.redis.settings import settings_at

SOON: dict[str, Any] = {"operation_deadline": 0.1}


@pytest.mark.parametrize("manner", ["deaf", "half", "slow", "drip"])
def test_what_comes_too_late_is_read_by_nobody(peer: Peer, manner: str) -> None:
    peer.pause = 0.15
    link = open_link(settings_at(peer.port, pool_size=1, **SOON))
    for number in range(3):
        with pytest.raises(StoreTimeout):
            link.get(f"{manner}:{number}".encode())
        key = f"plain:{number}".encode()
        assert link.get(key) == key
        assert link.get_many([key, b"plain:x"]) == [key, b"plain:x"]
    link.close()
    assert peer.connections == 4


@pytest.mark.parametrize("manner", ["cut", "gone"])
def test_a_reply_that_ends_in_the_middle_is_no_reply(peer: Peer, manner: str) -> None:
    link = open_link(settings_at(peer.port, pool_size=1))
    for number in range(3):
        with pytest.raises(StoreUnavailable):
            link.get(f"{manner}:{number}".encode())
        key = f"plain:{number}".encode()
        assert link.get(key) == key
    link.close()


def test_a_reply_that_nobody_asked_for_reaches_nobody(peer: Peer) -> None:
    link = open_link(settings_at(peer.port, pool_size=1))
    for number in range(10):
        twice, plain = f"twice:{number}".encode(), f"plain:{number}".encode()
        assert link.get(twice) == twice
        assert link.get(plain) == plain
    link.close()


def test_a_batch_that_is_cut_off_leaves_no_reply_behind(peer: Peer) -> None:
    link = open_link(settings_at(peer.port, pool_size=1, **SOON))
    for number in range(3):
        with pytest.raises(StoreTimeout):
            link.call_all([("GET", b"plain:1"), ("GET", b"deaf:2"), ("GET", b"plain:3")])
        key = f"plain:{number}".encode()
        assert link.call_all([("GET", key), ("ECHO", b"plain")]) == [key, b"OK"]
    link.close()


def test_many_that_are_answered_late_get_their_own_answers_or_none(peer: Peer) -> None:
    peer.pause = 0.02
    link = open_link(settings_at(peer.port, pool_size=3, operation_deadline=0.08))
    answered = 0
    for number in range(60):
        manner = ("plain", "slow", "drip", "half", "cut", "deaf", "plain")[number % 7]
        key = f"{manner}:{number}".encode()
        try:
            found = link.get(key)
        except StoreError:
            continue
        assert found == key
        answered += 1
    assert answered >= 15
    link.close()
