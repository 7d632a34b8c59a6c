"""What the counters of both worlds say to a server and how they read its answers. Nothing here waits.

Rule: whatever cannot be sent is refused here, before a trip; an answer is read by one function for each script.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from itertools import count
from math import inf
from os import getpid
from typing import Any, Final, TypeAlias

from hexcache.adapters.outbound.redis.commands import Argument, Reply
from hexcache.adapters.outbound.redis.count_records import OPERATION_SECONDS, RESEND_SECONDS
from hexcache.adapters.outbound.redis.rate_scripts import spending_words
from hexcache.domain.errors import NotANumber, UnsupportedValue
from hexcache.domain.increment import Increment, check_increment
from hexcache.domain.lifetime import NEVER, parse_ttl
from hexcache.domain.rate import Decision, RateRule
from hexcache.domain.rate.rule import check_units
from hexcache.ports.clock import Clock
from hexcache.ports.entropy import Entropy

Call: TypeAlias = tuple[Sequence[bytes], Sequence[Argument]]
"""Keys and arguments of a script."""

_MARK: Final = "\x1fcount:"
"""What the keys of counters begin with; no address does."""
_GLOB: Final = re.compile(rb"[*?\[\]\\]")
_serial = count()


class CountWords:
    """Keys and arguments."""

    def __init__(self, entropy: Entropy, prefix: str, wall: Clock | None) -> None:
        self._entropy = entropy
        self._begin = prefix + _MARK
        self._wall = wall

    def key(self, address: str) -> bytes:
        """Where an address is kept."""
        return _bytes(self._begin + address)

    def pattern(self, prefix: str) -> bytes:
        """What the keys of all addresses match that begin with a prefix."""
        return _GLOB.sub(rb"\\\g<0>", self.key(prefix)) + b"*"

    def now(self) -> bytes:
        """The time for a script: none where the server's own counts."""
        return b"" if self._wall is None else repr(float(self._wall())).encode()

    def plain(self, address: str) -> Call:
        """A call that needs nothing but the time."""
        return self.at(self.key(address))

    def at(self, key: bytes) -> Call:
        """The same where the key is known."""
        return (key,), (self.now(),)

    def increment(self, each: Increment) -> Call:
        """An increment with its id: the caller's, or one of our own.

        Raises:
            NotANumber: a number that no counter can be.
            InvalidLifetime: a ttl that is none.
        """
        check_increment(each)
        life = parse_ttl(each.ttl)
        sort, by = _number(each.by)
        floor_sort, floor = (b"", b"") if each.floor is None else _number(each.floor)
        own = each.operation is None
        return (self.key(each.counter),), (
            self.now(), sort, by, _seconds(life), b"1" if each.refresh_ttl else b"", floor_sort, floor,
            self._own_id() if own else _digest(each.operation),
            repr(RESEND_SECONDS if own else OPERATION_SECONDS),
        )  # fmt: skip

    def spending(self, address: str, rule: RateRule, n: int) -> Call:
        """A request for units, with an id of our own.

        Raises:
            InvalidSetting: ``n`` is no number of units.
        """
        check_units(n, "n", least=0)
        return (self.key(address),), spending_words(rule, n, self.now(), self._own_id())

    def addition(self, address: str, members: Sequence[str], ttl: float | None) -> Call:
        """New members of a set.

        Raises:
            InvalidLifetime: a ttl that is none.
            UnsupportedValue: a member that is no ``str``.
        """
        life = parse_ttl(ttl)
        for member in members:
            if type(member) is not str:
                raise UnsupportedValue("members", type(member).__name__, "str")
        return (self.key(address),), (self.now(), _seconds(life), *map(_bytes, members))

    def _own_id(self) -> bytes:
        """An id that no other call has: not even of a process that was forked with the same source of chance."""
        serial = next(_serial) & 0xFFFFFFFF
        return b"#" + self._entropy.randbytes(8) + getpid().to_bytes(4, "big") + serial.to_bytes(4, "big")


def number_told(reply: Reply) -> float:
    """The number that an increment was answered with.

    Raises:
        NotANumber: the address holds something else, or the sum is out of range; nothing was changed.
    """
    kind = _text(reply[0])
    if kind == "?":
        raise NotANumber("the address holds something that is not a counter; it was left as it is")
    if kind == ">":
        raise NotANumber("the counter is out of range; accepted: finite numbers up to 1e300")
    return _read(kind, _text(reply[1]))


def number_seen(reply: Reply) -> float | None:
    """The number that an address holds."""
    kind, _, rest, _ = map(_text, reply)
    return _read(kind, rest) if kind in {"i", "f"} else None


def ttl_seen(reply: Reply) -> float | None:
    """The remaining life of the number or the set that an address holds."""
    kind, dies, _, now = map(_text, reply)
    if kind not in {"i", "f", "s"}:
        return None
    return float(dies) - float(now) if dies else inf


def decision_told(reply: Reply, rule: RateRule, n: int) -> Decision:
    """What the rule decides on the state and at the time that the script met.

    Raises:
        NotANumber: the address holds something that is not a limiter; nothing was changed.
    """
    answer = _text(reply[0])
    if answer == "?":
        raise NotANumber("the address holds something that is not a limiter; it was left as it is")
    state = tuple(map(float, _text(reply[1]).split())) or None
    # Units that were granted before under the same id are in the state already.
    return rule.advance(state, float(_text(reply[2])), 0 if answer == "=" else n)[1]


def added_told(reply: Reply) -> int:
    """How many members were new.

    Raises:
        NotANumber: the address holds something that is not a set; nothing was changed.
    """
    if int(reply) < 0:
        raise NotANumber("the address holds something that is not a set; it was left as it is")
    return int(reply)


def members_told(reply: Reply) -> frozenset[str]:
    """The members of a set."""
    return frozenset(_text(member)[1:] for member in reply)


def _number(number: float) -> tuple[bytes, bytes]:
    """The kind and the text of a number."""
    if isinstance(number, int):
        return b"i", str(int(number)).encode()
    return b"f", repr(float(number)).encode()


def _read(kind: str, text: str) -> float:
    return int(text) if kind == "i" else float(text)


def _seconds(life: float) -> bytes:
    return b"" if life == NEVER else repr(life).encode()


def _digest(operation: Any) -> bytes:
    if type(operation) is not str:
        raise UnsupportedValue("operation", type(operation).__name__, "str")
    return b"@" + blake2b(_bytes(operation), digest_size=16).digest()


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _text(reply: bytes | str) -> str:
    return reply if isinstance(reply, str) else reply.decode("utf-8", "surrogatepass")
