"""Weights of values that are large, deep or within themselves are found in bounded time, and are near the truth."""

from __future__ import annotations

import pytest

from hexcache.domain import weight
from hexcache.domain.weight import MAX_DEPTH, MAX_VISITS, UNSEEN, weigh


class TestBounds:
    """Values that are large, deep or within themselves."""

    def test_a_large_flat_list_is_exact_when_its_members_are_alike(self) -> None:
        assert weigh([1.5] * 100_000) == 56 + 100_000 * (8 + 24)

    def test_many_equal_records_are_estimated_within_a_tenth(self) -> None:
        records = [{"role": "user", "content": "x" * 1000, "tags": ["a", "b"]} for _ in range(5000)]
        assert weigh(records) == pytest.approx(56 + 5000 * (8 + weigh(records[0])), rel=0.1)

    def test_members_that_differ_along_a_list_are_met_all_along(self) -> None:
        growing = ["x" * (place // 10) for place in range(50_000)]
        assert weigh(growing) == pytest.approx(sum(57 + len(text) for text in growing), rel=0.05)

    def test_one_large_part_among_small_ones_counts_whole(self) -> None:
        value = {"vector": [1.5] * 100_000, "model": "m", "usage": {"tokens": 5}}
        assert weigh(value) == pytest.approx(weigh(value["vector"]), rel=0.01)

    def test_large_sets_and_dicts_are_estimated(self) -> None:
        assert weigh(set(range(50_000))) == pytest.approx(216 + 50_000 * 80, rel=0.01)
        assert weigh(dict.fromkeys(range(50_000), 1.5)) == pytest.approx(120 + 50_000 * (36 + 28 + 24), rel=0.01)
        assert weigh(tuple([1.5] * 50_000)) == 40 + 50_000 * 32

    def test_a_value_within_itself_counts_once(self) -> None:
        loop: list[object] = ["x" * 100]
        loop.append(loop)
        assert weigh(loop) == 56 + 16 + 149
        table: dict[str, object] = {}
        table["self"] = table
        assert weigh(table) == 120 + 36 + 53

    def test_a_part_that_is_held_twice_counts_once(self) -> None:
        part = ["x" * 1000]
        assert weigh([part, part]) == 56 + 16 + weigh(part)

    def test_depth_is_bounded(self) -> None:
        deep: list[object] = ["x" * 10_000]
        for _ in range(20_000):
            deep = [deep]
        assert weigh(deep) == MAX_DEPTH * 64 + 64 + UNSEEN

    @pytest.mark.parametrize(
        "value",
        [
            [[["x"] for _ in range(300)] for _ in range(300)],
            [list(range(300)) for _ in range(300)],
            {str(number): {"left": [number], "right": (number,)} for number in range(5000)},
        ],
    )
    def test_work_is_bounded(self, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
        visits: list[object] = []
        look = weight._flat

        def counted(part: object) -> int | None:
            visits.append(part)
            return look(part)

        monkeypatch.setattr(weight, "_flat", counted)
        weigh(value)
        assert MAX_VISITS / 2 <= len(visits) <= MAX_VISITS + 1

    def test_an_exhausted_budget_still_counts_what_was_not_seen(self) -> None:
        wide = [[[["x"] * 50 for _ in range(50)] for _ in range(50)] for _ in range(50)]
        exact = 56 + 50 * (8 + 56 + 50 * (8 + 56 + 50 * (8 + 56 + 50 * 58)))
        assert weigh(wide) == pytest.approx(exact, rel=0.5)
