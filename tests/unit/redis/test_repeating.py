"""What may be sent twice."""

from __future__ import annotations

import pytest

from hexcache.adapters.outbound.redis.repeating import repeatable


@pytest.mark.parametrize("command", [("GET", b"k"), ("get", b"k"), ("MGET", b"a"), ("SCRIPT LOAD", "x"), ("PING",)])
def test_reads_may(command: tuple[str, ...]) -> None:
    assert repeatable(command)


@pytest.mark.parametrize("command", [("PUBLISH", b"channel", b"text"), ("SPUBLISH", b"channel", b"text")])
def test_messages_may_as_who_hears_one_twice_is_none_the_worse(command: tuple[str, ...]) -> None:
    assert repeatable(command)


@pytest.mark.parametrize(
    "command",
    [
        ("SET", b"k", b"v"), ("UNLINK", b"k"), ("INCR", b"k"), ("EVALSHA", "x", 0), ("EVAL", "x", 0), ("GETDEL", b"k"),
        ("GETEX", b"k"), ("SCRIPT FLUSH",), ("CLUSTER FAILOVER",), ("FLUSHALL",), (b"GET", b"k"), ("XREADGROUP", b"k"),
    ],
)  # fmt: skip
def test_changes_may_not(command: tuple[str, ...]) -> None:
    assert not repeatable(command)
