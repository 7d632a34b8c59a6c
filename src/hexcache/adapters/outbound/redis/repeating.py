"""Which commands may be sent again when it is not known whether they were carried out.

Rule: reads, and messages, as who hears one twice is none the worse. A write that is sent a second time could undo what
somebody else wrote or deleted in between; whoever asked for it learns that its outcome is unknown, and decides.
"""

from __future__ import annotations

from typing import Final

from hexcache.adapters.outbound.redis.commands import Command

_READS: Final = frozenset(
    {
        "GET", "MGET", "STRLEN", "EXISTS", "TYPE", "TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME",
        "HGET", "HMGET", "HGETALL", "HLEN", "SMEMBERS", "SISMEMBER", "SMISMEMBER", "SCARD",
        "ZSCORE", "ZMSCORE", "ZCARD", "ZCOUNT", "ZRANGE", "XRANGE", "XLEN",
        "SCAN", "SSCAN", "HSCAN", "ZSCAN", "PING", "ECHO", "INFO", "TIME", "DBSIZE", "EVAL_RO", "EVALSHA_RO",
    }
)  # fmt: skip
_TELLING: Final = frozenset({"PUBLISH", "SPUBLISH"})
_READING: Final = frozenset({"CLUSTER SLOTS", "CLUSTER INFO", "CLUSTER NODES", "SCRIPT LOAD", "SCRIPT EXISTS"})


def repeatable(command: Command) -> bool:
    """Whether sending it twice is the same as sending it once."""
    name = command[0]
    if not isinstance(name, str):
        return False
    name = name.upper()
    return name in _READS or name in _TELLING or name in _READING
