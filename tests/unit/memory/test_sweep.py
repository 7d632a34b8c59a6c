"""The sweep: laps over the keys of a mapping that changes meanwhile."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.outbound.memory.sweep import Sweep


@given(size=st.integers(0, 50), looks=st.integers(1, 20))
def test_every_key_that_stays_is_looked_at_once_in_each_lap(size: int, looks: int) -> None:
    sweep = Sweep()
    held = dict.fromkeys(map(str, range(size)))
    turns = -(-size // looks)
    for _ in range(3):
        lap = [name for _ in range(turns) for name in sweep.turn(held, looks)]
        assert lap == list(held)


@given(looks=st.integers(1, 5), changes=st.lists(st.tuples(st.booleans(), st.integers(0, 9)), max_size=60))
def test_changes_disturb_no_lap(looks: int, changes: list[tuple[bool, int]]) -> None:
    sweep = Sweep()
    held: dict[str, None] = {"stays": None}
    seen = 0
    for add, number in changes:
        if add:
            held[str(number)] = None
        else:
            held.pop(str(number), None)
        names = sweep.turn(held, looks)
        assert 0 < len(names) <= looks
        seen += names.count("stays")
    # A lap has at most eleven names, and each turn but a lap's last looks at that many of them.
    assert seen >= len(changes) // (11 // looks + 1) - 1


def test_a_restart_lets_the_names_of_the_lap_go() -> None:
    sweep = Sweep()
    held = dict.fromkeys("abc")
    assert sweep.turn(held, 1) == ["a"]
    sweep.restart()
    assert sweep._lap == []
    assert sweep.turn({}, 1) == []
    assert sweep.turn({"new": None}, 1) == ["new"]
