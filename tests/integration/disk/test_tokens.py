"""Tokens through eviction, expiry and clearing: a late write never brings back what is older."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hexcache.adapters.outbound.disk import clearing
from hexcache.adapters.outbound.disk.settings import EvictionPolicy
from hexcache.adapters.outbound.disk.table import DiskTable
from hexcache.ports.finding import Absent, Found, Token
from hexcache.testing.clock import MovedClock
from tests.integration.disk.making import NEVER, count_rows, database, run, table_at

TTL = 600.0
"""How long a deletion is remembered, seconds."""
SMALL = 2**20
"""The smallest size limit: some two hundred blobs of FILL bytes."""
FILL = b"f" * 3_900
POLICIES: list[EvictionPolicy] = ["least-recently-stored", "least-recently-used", "least-frequently-used"]


def clear(table: DiskTable, prefix: str) -> int:
    number = table.begin_clear(prefix)
    gone, after = table.clear_step(prefix, number, None)
    while after is not None:
        more, after = table.clear_step(prefix, number, after)
        gone += more
    return gone


def push_out(table: DiskTable, address: str) -> None:
    """Write until the address is evicted; it is not read meanwhile, which a policy would notice."""
    for number in range(2_000):
        if address not in table.page(address, None)[0]:
            return
        table.put(f"fill:{number}", FILL, NEVER)
    pytest.fail("nothing was evicted")


class TestEviction:
    """What is evicted leaves a token behind that still means what it meant."""

    @pytest.mark.parametrize("policy", POLICIES)
    def test_a_token_from_before_a_write_loses_after_its_eviction(
        self, tmp_path: Path, moved_clock: MovedClock, policy: EvictionPolicy
    ) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=SMALL, policy=policy)
        early = table.get("kit:a").token
        table.put("kit:a", b"newer", NEVER)
        push_out(table, "kit:a")
        assert table.put_if("kit:a", b"older", NEVER, early) is False
        assert isinstance(table.get("kit:a"), Absent)

    @pytest.mark.parametrize("policy", POLICIES)
    def test_it_loses_as_well_when_no_trace_is_left(
        self, tmp_path: Path, moved_clock: MovedClock, policy: EvictionPolicy
    ) -> None:
        table = table_at(tmp_path, moved_clock.wall, size_limit=SMALL, policy=policy)
        early = table.get("kit:a").token
        table.put("kit:a", b"newer", NEVER)
        moved_clock.advance(TTL + 1)
        push_out(table, "kit:a")
        assert count_rows(database(tmp_path), "kit:a") == 0
        assert table.put_if("kit:a", b"older", NEVER, early) is False
        assert table.put_if("kit:a", b"newest", NEVER, table.get("kit:a").token) is True

    @pytest.mark.parametrize("policy", POLICIES)
    def test_evictions_elsewhere_leave_a_token_valid(
        self, tmp_path: Path, moved_clock: MovedClock, policy: EvictionPolicy
    ) -> None:
        """A slow load in a full cache is stored, however much is written and evicted meanwhile."""
        table = table_at(tmp_path, moved_clock.wall, size_limit=SMALL, policy=policy)
        for number in range(400):
            table.put(f"fill:{number}", FILL, NEVER)
        assert table.stats()["evicted"] > 0
        token = table.get("kit:a").token
        for number in range(400, 700):
            moved_clock.advance(0.5)
            table.put(f"fill:{number}", FILL, NEVER)
        assert table.put_if("kit:a", b"loaded", NEVER, token) is True


class TestExpiry:
    """What has expired is absent with the token that it had."""

    def test_the_token_of_an_expired_blob_stays_valid(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"old", moved_clock.wall() + 10)
        token = table.get("kit:a").token
        moved_clock.advance(10)
        assert table.get("kit:a") == Absent(token)
        assert table.put_if("kit:a", b"new", NEVER, token) is True

    @pytest.mark.parametrize("later", [11.0, TTL + 11.0])
    def test_it_stays_so_once_the_blob_is_removed(self, tmp_path: Path, moved_clock: MovedClock, later: float) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        early = table.get("kit:a").token
        table.put("kit:a", b"old", moved_clock.wall() + 10)
        token = table.get("kit:a").token
        moved_clock.advance(later)
        for number in range(64):
            table.put(f"kit:other{number}", b"x", NEVER)
        assert table.stats()["expired"] == 1
        assert run(database(tmp_path), "SELECT 1 FROM Cache WHERE key = 'kit:a' AND mode <> 0") == []
        assert table.put_if("kit:a", b"older", NEVER, early) is False
        if later < TTL:
            assert table.put_if("kit:a", b"new", NEVER, token) is True

    def test_short_lives_elsewhere_leave_a_token_valid(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        token = table.get("kit:a").token
        for number in range(200):
            moved_clock.advance(1)
            table.put(f"kit:short{number}", b"x", moved_clock.wall() + 1)
        assert table.stats()["expired"] > 100
        assert table.put_if("kit:a", b"loaded", NEVER, token) is True

    def test_tombstones_are_forgotten_in_time(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        token = table.get("kit:a").token
        table.delete_many([f"kit:{number}" for number in range(50)] + ["kit:a"])
        moved_clock.advance(TTL - 1)
        table.put_many({f"x:{number}": (b"", NEVER) for number in range(60)})
        assert count_rows(database(tmp_path), "kit:a") == 1
        moved_clock.advance(2)
        table.put_many({f"y:{number}": (b"", NEVER) for number in range(60)})
        assert run(database(tmp_path), "SELECT key FROM Cache WHERE mode = 0") == []
        assert table.put_if("kit:a", b"older", NEVER, token) is False


class TestClear:
    """Clearing voids what was handed out before, below its prefix and nowhere else."""

    def test_a_token_handed_out_during_a_clear_does_not_bring_back_a_row(
        self, tmp_path: Path, moved_clock: MovedClock
    ) -> None:
        """A row that the clear has not reached yet is read, and written back when it has passed."""
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"old", NEVER)
        number = table.begin_clear("kit:")
        token = table.get("kit:a").token
        assert table.put_if("kit:a", b"old again", NEVER, token) is False
        assert table.clear_step("kit:", number, None) == (1, None)
        assert table.put_if("kit:a", b"old again", NEVER, token) is False
        assert table.put_if("kit:a", b"new", NEVER, table.get("kit:a").token) is True

    def test_what_is_written_during_a_clear_stays(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:a", b"old", NEVER)
        number = table.begin_clear("kit:")
        table.put("kit:a", b"new", NEVER)
        assert table.clear_step("kit:", number, None) == (0, None)
        assert isinstance(table.get("kit:a"), Found)

    def test_other_prefixes_keep_their_tokens(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put("kit:b", b"b", NEVER)
        tokens = {address: table.get(address).token for address in ("kit:a", "kit:b", "other:a")}
        clear(table, "other:")
        assert table.put_if("kit:a", b"new", NEVER, tokens["kit:a"]) is True
        assert table.put_if("kit:b", b"new", NEVER, tokens["kit:b"]) is True
        assert table.put_if("other:a", b"new", NEVER, tokens["other:a"]) is False

    @pytest.mark.parametrize("clears", [1, clearing.CLEARS_KEPT + 1])
    def test_a_clear_holds_for_as_long_as_any_load(self, tmp_path: Path, moved_clock: MovedClock, clears: int) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        token = table.get("n0:a").token
        for number in range(clears):
            clear(table, f"n{number}:")
        clear(table, "more:")
        assert table.put_if("n0:a", b"old", NEVER, token) is False
        moved_clock.advance(TTL + 1)
        clear(table, "even more:")
        assert table.put_if("n0:a", b"old", NEVER, token) is False
        ((left,),) = run(database(tmp_path), "SELECT count(*) FROM HexcacheClear")
        assert left == 1

    def test_a_large_namespace_is_cleared_in_steps(self, tmp_path: Path, moved_clock: MovedClock) -> None:
        table = table_at(tmp_path, moved_clock.wall)
        table.put_many({f"kit:{number}": (b"x", NEVER) for number in range(1_300)} | {"kiu:a": (b"x", NEVER)})
        assert clear(table, "kit:") == 1_300
        assert table.page("", None) == (["kiu:a"], None)


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.sampled_from("ab")),
        st.tuples(st.just("put"), st.sampled_from("ab")),
        st.tuples(st.just("short"), st.sampled_from("ab")),
        st.tuples(st.just("delete"), st.sampled_from("ab")),
        st.tuples(st.just("clear"), st.sampled_from(["a", "b", ""])),
        st.tuples(st.just("install"), st.sampled_from("ab")),
        st.tuples(st.just("wait"), st.sampled_from([1.0, 50.0, TTL + 1])),
        st.tuples(st.just("fill"), st.just(20)),
    ),
    max_size=40,
)


@settings(max_examples=60, deadline=None)
@given(actions=ACTIONS, policy=st.sampled_from(POLICIES))
def test_no_install_ever_replaces_what_came_after_its_token(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, str | float | int]], policy: EvictionPolicy
) -> None:
    """Whatever is written, deleted, cleared, expired and evicted in any order, a token from before loses."""
    clock = MovedClock()
    table = table_at(tmp_path_factory.mktemp("tokens"), clock.wall, size_limit=SMALL, policy=policy)
    serial = itertools.count()
    changed = {"a": 0, "b": 0}
    seen: dict[str, tuple[int, Token]] = {}
    for action, subject in actions:
        if action == "wait":
            clock.advance(float(subject))
        elif action == "fill":
            table.put_many({f"fill:{next(serial)}": (FILL, NEVER) for _ in range(int(subject))})
        elif action == "clear":
            clear(table, str(subject))
            changed = {key: at + key.startswith(str(subject)) for key, at in changed.items()}
        else:
            key = str(subject)
            if action == "read":
                seen[key] = (changed[key], table.get(key).token)
            elif action == "install" and key in seen:
                at, token = seen[key]
                installed = table.put_if(key, b"loaded", NEVER, token)
                assert not installed or at == changed[key], "a write that came later was overwritten"
                changed[key] += installed
            elif action in {"put", "short"}:
                table.put(key, b"put", NEVER if action == "put" else clock.wall() + 1)
                changed[key] += 1
            elif action == "delete":
                table.delete(key)
                changed[key] += 1
    table.close()
