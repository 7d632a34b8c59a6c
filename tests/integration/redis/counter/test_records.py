"""What counters keep on the server: one key each, bounded, ended by the server, and nobody else's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from redis import Redis

from hexcache.adapters.outbound.redis import count_words
from hexcache.adapters.outbound.redis.count_records import (
    AT_ONCE,
    OPERATION_SECONDS,
    OPERATIONS_KEPT,
    RESEND_SECONDS,
    RESENDS_KEPT,
)
from hexcache.adapters.outbound.redis.sync.client_link import ClientLink
from hexcache.adapters.outbound.redis.sync.counter import RedisCounter
from hexcache.domain.errors import NotANumber, UnsupportedValue
from hexcache.domain.rate import FixedWindow, Gcra, RateRule, SlidingWindow
from hexcache.testing.entropy import SeededEntropy
from tests.integration.redis.counter.counting import Desk, desk
from tests.servers.single import Server
from tests.servers.waiting import wait_until

RULES: list[RateRule] = [FixedWindow(1, 1.0), SlidingWindow(1, 1.0), Gcra(1, 1.0)]
Plant = Callable[[Any, bytes], object]


@pytest.fixture
def kept(any_redis: Server, redis_prefix: str) -> Iterator[Desk]:
    with desk(any_redis, redis_prefix) as one:
        yield one


class TestKeys:
    """Where things are, and how long."""

    def test_an_address_is_one_key_that_no_entry_has(self, kept: Desk) -> None:
        kept.counter.incr("kit:n", operation="one")
        kept.counter.spend("kit:r", FixedWindow(1, 60.0))
        kept.counter.add_members("kit:s", ["a"])
        keys = sorted(kept.client.scan_iter(f"{kept.prefix}*"))
        assert keys == [kept.key("kit:n"), kept.key("kit:r"), kept.key("kit:s")]
        assert all(key.startswith(f"{kept.prefix}\x1f".encode()) for key in keys)

    def test_the_server_ends_it_on_its_own_time(self, kept: Desk) -> None:
        counter = kept.on_its_own_time
        for make in (lambda: counter.incr("kit:n", ttl=0.05), lambda: counter.add_members("kit:n", ["a"], ttl=0.05)):
            make()
            left = counter.ttl("kit:n")
            assert left is None or 0 < left <= 0.05
            assert 0 <= kept.client.pttl(kept.key("kit:n")) <= 51 or not kept.client.exists(kept.key("kit:n"))
            wait_until(lambda: not kept.client.exists(kept.key("kit:n")), "the key ended")
            assert (counter.read("kit:n"), counter.members("kit:n"), counter.ttl("kit:n")) == (None, frozenset(), None)

    def test_the_servers_own_time_is_the_servers(self, kept: Desk) -> None:
        before, _, after = kept.client.time(), kept.on_its_own_time.incr("kit:n", ttl=1000), kept.client.time()
        ends = float(kept.head("kit:n").split()[1])
        assert before[0] + before[1] / 1e6 + 1000 <= ends <= after[0] + after[1] / 1e6 + 1000
        assert kept.client.execute_command("PEXPIRETIME", kept.key("kit:n")) == math.ceil(ends * 1000)

    def test_an_end_is_kept_unless_it_is_to_be_refreshed(self, kept: Desk) -> None:
        kept.on_its_own_time.incr("kit:n", ttl=1000)
        ends = kept.client.execute_command("PEXPIRETIME", kept.key("kit:n"))
        kept.on_its_own_time.incr("kit:n", ttl=5, operation="one")
        assert kept.client.execute_command("PEXPIRETIME", kept.key("kit:n")) == ends
        kept.on_its_own_time.incr("kit:n", ttl=5, refresh_ttl=True)
        assert 0 < kept.client.pttl(kept.key("kit:n")) <= 5001

    def test_with_injected_time_the_server_tidies_up_a_day_later(self, kept: Desk) -> None:
        kept.counter.incr("kit:n", ttl=10)
        assert 86_400_000 < kept.client.pttl(kept.key("kit:n")) <= 86_410_001

    def test_a_prefix_is_literal_whatever_it_holds(self, kept: Desk) -> None:
        odd = ["*", "?", "[a]", "[^a]", "\\*", "\\", "a-c", "{x}", "\u00e9"]
        for key in [*odd, "a", "b", "plain"]:
            kept.counter.incr(f"kit:{key}!")
        for key in odd:
            assert kept.counter.clear(f"kit:{key}") == 1, key
        assert sorted(kept.client.scan_iter(f"{kept.prefix}*")) == [kept.key(f"kit:{k}!") for k in ("a", "b", "plain")]

    def test_a_clear_counts_what_was_alive(self, kept: Desk) -> None:
        for number in range(1_200):
            kept.counter.incr(f"kit:{number}", ttl=10 if number % 2 else None)
        kept.time.now += 10
        assert kept.counter.clear("kit:") == 600
        assert not list(kept.client.scan_iter(f"{kept.prefix}*"))

    def test_a_client_that_decodes_replies_will_do(self, any_redis: Server, kept: Desk) -> None:
        with Redis.from_url(any_redis.url, decode_responses=True) as client:
            counter = RedisCounter(ClientLink(client), entropy=SeededEntropy(), prefix=kept.prefix, wall=kept.time)
            assert counter.incr("kit:n", 2**70, operation="one") == 2**70
            assert counter.read("kit:n") == 2**70
            counter.add_members("kit:s", ["a", "\u00e9"])
            assert counter.members("kit:s") == {"a", "\u00e9"}
            assert counter.spend("kit:r", Gcra(1, 60.0)).allowed
            assert counter.clear("kit:") == 3


class TestIds:
    """The ids of changes: they tell a repetition, and are forgotten in time."""

    def ids(self, desk: Desk, mark: str, address: str = "kit:n") -> int:
        return sum(member.startswith(mark.encode()) for member in desk.client.zrange(desk.key(address), 0, -1))

    def test_ids_of_our_own_are_forgotten_after_their_time(self, kept: Desk) -> None:
        for _ in range(250):
            kept.counter.incr("kit:n")
        assert self.ids(kept, "#") == 250
        kept.time.now += RESEND_SECONDS
        kept.counter.incr("kit:n")
        assert self.ids(kept, "#") == 251 - AT_ONCE, "no call is long"
        kept.counter.incr("kit:n")
        kept.counter.incr("kit:n")
        assert self.ids(kept, "#") == 3
        assert kept.counter.read("kit:n") == 253

    def test_a_callers_id_is_remembered_for_a_day(self, kept: Desk) -> None:
        assert kept.counter.incr("kit:n", operation="one") == 1
        kept.time.now += OPERATION_SECONDS - 1
        assert kept.counter.incr("kit:n") == 2
        assert kept.counter.incr("kit:n", operation="one") == 2
        kept.time.now += 1
        assert kept.counter.incr("kit:n") == 3
        assert kept.counter.incr("kit:n", operation="one") == 4

    def test_an_id_ends_with_its_counter(self, kept: Desk) -> None:
        kept.counter.incr("kit:n", ttl=10, operation="one")
        kept.time.now += 10
        assert kept.counter.incr("kit:n", 5, operation="one") == 5
        assert self.ids(kept, "@") == 1

    def test_a_repetition_changes_nothing(self, kept: Desk) -> None:
        kept.counter.incr("kit:n", ttl=10, operation="one")
        kept.time.now += 5
        kept.counter.incr("kit:n", 0.5, ttl=100, refresh_ttl=True, floor=7, operation="one")
        assert (kept.counter.read("kit:n"), kept.counter.ttl("kit:n")) == (1, 5)

    def test_the_latest_callers_ids_are_remembered(self, kept: Desk) -> None:
        kept.counter.incr("kit:n")
        later = 1000 * (kept.time.now + OPERATION_SECONDS)
        for first in range(0, OPERATIONS_KEPT, 1000):
            ids = {f"@{number:05}": later + number * 1e-3 for number in range(first, first + 1000)}
            kept.client.zadd(kept.key("kit:n"), ids)
        kept.time.now += 0.5
        for number in range(3):
            kept.counter.incr("kit:n", operation=f"new{number}")
        assert self.ids(kept, "@") == OPERATIONS_KEPT
        assert kept.client.zscore(kept.key("kit:n"), b"@00002") is None
        assert kept.client.zscore(kept.key("kit:n"), b"@00003") is not None
        assert [kept.counter.incr("kit:n", operation=f"new{number}") for number in range(3)] == [4, 4, 4]
        assert self.ids(kept, "#") == 1, "those of our own are not driven out by callers'"

    def test_the_latest_ids_of_our_own_are_remembered(self, kept: Desk) -> None:
        kept.counter.incr("kit:n", operation="one")
        for first in range(0, RESENDS_KEPT, 5000):
            ids = {
                f"#{number:06}": 1000 * (kept.time.now + 10) + number * 1e-3 for number in range(first, first + 5000)
            }
            kept.client.zadd(kept.key("kit:n"), ids)
        assert [kept.counter.incr("kit:n"), kept.counter.incr("kit:n")] == [2, 3]
        assert self.ids(kept, "#") == RESENDS_KEPT
        assert kept.client.zscore(kept.key("kit:n"), b"#000001") is None
        assert kept.client.zscore(kept.key("kit:n"), b"#000002") is not None
        assert kept.counter.incr("kit:n", operation="one") == 3, "callers' are not driven out by our own"

    def test_long_ids_take_no_more_room_and_are_kept_apart(self, kept: Desk) -> None:
        assert kept.counter.incr("kit:n", operation="x" * 100_000) == 1
        assert kept.counter.incr("kit:n", operation="x" * 100_001) == 2
        assert kept.counter.incr("kit:n", operation="x" * 100_000) == 2
        assert max(map(len, kept.client.zrange(kept.key("kit:n"), 1, -1))) == 17

    def test_an_id_that_is_no_text_is_refused(self, kept: Desk) -> None:
        wrong: Any = 7
        with pytest.raises(UnsupportedValue, match="operation"):
            kept.counter.incr("kit:n", operation=wrong)

    def test_two_processes_with_the_same_chance_have_ids_of_their_own(
        self, kept: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A fork copies the source of chance and the serial number; what differs is the process."""
        for process in (1, 2):
            monkeypatch.setattr(count_words, "getpid", lambda process=process: process)
            monkeypatch.setattr(count_words, "_serial", iter(range(5)))
            counter = RedisCounter(kept.link, entropy=SeededEntropy(1), prefix=kept.prefix, wall=kept.time)
            for _ in range(5):
                counter.incr("kit:n")
        assert kept.counter.read("kit:n") == 10


class TestStrangers:
    """What this adapter has not written is left as it is."""

    @pytest.mark.parametrize(
        "plant",
        [
            lambda client, key: client.set(key, "5"),
            lambda client, key: client.hset(key, "n", "5"),
            lambda client, key: client.rpush(key, "i - 5"),
            lambda client, key: client.sadd(key, "i - 5"),
            lambda client, key: client.zadd(key, {"i - 5": 0}),
            lambda client, key: client.zadd(key, {"i - five": -math.inf}),
            lambda client, key: client.zadd(key, {"i - 5.5": -math.inf}),
            lambda client, key: client.zadd(key, {"f - nan": -math.inf}),
            lambda client, key: client.zadd(key, {"f - 1_0": -math.inf}),
            lambda client, key: client.zadd(key, {"i - 1_0": -math.inf}),
            lambda client, key: client.zadd(key, {"f - 0x10": -math.inf}),
            lambda client, key: client.zadd(key, {"f - 1e999": -math.inf}),
            lambda client, key: client.zadd(key, {"f -  1.5": -math.inf}),
            lambda client, key: client.zadd(key, {"f 0x7fffffff 1.5": -math.inf}),
            lambda client, key: client.zadd(key, {"i soon 5": -math.inf}),
            lambda client, key: client.zadd(key, {"i nan 5": -math.inf}),
            lambda client, key: client.zadd(key, {"": -math.inf}),
            lambda client, key: client.zadd(key, {b"\xff\xfe": -math.inf}),
            lambda client, key: client.zadd(key, {"fixed_window - 1": -math.inf}),
            lambda client, key: client.zadd(key, {"fixed_window - 1 nan": -math.inf}),
            lambda client, key: client.zadd(key, {"gcra - 1 2 3": -math.inf}),
            lambda client, key: client.zadd(key, {"sliding_window - 1 2": -math.inf}),
        ],
    )  # fmt: skip
    def test_it_is_refused_and_left(self, kept: Desk, plant: Plant) -> None:
        key = kept.key("kit:n")
        plant(kept.client, key)
        before = kept.client.dump(key)
        calls: list[Callable[[], object]] = [
            lambda: kept.counter.incr("kit:n"),
            lambda: kept.counter.add_members("kit:n", ["a"]),
            lambda: kept.counter.add_members("kit:n", []),
        ]
        head = b"" if kept.client.type(key) != b"zset" else kept.client.zrange(key, 0, 0)[0]
        # A broken state of another kind is none for a rule: it begins anew there.
        other = b"_" in head or b"gcra" in head
        able = [rule for rule in RULES if not other or head.startswith(rule.kind.encode())]
        calls.extend(partial(kept.counter.spend, "kit:n", rule) for rule in able)
        for call in calls:
            with pytest.raises(NotANumber):
                call()
        assert kept.counter.members("kit:n") == frozenset()
        assert (kept.counter.read("kit:n"), kept.counter.ttl("kit:n")) == (None, None)
        assert kept.client.dump(key) == before
        assert kept.counter.remove("kit:n") is True
        assert kept.counter.incr("kit:n") == 1


class TestSets:
    """Sets of any size and any text."""

    def test_a_set_may_be_large(self, kept: Desk) -> None:
        names = [f"{number}" for number in range(5_500)]
        assert kept.counter.add_members("kit:s", names) == 5_500
        assert kept.counter.add_members("kit:s", [*names, "more"]) == 1
        assert kept.counter.members("kit:s") == {*names, "more"}

    def test_members_are_any_text(self, kept: Desk) -> None:
        names = {"", " ", "=", "#", "s - ", "\x00", "\n", "\ud800", "\U0001f600", "a" * 100_000}
        assert kept.counter.add_members("kit:s", names) == len(names)
        assert kept.counter.members("kit:s") == names

    def test_no_members_make_no_set(self, kept: Desk) -> None:
        assert kept.counter.add_members("kit:s", []) == 0
        assert not kept.client.exists(kept.key("kit:s"))

    def test_what_is_no_text_is_refused(self, kept: Desk) -> None:
        wrong: Any = ["a", 5]
        with pytest.raises(UnsupportedValue, match="members"):
            kept.counter.add_members("kit:s", wrong)
        assert not kept.client.exists(kept.key("kit:s"))
