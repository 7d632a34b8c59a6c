"""Templates of keys and tags: different arguments never make one text."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hexcache.adapters.inbound.decorator.templates import Template, spelled
from hexcache.domain.errors import InvalidKey, InvalidSetting

SCALARS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
    st.floats(allow_nan=False),
    st.binary(max_size=6),
)


def one(value: object) -> tuple[type, object]:
    """What tells two values apart; ``repr`` tells 0.0 from -0.0."""
    return type(value), repr(value)


@given(SCALARS, SCALARS)
def test_two_values_are_spelled_alike_only_if_they_are_one(left: object, right: object) -> None:
    assert (spelled(left) == spelled(right)) == (one(left) == one(right))


@given(SCALARS, SCALARS, SCALARS, SCALARS, st.sampled_from(["{a}:{b}", "x/{a}/{b}", "{b}-:-{a}", "%41:{a}|{b}%"]))
def test_two_calls_share_a_text_only_if_they_are_one(a: object, b: object, c: object, d: object, text: str) -> None:
    template = Template(text, ["a", "b"], "key")
    same = template.fill({"a": a, "b": b}) == template.fill({"a": c, "b": d})
    assert same == ((one(a), one(b)) == (one(c), one(d)))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("ada", "ada"),
        (7, "7"),
        (-7, "-7"),
        ("7", "%37"),
        ("-7", "%2D7"),
        ("a:b", "a%3Ab"),
        ("", ""),
        ("a~b", "a%7Eb"),
        ("ü", "%C3%BC"),
    ],
)
def test_texts_and_numbers_stay_readable(value: object, text: str) -> None:
    assert spelled(value) == text


@pytest.mark.parametrize("value", [True, None, 1.5, b"x", UUID(int=1), date(2024, 1, 1), (1, 2), 2**300])
def test_everything_else_is_a_digest(value: object) -> None:
    assert spelled(value).startswith("~")
    assert len(spelled(value)) == 33


def test_a_value_that_cannot_be_told_from_others_is_refused() -> None:
    with pytest.raises(InvalidKey, match="object"):
        spelled(object())


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(InvalidKey, match="surrogate"):
        spelled("\ud800")


def test_double_braces_are_braces() -> None:
    assert Template("{{{a}}}", ["a"], "key").fill({"a": 1}) == "{1}"


def test_the_fields_are_known() -> None:
    assert Template("a:{b}:{c}", ["b", "c"], "key").fields == ["b", "c"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("user:{missing}", "'missing'.*accepted: a, b"),
        ("user:{a.__class__}", "bare name"),
        ("user:{a[0]}", "bare name"),
        ("user:{a!r}", "bare name"),
        ("user:{a:>3}", "bare name"),
        ("user:{}", "bare name"),
        ("user:{a", "braces"),
        ("user:a}", "braces"),
        ("{a}{b}", "nothing separates"),
        ("{a}-{b}", "nothing separates"),
        ("{a}x%{b}", "nothing separates"),
    ],
)
def test_a_template_that_does_not_fit_is_refused(text: str, said: str) -> None:
    with pytest.raises(InvalidSetting, match=said):
        Template(text, ["a", "b"], "key")


def test_a_function_without_parameters_has_no_fields() -> None:
    with pytest.raises(InvalidSetting, match="no parameters"):
        Template("{a}", [], "key")
