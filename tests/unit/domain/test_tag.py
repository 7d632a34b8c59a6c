"""Tags are checked, their states survive storage exactly, and equality of tokens alone decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.domain.errors import InvalidTag
from hexcache.domain.tag import (
    MAX_TAG_BYTES,
    MAX_TAGS,
    TagState,
    Validity,
    check_tag,
    check_tags,
    decode_state,
    encode_state,
    judge,
    token_of,
)
from tests.unit.domain.laws import law

tokens = st.binary(min_size=8, max_size=8)
states = st.builds(TagState, tokens, tokens)
names = st.text("abc", min_size=1, max_size=2)
letters = st.characters(exclude_categories=["Cs", "Cc"])


class TestNames:
    """What a tag may be."""

    @law
    @given(st.text(letters, min_size=1, max_size=60))
    def test_any_printable_text_is_a_tag(self, tag: str) -> None:
        assert check_tag(tag) is tag

    @pytest.mark.parametrize("tag", ["t" * MAX_TAG_BYTES, "é" * 127, "日" * 85])
    def test_a_tag_of_the_greatest_length_is_one(self, tag: str) -> None:
        assert check_tag(tag) == tag

    @pytest.mark.parametrize(
        ("tag", "match"),
        [
            (None, "a tag is a str, not NoneType"),
            (b"a", "a tag is a str, not bytes"),
            ("", "not empty"),
            ("a\x00", "control characters"),
            ("\x1f", "control characters"),
            ("\x7f", "control characters"),
            ("\ud800", "lone surrogate"),
            ("t" * 256, "at most 255 bytes of UTF-8, this one has 256"),
            ("é" * 128, "this one has 256"),
        ],
    )
    def test_anything_else_is_refused_with_the_rule(self, tag: object, match: str) -> None:
        with pytest.raises(InvalidTag, match=match):
            check_tag(tag)

    @law
    @given(st.lists(names, max_size=20))
    def test_several_tags_come_back_distinct_and_in_order(self, tags: list[str]) -> None:
        assert check_tags(tags) == tuple(sorted(set(tags)))
        assert check_tags(reversed(tags)) == check_tags(tags)

    def test_as_many_as_allowed_and_no_more(self) -> None:
        assert len(check_tags(str(number) for number in range(MAX_TAGS))) == MAX_TAGS
        with pytest.raises(InvalidTag, match="at most 32 tags, not 33"):
            check_tags(str(number) for number in range(MAX_TAGS + 1))

    @pytest.mark.parametrize("tags", ["users", b"users"])
    def test_a_lone_text_is_refused_with_advice(self, tags: object) -> None:
        with pytest.raises(InvalidTag, match=r"write \[tag\] for a single one"):
            check_tags(tags)

    def test_what_cannot_be_walked_is_refused(self) -> None:
        with pytest.raises(InvalidTag, match="tags are an iterable of str, not int"):
            check_tags(7)

    def test_one_bad_tag_among_good_ones_is_refused(self) -> None:
        with pytest.raises(InvalidTag, match="not int"):
            check_tags(["good", 7])


class TestStates:
    """States as bytes."""

    @law
    @given(states)
    def test_a_state_survives_its_bytes(self, state: TagState) -> None:
        data = encode_state(state)
        assert len(data) == 17
        assert decode_state(data) == state

    @law
    @given(st.binary(max_size=40))
    def test_other_bytes_are_an_unknown_state(self, data: bytes) -> None:
        state = decode_state(data)
        assert state is None or encode_state(state) == data

    def test_another_version_is_an_unknown_state(self) -> None:
        assert decode_state(b"\x02" + bytes(16)) is None
        assert decode_state(b"\x01" + bytes(15)) is None
        assert decode_state(b"\x01" + bytes(16)) == TagState(bytes(8), bytes(8))

    @pytest.mark.parametrize(("hard", "soft"), [(b"", bytes(8)), (bytes(8), bytes(9))])
    def test_tokens_of_another_length_are_no_state(self, hard: bytes, soft: bytes) -> None:
        with pytest.raises(ValueError, match="8 bytes each"):
            TagState(hard, soft)


class TestVerdict:
    """What an entry's tags say of it."""

    @law
    @given(st.dictionaries(names, states))
    def test_current_tokens_are_valid(self, current: dict[str, TagState]) -> None:
        deps = [(tag, token_of(state)) for tag, state in current.items()]
        assert judge(deps, current) is Validity.VALID

    @law
    @given(st.dictionaries(names, states, min_size=1), st.data(), tokens)
    def test_a_new_hard_token_is_death_for_ever(
        self, current: dict[str, TagState], data: st.DataObject, fresh: bytes
    ) -> None:
        deps = [(tag, token_of(state)) for tag, state in current.items()]
        tag = data.draw(st.sampled_from(sorted(current)))
        if fresh == current[tag].hard:
            return
        moved = current | {tag: TagState(fresh, current[tag].soft)}
        assert judge(deps, moved) is Validity.DEAD
        for soft in data.draw(st.lists(tokens, max_size=5)):
            moved[tag] = TagState(moved[tag].hard, soft)
            assert judge(deps, moved) is Validity.DEAD

    @law
    @given(st.dictionaries(names, states, min_size=1), st.data(), tokens)
    def test_a_new_soft_token_makes_stale(
        self, current: dict[str, TagState], data: st.DataObject, fresh: bytes
    ) -> None:
        deps = [(tag, token_of(state)) for tag, state in current.items()]
        tag = data.draw(st.sampled_from(sorted(current)))
        if fresh != current[tag].soft:
            assert judge(deps, current | {tag: TagState(current[tag].hard, fresh)}) is Validity.STALE

    @law
    @given(st.dictionaries(names, states, min_size=1), st.data(), st.booleans())
    def test_an_unknown_state_is_death(self, current: dict[str, TagState], data: st.DataObject, absent: bool) -> None:
        deps = [(tag, token_of(state)) for tag, state in current.items()]
        tag = data.draw(st.sampled_from(sorted(current)))
        known: dict[str, TagState | None] = {**current, tag: None}
        if absent:
            del known[tag]
        assert judge(deps, known) is Validity.DEAD

    def test_death_wins_over_staleness_in_any_order(self) -> None:
        one, other = TagState(b"h" * 8, b"s" * 8), TagState(b"H" * 8, b"S" * 8)
        deps = [("soft", token_of(one)), ("hard", token_of(one))]
        current = {"soft": TagState(one.hard, other.soft), "hard": other}
        assert judge(deps, current) is Validity.DEAD
        assert judge(reversed(deps), current) is Validity.DEAD

    @pytest.mark.parametrize("token", [b"", b"h" * 7, b"h" * 8 + b"s" * 7, b"h" * 8 + b"s" * 9])
    def test_a_token_of_another_length_is_never_valid(self, token: bytes) -> None:
        state = TagState(b"h" * 8, b"s" * 8)
        assert judge([("tag", token)], {"tag": state}) is not Validity.VALID

    def test_one_moved_tag_among_current_ones_decides(self) -> None:
        state = TagState(b"h" * 8, b"s" * 8)
        deps = [(name, token_of(state)) for name in "abc"]
        assert judge(deps, dict.fromkeys("abc", state)) is Validity.VALID
        assert judge(deps, {"a": state, "b": TagState(state.hard, b"S" * 8), "c": state}) is Validity.STALE
        assert judge(deps, {"a": state, "b": TagState(b"H" * 8, state.soft), "c": state}) is Validity.DEAD

    def test_no_tags_are_valid(self) -> None:
        assert judge([], {}) is Validity.VALID
